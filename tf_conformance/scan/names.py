"""What the names and expressions of a file stand for: parts of TensorFlow, values, definitions."""

from __future__ import annotations

import ast
import builtins
from typing import Iterator

from tf_conformance.scan.api import canonical, module_of
from tf_conformance.scan.once import Once
from tf_conformance.scan.scopes import (
    ENTER,
    FUNCTIONS,
    Binding,
    Scopes,
    by_position,
    defaults_of,
    key_of,
    nearest,
    parameters_of,
)

CONVENTIONAL = {"tf": "tensorflow", "keras": "keras"}  # what names mean where nothing binds them, as in a snippet


class Names:
    """The names of one module."""

    def __init__(self, tree: ast.Module) -> None:
        self.scopes = Scopes(tree)
        self.calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        self._once = Once()
        self._calls: dict[ast.AST, list[ast.Call]] = {}
        self._calls = self._calls_by_function()
        self._once = Once()  # what parameters stand for is not known before all calls are

    @property
    def uses_tensorflow(self) -> bool:
        """Whether the file imports TensorFlow or Keras, or uses them under their usual names without an import."""
        modules = [canonical(module) for module in self.scopes.imports]
        imported = any(name.split(".")[0] == "tf" for name in modules)
        return imported or any(map(self.scopes.is_free, CONVENTIONAL))

    def path_of(self, node: ast.AST) -> str:
        """The dotted name, beginning with the imported module, of what an expression is; "" if nothing was imported."""
        return self._once.ask("path", node, self._path_of, "")

    def api_of(self, node: ast.AST) -> str:
        """The same as documentation writes it."""
        return canonical(self.path_of(node))

    def origin_of(self, node: ast.AST) -> ast.AST:
        """The expression, definition or parameter that an expression stands for; itself if it stands for no other."""
        return self._once.ask("origin", node, lambda node: self._chain_of(node)[-1], node)

    def bases_of(self, node: ast.ClassDef) -> list[str]:
        """The paths of the classes that a class of the file derives from, through other classes of the file, too."""
        return self._once.ask("bases", node, lambda node: list(self._bases_of(node)), [])

    def is_free(self, node: ast.AST) -> bool:
        """Whether a node is a name that the file does not bind."""
        return isinstance(node, ast.Name) and self.scopes.binding_of(node) is None

    def is_of_unknown_module(self, node: ast.AST) -> bool:
        """Whether it cannot be told from which module an object or the function that gives it comes; relative ones are unknown."""
        return self.path_of(node.func if isinstance(node, ast.Call) else node)[:1] in ("", ".")

    def identity_of(self, node: ast.AST) -> object:
        """What is equal for two expressions that stand for the same object, as far as the file tells."""
        unknown: object = node
        return self._once.ask("identity", node, self._identity_of, unknown)

    def class_of(self, node: ast.AST) -> ast.ClassDef | None:
        """The class of the file of which an expression is an instance: of ``self``, or of what calls the class."""
        origin = self.origin_of(node)
        made = self.origin_of(origin.func) if isinstance(origin, ast.Call) else None
        return made if isinstance(made, ast.ClassDef) else self.scopes.owners.get(origin)

    def defines(self, node: ast.AST, name: str) -> bool:
        """Whether an expression is an instance of a class of the file that has its own attribute of this name."""
        owner = self.class_of(node)
        return owner is not None and self._binding_in_class(owner, name) is not None

    def partial_of(self, node: ast.AST) -> ast.Call | None:
        """The call of functools.partial, with keywords only, that an expression stands for."""
        origin = self.origin_of(node)
        made = (
            isinstance(origin, ast.Call) and len(origin.args) == 1 and self.path_of(origin.func) == "functools.partial"
        )
        return origin if made and isinstance(origin, ast.Call) else None

    def passed_for(self, parameter: ast.arg) -> list[ast.expr]:
        """What the calls in the file pass for a parameter of a function of the file; nothing if one of them does not tell.

        It is the default if there is no call, unless this is None, which stands for something else.
        """
        passed = [_argument_for(parameter, call, function) for call, function in self._calls_with(parameter)]
        if not passed and parameter in self.scopes.functions:
            default = defaults_of(self.scopes.functions[parameter]).get(parameter)
            passed = [] if getattr(default, "value", default) is None else [default]
        return [each for each in passed if each is not None] if all(passed) else []

    def keywords_passed_for(self, parameter: ast.arg) -> list[ast.keyword] | None:
        """What the only call in the file passes for ``**parameter`` of a function of the file; None if that cannot be told."""
        calls = self._calls_with(parameter)
        if len(calls) != 1 or getattr(calls[0][1], "args").kwarg is not parameter:  # noqa: B009
            return None
        ((call, function),) = calls
        named = {each.arg for each in parameters_of(function) if each is not parameter}
        return [keyword for keyword in call.keywords if keyword.arg not in named]

    def owner_of(self, function: ast.AST) -> ast.ClassDef | None:
        """The class of the file that a function is a method of."""
        return next(filter(None, map(self.scopes.owners.get, parameters_of(function)[:1])), None)

    def _identity_of(self, node: ast.AST) -> object:
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

    def _chain_of(self, node: ast.AST) -> list[ast.AST]:
        """A node, what it stands for, what that stands for, and so on; of a circle, up to where it closes."""
        chain = [node]
        while True:
            other = self._once.ask("next", chain[-1], self._stands_for, None)
            if other is None or other in chain:
                return chain if other is None else [*chain, other]
            chain.append(other)

    def _origin_of_one(self, node: ast.AST) -> ast.AST:
        """The same as the origin, but for objects of which there may be several: each call of a function makes a new one."""
        chain = self._chain_of(node)
        return next(filter(self._is_one_of_several, chain), chain[-1])

    def _is_one_of_several(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Attribute):
            return self.origin_of(node.value) not in self.scopes.owners and self.class_of(node.value) is not None
        function = self.origin_of(node.func) if isinstance(node, ast.Call) else None
        return isinstance(function, (ast.Lambda, *FUNCTIONS)) and len(self.calls_of(function)) > 1

    def _calls_with(self, parameter: ast.arg) -> list[tuple[ast.Call, ast.AST]]:
        """The calls in the file of the function that has a parameter, with that function."""
        function = self.scopes.functions.get(parameter)
        if function is None:
            return []
        made = self.owner_of(function) if getattr(function, "name", "") == "__init__" else None
        return [(call, function) for call in self.calls_of(made or function)]

    def calls_of(self, function: ast.AST) -> list[ast.Call]:
        """The calls of a function or a class of the file."""
        return self._calls.get(function, [])

    def _calls_by_function(self) -> dict[ast.AST, list[ast.Call]]:
        found: dict[ast.AST, list[ast.Call]] = {}
        for call in self.calls:
            found.setdefault(self.origin_of(call.func), []).append(call)
        return found

    def _path_of(self, node: ast.AST) -> str:
        if isinstance(node, ast.Attribute):
            owner = self.path_of(node.value)
            held = None if owner else self._attribute_of_instance(node)
            return f"{owner}.{node.attr}" if owner else self.path_of(held) if held is not None else ""
        if isinstance(node, ast.Call):
            made = self.partial_of(node)
            return self.path_of(made.args[0]) if made is not None else ""
        if isinstance(node, (ast.arg, ast.Subscript)):
            known = self._once.ask("next", node, self._stands_for, None)
            return self.path_of(known) if known is not None else ""
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
        module = module_of(name, self.scopes.stars)
        return f"{module}.{name}" if module else ""

    def _stands_for(self, node: ast.AST) -> ast.AST | None:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            binding = self.scopes.binding_of(node)
            return binding.value if binding else None
        if isinstance(node, ast.arg):
            return self._only_passed_for(node)
        if isinstance(node, ast.Attribute):
            return self._attribute_of_instance(node)
        if isinstance(node, ast.Call):
            function = self.origin_of(node.func)
            if isinstance(function, ast.Attribute) and function.attr == ENTER:
                return function.value
            return self._returned(function)
        if isinstance(node, ast.Subscript):
            return self._element_of_literal(node)
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):  # logs or {}
            return node.values[0]
        return None

    def _returned(self, function: ast.AST) -> ast.AST | None:
        """What a function returns at its end, as far as one expression tells."""
        return function.body if isinstance(function, ast.Lambda) else self.scopes.returns.get(function)

    def _only_passed_for(self, parameter: ast.arg) -> ast.AST | None:
        """What is passed for a parameter by the only call in the file; an annotation tells more."""
        passed = self.passed_for(parameter) if parameter.annotation is None else []
        return passed[0] if len(passed) == 1 else None

    def _attribute_of_instance(self, node: ast.Attribute) -> ast.AST | None:
        """What ``self.name`` or ``Made().name`` stands for: an assignment in its class, or a function there."""
        origin = self.origin_of(node.value)
        owner = origin if isinstance(origin, ast.ClassDef) else self.class_of(node.value)
        if owner is None:
            return None
        binding = self._binding_in_class(owner, node.attr, self.scopes.order_of(node.value))
        found = binding.value if binding else None
        is_property = isinstance(found, FUNCTIONS) and any(map(_is_property, found.decorator_list))
        return self._returned(found) if found is not None and is_property else found

    def _binding_in_class(self, owner: ast.ClassDef, name: str, order: int = 0) -> Binding | None:
        """Where a class of the file, or one of the file that it derives from, gets an attribute or a function."""
        scope = self.scopes.classes.get(owner)
        found = (scope.attributes.get(name) or scope.names.get(name)) if scope else None
        if found:
            return nearest(found, order)
        bases = (self.origin_of(base) for base in owner.bases)
        inherited = (
            self._binding_in_class(base, name) for base in bases if isinstance(base, ast.ClassDef) and base is not owner
        )
        return next(filter(None, inherited), None)

    def _element_of_literal(self, node: ast.Subscript) -> ast.AST | None:
        """What stands under a key in a dictionary, or at a place in a list, that is written out."""
        container, index = self.origin_of(node.value), key_of(node)
        if isinstance(container, ast.Dict):
            keys = [getattr(key, "value", None) for key in container.keys]
            return container.values[keys.index(index)] if index is not None and index in keys else None
        if isinstance(container, (ast.List, ast.Tuple)) and type(index) is int and index < len(container.elts):
            return container.elts[index]
        return None

    def _bases_of(self, node: ast.ClassDef) -> Iterator[str]:
        for base in node.bases:
            path = self.path_of(base)
            definition = self.origin_of(base)
            if path:
                yield path
            elif isinstance(definition, ast.ClassDef) and definition is not node:
                yield from self.bases_of(definition)


def _is_property(decorator: ast.AST) -> bool:
    return getattr(decorator, "id", getattr(decorator, "attr", "")) in ("property", "cached_property")


def _argument_for(parameter: ast.arg, call: ast.Call, function: ast.AST) -> ast.expr | None:
    """What a call passes for a parameter of the function that it calls, by name, by position or by default."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    if parameter.arg in named:
        return named[parameter.arg]
    bound = isinstance(call.func, ast.Attribute) or getattr(function, "name", "") == "__init__"
    position = by_position(function).index(parameter) - bound if parameter in by_position(function) else len(call.args)
    if any(isinstance(argument, ast.Starred) for argument in call.args[: position + 1]):
        return None
    if 0 <= position < len(call.args):
        return call.args[position]
    return None if None in named else defaults_of(function).get(parameter)
