"""What the names and expressions of a file stand for: parts of TensorFlow, values, texts, kinds of objects."""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter
from typing import Any, Callable, Iterator, TypeVar

from tf_conformance.scan.api import KIND_OF_ATTRIBUTE, KIND_OF_METHOD, OTHER, canonical, kind_of_api
from tf_conformance.scan.certainty import UNKNOWN
from tf_conformance.scan.scopes import FUNCTIONS, Binding, Scopes, nearest

Result = TypeVar("Result")

CONVENTIONAL = {"tf": "tensorflow", "keras": "keras"}  # what names mean where nothing binds them, as in a snippet
PLACEHOLDER = re.compile(r"%[-+ #0-9.]*[a-zA-Z]|\{[^{}]*\}")
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
DEPTH = 25  # of names that stand for names


class Names:
    """The names of one module. Each question is answered once for a node; circles end as unknown."""

    def __init__(self, tree: ast.Module) -> None:
        self.scopes = Scopes(tree)
        self._tree = tree
        self._answers: dict[tuple[str, ast.AST], Any] = {}

    @property
    def uses_tensorflow(self) -> bool:
        """Whether the file imports TensorFlow or Keras, or uses them under their usual names without an import."""
        modules = [canonical(module) for module in self.scopes.imports]
        imported = any(name.split(".")[0] == "tf" for name in modules)
        return imported or any(map(self.scopes.is_free, CONVENTIONAL))

    def path_of(self, node: ast.AST) -> str:
        """The dotted name, beginning with the imported module, of what an expression is; "" if nothing was imported."""
        return self._once("path", node, self._path_of, "")

    def api_of(self, node: ast.AST) -> str:
        """The same as documentation writes it."""
        return canonical(self.path_of(node))

    def origin_of(self, node: ast.AST) -> ast.AST:
        """The expression, definition or parameter that an expression stands for; itself if it stands for no other."""
        for _ in range(DEPTH):
            other = self._once("origin", node, self._stands_for, None)
            if other is None or other is node:
                return node
            node = other
        return node

    def kind_of(self, node: ast.AST) -> str:
        """The kind of object that an expression gives, as a metavariable names it; "OTHER" for none of these, "" if unknown."""
        return self._once("kind", node, self._kind_of, "")

    def text_of(self, node: ast.AST) -> str | None:
        """The text that an expression gives, with UNKNOWN in place of each part that cannot be told; None if it may be no text."""
        return self._once("text", node, self._text_of, None)

    def bases_of(self, node: ast.ClassDef) -> list[str]:
        """The paths of the classes that a class of the file derives from, through other classes of the file, too."""
        return self._once("bases", node, lambda node: list(self._bases_of(node)), [])

    def is_free(self, node: ast.AST) -> bool:
        """Whether a node is a name that the file does not bind."""
        return isinstance(node, ast.Name) and self.scopes.binding_of(node) is None

    def identity_of(self, node: ast.AST) -> object:
        """What is equal for two expressions that stand for the same object, as far as the file tells."""
        origin = self._origin_of_one(node)
        if isinstance(origin, ast.Attribute):
            return self.identity_of(origin.value), origin.attr
        if isinstance(origin, ast.Constant):
            return type(origin.value), origin.value
        if isinstance(origin, ast.Name) and not isinstance(origin.ctx, ast.Store):
            return origin.id
        if isinstance(origin, ast.Subscript):
            return self.identity_of(origin.value), ast.dump(origin.slice)
        return self.scopes.owners.get(origin, origin)

    def _origin_of_one(self, node: ast.AST) -> ast.AST:
        """The same as the origin, but what a function returns that is called in several places is a new object each time."""
        for _ in range(DEPTH):
            if isinstance(node, ast.Call) and self._times_called(self.origin_of(node.func)) > 1:
                return node
            other = self._once("origin", node, self._stands_for, None)
            if other is None or other is node:
                break
            node = other
        return node

    def _times_called(self, function: ast.AST) -> int:
        """In how many places a function of the file is called."""
        calls: Counter[ast.AST] = self._once("calls", self._tree, self._count_calls, Counter())
        return calls[function]

    def _count_calls(self, tree: ast.AST) -> Counter[ast.AST]:
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
        functions = (self.origin_of(call.func) for call in calls)
        return Counter(function for function in functions if isinstance(function, FUNCTIONS))

    def _once(self, question: str, node: ast.AST, answer: Callable[[Any], Result], circle: Result) -> Result:
        key = (question, node)
        if key not in self._answers:
            self._answers[key] = circle
            self._answers[key] = answer(node)
        found: Result = self._answers[key]
        return found

    def _path_of(self, node: ast.AST) -> str:
        if isinstance(node, ast.Attribute):
            owner = self.path_of(node.value)
            return f"{owner}.{node.attr}" if owner else ""
        if not isinstance(node, ast.Name):
            return ""
        binding = self.scopes.binding_of(node)
        if binding is None:
            return self._path_of_free(node.id)
        return binding.module or self.path_of(binding.node)

    def _path_of_free(self, name: str) -> str:
        """What a name means that the file does not bind."""
        if name in CONVENTIONAL or hasattr(builtins, name):
            return CONVENTIONAL.get(name, name)
        return f"{self.scopes.stars[0]}.{name}" if len(self.scopes.stars) == 1 else ""

    def _stands_for(self, node: ast.AST) -> ast.AST | None:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            binding = self.scopes.binding_of(node)
            return self._bound_by(binding) if binding else None
        if isinstance(node, ast.Attribute):
            return self._attribute_of_self(node)
        if isinstance(node, ast.Call):
            function = self.origin_of(node.func)
            return _returned(function) if isinstance(function, FUNCTIONS) else None
        return None

    def _attribute_of_self(self, node: ast.Attribute) -> ast.AST | None:
        """What ``self.name`` stands for: an assignment in its class, or a function there."""
        owner = self.scopes.owners.get(self.origin_of(node.value))
        if owner is None or owner not in self.scopes.classes:
            return None
        scope = self.scopes.classes[owner]
        found = scope.attributes.get(node.attr) or scope.names.get(node.attr)
        if not found:
            return None
        return self._bound_by(nearest(found, self.scopes.order_of(node.value)))

    def _bound_by(self, binding: Binding) -> ast.AST | None:
        """What is assigned to a name, or an element of what a loop runs over; None for what is imported."""
        source = self.scopes.sources.get(binding.node)
        if source is not None:
            return self._once("element", source, _element_of, None)
        return None if binding.module else binding.node

    def _kind_of(self, node: ast.AST) -> str:
        origin = self.origin_of(node)
        if self.text_of(origin) is not None:
            return "STRING"
        if isinstance(origin, ast.Constant):
            return "NUMBER" if type(origin.value) in (int, float) else OTHER
        if isinstance(origin, (ast.Lambda, *FUNCTIONS)):
            return "FUNCTION"
        if isinstance(origin, ast.UnaryOp) and isinstance(origin.op, (ast.USub, ast.UAdd)):
            return self.kind_of(origin.operand)
        if isinstance(origin, ast.IfExp):
            return self.kind_of(origin.body)
        if isinstance(origin, LITERALS):
            return OTHER
        if isinstance(origin, ast.Call):
            return self._kind_of_call(origin)
        if isinstance(origin, ast.Attribute):
            return KIND_OF_ATTRIBUTE.get((self.kind_of(origin.value), origin.attr), "")
        if isinstance(origin, ast.Subscript):
            return self._kind_of_element(origin.value, origin.slice)
        return self._kind_of_target(origin)

    def _kind_of_call(self, call: ast.Call) -> str:
        api = self.api_of(call.func)
        if api:
            return kind_of_api(api)
        function = self.origin_of(call.func)
        if isinstance(function, ast.ClassDef):
            return self._kind_of_instance(function)
        if isinstance(function, ast.Attribute):
            return KIND_OF_METHOD.get((self.kind_of(function.value), function.attr), "")
        return OTHER if self.kind_of(function) in ("MODEL", "LAYER") else ""  # a tensor

    def _kind_of_instance(self, definition: ast.ClassDef) -> str:
        kinds = [kind for kind in map(kind_of_api, map(canonical, self.bases_of(definition))) if kind]
        return kinds[0] if kinds else ""

    def _kind_of_element(self, container: ast.AST, index: ast.AST) -> str:
        if isinstance(container, ast.Subscript) and isinstance(container.slice, ast.Slice):
            return self._kind_of_element(container.value, index)
        of_model = isinstance(container, ast.Attribute) and self.kind_of(container.value) == "MODEL"
        is_layer = of_model and getattr(container, "attr", "") == "layers" and not isinstance(index, ast.Slice)
        return "LAYER" if is_layer else ""

    def _kind_of_target(self, node: ast.AST) -> str:
        """The kind of what is not assigned: self, or another parameter."""
        if node in self.scopes.owners:
            return self._kind_of_instance(self.scopes.owners[node])
        if isinstance(node, ast.arg) and node.annotation is not None:
            return kind_of_api(self.api_of(node.annotation))
        return ""

    def _bases_of(self, node: ast.ClassDef) -> Iterator[str]:
        for base in node.bases:
            path = self.path_of(base)
            definition = self.origin_of(base)
            if path:
                yield path
            elif isinstance(definition, ast.ClassDef) and definition is not node:
                yield from self.bases_of(definition)

    def _text_of(self, node: ast.AST) -> str | None:
        origin = self.origin_of(node)
        if isinstance(origin, ast.Constant):
            return origin.value if isinstance(origin.value, str) else None
        if isinstance(origin, ast.JoinedStr):
            return "".join(self._text_or_unknown(value) for value in origin.values)
        if isinstance(origin, ast.BinOp):
            return self._text_of_operation(origin)
        if isinstance(origin, ast.Call):
            return self._text_of_call(origin)
        return None

    def _text_or_unknown(self, node: ast.AST) -> str:
        text = self.text_of(node)
        return UNKNOWN if text is None else text

    def _text_of_operation(self, node: ast.BinOp) -> str | None:
        left, right = self.text_of(node.left), self.text_of(node.right)
        if isinstance(node.op, ast.Mod) and left is not None:
            return PLACEHOLDER.sub(UNKNOWN, left)
        if isinstance(node.op, ast.Add) and (left is not None or right is not None):
            return self._text_or_unknown(node.left) + self._text_or_unknown(node.right)
        if isinstance(node.op, ast.Div) and right is not None:  # of paths
            return f"{self._text_or_unknown(node.left)}/{right}"
        return None

    def _text_of_call(self, call: ast.Call) -> str | None:
        api = self.api_of(call.func)
        if api == "os.path.join" or api.startswith("pathlib.") and call.args:
            return "/".join(map(self._text_or_unknown, call.args))
        if api == "str" and len(call.args) == 1:
            return self._text_or_unknown(call.args[0])
        if isinstance(call.func, ast.Attribute) and call.func.attr == "format":
            text = self.text_of(call.func.value)
            return None if text is None else PLACEHOLDER.sub(UNKNOWN, text)
        return None


def _element_of(source: ast.expr) -> ast.AST:
    return ast.Subscript(value=source, slice=ast.Constant(...), ctx=ast.Load())


def _returned(function: ast.AST) -> ast.AST | None:
    """What a function returns at its end, as far as one expression tells."""
    todo, values = list(getattr(function, "body", [])), []
    while todo:
        node = todo.pop(0)
        if isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            continue
        if isinstance(node, ast.Return) and node.value is not None:
            values.append(node.value)
        todo = [
            *(child for child in ast.iter_child_nodes(node) if isinstance(child, (ast.stmt, ast.ExceptHandler))),
            *todo,
        ]
    return values[-1] if values else None
