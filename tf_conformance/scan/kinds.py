"""The kinds of objects that expressions of a file give, as metavariables name them."""

from __future__ import annotations

import ast
from typing import Iterable

from tf_conformance.scan.api import KIND_OF_ATTRIBUTE, KIND_OF_METHOD, OTHER, SHAPELESS, canonical, kind_of_api
from tf_conformance.scan.functions import FUNCTIONS
from tf_conformance.scan.names import Names
from tf_conformance.scan.once import once
from tf_conformance.scan.origins import Origins
from tf_conformance.scan.texts import Texts

LITERALS = (
    ast.List,
    ast.Tuple,
    ast.Set,
    ast.Dict,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.Compare,
)
COUNTS = ("float", "int", "len", "math.ceil", "math.floor", "round")
# Methods and keywords that only a model has, so that what they are called on is one.
OF_MODELS = {"compile": {"loss", "optimizer"}, "fit": {"epochs", "steps_per_epoch", "validation_split"}}


class Kinds:
    """The kinds of objects of one module."""

    def __init__(self, origins: Origins, names: Names, texts: Texts) -> None:
        self._origins = origins
        self._names = names
        self._texts = texts

    @once(unknown=lambda _: "")
    def kind_of(self, node: ast.AST) -> str:
        """The kind of object that an expression gives; "OTHER" for one that metavariables do not name, "" if unknown."""
        origin = self._origins.of(node)
        known = self._kind_as_written(origin) or self._kind_of_annotation(self._origins.scopes.annotations.get(origin))
        return known or ("MODEL" if self._is_used_as_model(origin) else "")

    def _is_used_as_model(self, origin: ast.AST) -> bool:
        """Whether an object from outside the file, of no known module, is trained in a way that only models are."""
        from_outside = isinstance(origin, (ast.arg, ast.Call, ast.Attribute)) and self._origins.class_of(origin) is None
        if not from_outside or not self._names.is_of_unknown_module(origin):
            return False
        return self._origins.identity_of(origin) in self._used_as_models(self._origins.scopes.module.node)

    @once(unknown=lambda _: set())
    def _used_as_models(self, _: ast.AST) -> set[object]:
        return {
            self._origins.identity_of(call.func.value)
            for calls in self._origins.calls.values()
            for call in calls
            if isinstance(call.func, ast.Attribute)
            and any(keyword.arg in OF_MODELS.get(call.func.attr, ()) for keyword in call.keywords)
        }

    def _kind_as_written(self, origin: ast.AST) -> str:
        if self._texts.text_of(origin) is not None:
            return "STRING"
        if isinstance(origin, ast.Constant):
            return "NUMBER" if type(origin.value) in (int, float) else OTHER
        if isinstance(origin, (ast.Lambda, *FUNCTIONS)):
            return "FUNCTION"
        if isinstance(origin, (ast.UnaryOp, ast.BinOp)):
            return self._kind_of_operation(origin)
        if isinstance(origin, (ast.IfExp, ast.Name)):
            return self._kind_of_all(filter(self.kind_of, self._origins.choices(origin)))
        if isinstance(origin, LITERALS):
            return OTHER
        if isinstance(origin, ast.Call):
            return self._kind_of_call(origin)
        if isinstance(origin, ast.Attribute):
            return KIND_OF_ATTRIBUTE.get((self.kind_of(origin.value), origin.attr), "")
        if isinstance(origin, ast.Subscript):
            several = self._origins.choices(origin)
            return self._kind_of_all(several) if several else self._kind_of_element(origin.value, origin.slice)
        return self._kind_of_target(origin)

    def _kind_of_all(self, nodes: Iterable[ast.AST]) -> str:
        """The kind of several expressions, if it is the same."""
        kinds = set(map(self.kind_of, nodes))
        return kinds.pop() if len(kinds) == 1 else ""

    def _kind_of_operation(self, node: ast.UnaryOp | ast.BinOp) -> str:
        """A number if all operands are, a symbolic tensor if one of them is."""
        operands = [node.operand] if isinstance(node, ast.UnaryOp) else [node.left, node.right]
        kinds = set(map(self.kind_of, operands))
        if "SYMBOLIC" in kinds:
            return "SYMBOLIC"
        return "NUMBER" if kinds == {"NUMBER"} and not isinstance(node.op, ast.Not) else ""

    def _kind_of_call(self, call: ast.Call) -> str:
        api = self._names.api_of(call.func)
        if api in COUNTS:
            return "NUMBER"
        if api:
            return kind_of_api(api) or ("SYMBOLIC" if self._gives_tensor(api) and self._takes_symbolic(call) else "")
        function = self._origins.of(call.func)
        if isinstance(function, ast.ClassDef):
            return self._kind_of_instance(function)
        if isinstance(function, ast.Attribute):
            return KIND_OF_METHOD.get((self.kind_of(function.value), function.attr), "")
        if self.kind_of(function) in ("MODEL", "LAYER"):
            return "SYMBOLIC" if self._takes_symbolic(call) else OTHER
        return ""

    def _gives_tensor(self, api: str) -> bool:
        """Whether a function of TensorFlow gives a tensor for a tensor."""
        last = api.rpartition(".")[2]
        return api.startswith("tf.") and last.islower() and last not in SHAPELESS

    def _takes_symbolic(self, call: ast.Call) -> bool:
        """Whether a symbolic tensor is among the arguments, or in a list of them."""
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        inputs = [each for given in arguments for each in self._elements_of(given)]
        return any(self.kind_of(each) == "SYMBOLIC" for each in inputs)

    def _elements_of(self, node: ast.AST) -> list[ast.expr]:
        origin = self._origins.of(node)
        if isinstance(origin, (ast.List, ast.Tuple)):
            return origin.elts
        return [node] if isinstance(node, ast.expr) else []

    def _kind_of_instance(self, definition: ast.ClassDef) -> str:
        kinds = map(kind_of_api, map(canonical, self._names.bases_of(definition)))
        return next(filter(None, kinds), "")

    def _kind_of_element(self, container: ast.AST, index: ast.AST) -> str:
        if isinstance(container, ast.Subscript) and isinstance(container.slice, ast.Slice):
            return self._kind_of_element(container.value, index)
        origin = self._origins.of(container)
        if self.kind_of(origin) == "SYMBOLIC":
            return "SYMBOLIC"
        if isinstance(index, ast.Slice):
            return ""
        if isinstance(origin, (ast.List, ast.Tuple, ast.ListComp)):
            return self._kind_of_all([origin.elt] if isinstance(origin, ast.ListComp) else origin.elts)
        of_model = isinstance(origin, ast.Attribute) and self.kind_of(origin.value) == "MODEL"
        return {"layers": "LAYER", "inputs": "SYMBOLIC", "outputs": "SYMBOLIC"}.get(
            getattr(origin, "attr", "") if of_model else "", ""
        )

    def _kind_of_target(self, node: ast.AST) -> str:
        """The kind of what is not assigned: self, or another parameter."""
        owner = self._origins.class_of(node)
        if owner is not None:
            return self._kind_of_instance(owner)
        if isinstance(node, ast.arg):
            return self._kind_of_annotation(node.annotation) or self._kind_of_all(self._origins.choices(node))
        return ""

    def _kind_of_annotation(self, annotation: ast.AST | None) -> str:
        if isinstance(annotation, ast.Subscript):  # Optional[...]
            return self._kind_of_annotation(annotation.slice)
        if isinstance(annotation, ast.BinOp):  # ... | None
            return self._kind_of_annotation(annotation.left)
        if isinstance(annotation, ast.Constant):
            return kind_of_api(canonical(str(annotation.value)))
        return kind_of_api(self._names.api_of(annotation)) if annotation is not None else ""
