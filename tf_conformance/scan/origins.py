"""What the expressions of a file stand for: what was assigned, what a call passes, the element of a list."""

from __future__ import annotations

import ast

from tf_conformance.scan.functions import FUNCTIONS, Function, argument_for, defaults_of, parameters_of
from tf_conformance.scan.once import once
from tf_conformance.scan.scopes import ENTER, Binding, Scopes, is_each, nearest

CHOOSING = (ast.Name, ast.IfExp, ast.Subscript, ast.arg)  # what may stand for one of several


class Origins:
    """What the expressions of one module stand for; ``calls`` are those of each of its functions and classes."""

    def __init__(self, scopes: Scopes, calls: dict[ast.AST, list[ast.Call]]) -> None:
        self.scopes = scopes
        self.calls = calls

    @classmethod
    def read(cls, tree: ast.Module) -> Origins:
        """Those in a module: what its parameters stand for is known only when it is known what all calls call."""
        calls: dict[ast.AST, list[ast.Call]] = {}
        without_calls = cls(Scopes(tree), {})
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                calls.setdefault(without_calls.of(node.func), []).append(node)
        return cls(without_calls.scopes, calls)

    @once(unknown=lambda node: node)
    def of(self, node: ast.AST) -> ast.AST:
        """The expression, definition or parameter that an expression stands for; itself if it is none or one of several."""
        return self._chain_of(node)[-1]

    @once(unknown=lambda _: [])
    def choices(self, node: ast.AST) -> list[ast.AST]:
        """The expressions that one stands for, in turn or one of them; none for most."""
        origin = self.of(node)
        found = self.leads_to(origin) if isinstance(origin, CHOOSING) else []
        return [] if found and self._is_in_circle(origin) else found

    def is_in_turn(self, node: ast.AST) -> bool:
        """Whether an expression stands for each of its choices in turn, as a loop's variable does."""
        return is_each(self.of(node))

    @once(unknown=lambda node: node)
    def identity_of(self, node: ast.AST) -> object:
        """What is equal for two expressions that stand for the same object, as far as the file tells."""
        chain = self._chain_of(node)
        origin = next(filter(self._is_made_anew, chain), chain[-1])
        if isinstance(origin, ast.Attribute):
            return self.identity_of(origin.value), origin.attr
        if isinstance(origin, ast.Constant):
            return type(origin.value), origin.value
        if isinstance(origin, ast.Name) and not isinstance(origin.ctx, ast.Store):
            last = self.leads_to(origin)[-1:]
            return self.identity_of(last[0]) if last else origin.id
        if isinstance(origin, ast.Subscript):
            return self.identity_of(origin.value), ast.dump(origin.slice)
        return self.scopes.owners.get(origin, origin)

    def class_of(self, node: ast.AST) -> ast.ClassDef | None:
        """The class of the file of which an expression is an instance: of ``self``, or of what calls the class."""
        origin = self.of(node)
        made = self.of(origin.func) if isinstance(origin, ast.Call) else None
        return made if isinstance(made, ast.ClassDef) else self.scopes.owners.get(origin)

    def defines(self, node: ast.AST, name: str) -> bool:
        """Whether an expression is an instance of a class of the file that has its own attribute of this name."""
        owner = self.class_of(node)
        return owner is not None and self._binding_in_class(owner, name) is not None

    def owner_of(self, function: Function) -> ast.ClassDef | None:
        """The class of the file that a function is a method of."""
        return next(filter(None, map(self.scopes.owners.get, parameters_of(function)[:1])), None)

    def calls_of(self, function: ast.AST) -> list[ast.Call]:
        """The calls of a function or a class of the file."""
        return self.calls.get(function, [])

    def keywords_passed_for(self, parameter: ast.arg) -> list[ast.keyword] | None:
        """What the only call in the file passes for ``**parameter`` of a function of the file; None if that cannot be told."""
        function = self.scopes.functions.get(parameter)
        calls = self._calls_to(function) if function is not None and function.args.kwarg is parameter else []
        if function is None or len(calls) != 1:
            return None
        named = {each.arg for each in parameters_of(function) if each is not parameter}
        return [keyword for keyword in calls[0].keywords if keyword.arg not in named]

    @once(unknown=lambda _: [])
    def leads_to(self, node: ast.AST) -> list[ast.AST]:
        """The expression or the definition that one stands for, or several, one of which it is; none if it is what it is."""
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            return self._assigned_to(node)
        if isinstance(node, ast.arg):
            return self._passed_for(node)
        if isinstance(node, ast.Attribute):
            return self._attribute_of_instance(node)
        if isinstance(node, ast.Call):
            return self._returned_by(self.of(node.func))
        if isinstance(node, ast.Subscript):
            return self._elements_under(node)
        if isinstance(node, ast.IfExp):
            return [node.body, node.orelse]
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):  # logs or {}
            return [node.values[0]]
        return []

    def _chain_of(self, node: ast.AST) -> list[ast.AST]:
        """A node, what it stands for, what that stands for, and so on; of a circle, up to where it closes."""
        chain = [node]
        while chain[-1] not in chain[:-1] and not getattr(chain[-1], "annotation", None):  # an annotation tells more
            following = self.leads_to(chain[-1])
            if len(following) != 1:
                break
            chain += following
        return chain

    def _is_in_circle(self, origin: ast.AST) -> bool:
        """Whether what an expression stands for leads back to it: ``for x in xs: xs = [x]``."""
        todo, seen = [origin], {origin}
        while todo:
            found = list(map(self.of, self.leads_to(todo.pop())))
            if origin in found:
                return True
            todo += [each for each in found if each not in seen]
            seen.update(found)
        return False

    def _is_made_anew(self, node: ast.AST) -> bool:
        """Whether there may be several objects of an expression: each call of a function makes another one."""
        if isinstance(node, ast.Attribute):
            return self.of(node.value) not in self.scopes.owners and self.class_of(node.value) is not None
        function = self.of(node.func) if isinstance(node, ast.Call) else None
        return isinstance(function, (ast.Lambda, *FUNCTIONS)) and len(self.calls_of(function)) > 1

    def _assigned_to(self, name: ast.Name) -> list[ast.AST]:
        """What was assigned to a name, unless it was imported; None is a blank to be filled in if there is anything else."""
        bindings = self.scopes.bindings_of(name)
        if any(binding.module for binding in bindings):
            return []
        values = [binding.node for binding in bindings]
        return [each for each in values if getattr(each, "value", each) is not None] or values[-1:]

    def _passed_for(self, parameter: ast.arg) -> list[ast.AST]:
        """What the calls in the file pass for a parameter of a function of the file; nothing if one of them does not tell.

        It is the default if there is no call, unless this is None, which stands for something else.
        """
        function = self.scopes.functions.get(parameter)
        if function is None:
            return []
        passed = [argument_for(parameter, call, function) for call in self._calls_to(function)]
        if not passed:
            default = defaults_of(function).get(parameter)
            passed = [] if getattr(default, "value", default) is None else [default]
        known: list[ast.AST] = [each for each in passed if each is not None]
        return known if len(known) == len(passed) else []

    def _calls_to(self, function: Function) -> list[ast.Call]:
        """The calls of a function of the file; of a class's ``__init__``, those of the class."""
        made = self.owner_of(function) if getattr(function, "name", "") == "__init__" else None
        return self.calls_of(made or function)

    def _returned_by(self, function: ast.AST) -> list[ast.AST]:
        """What a function returns at its end, as far as one expression tells."""
        if isinstance(function, ast.Attribute) and function.attr == ENTER:
            return [function.value]
        found = function.body if isinstance(function, ast.Lambda) else self.scopes.returns.get(function)
        return [found] if found is not None else []

    def _attribute_of_instance(self, node: ast.Attribute) -> list[ast.AST]:
        """What ``self.name`` or ``Made().name`` stands for: an assignment in its class, or a function there."""
        origin = self.of(node.value)
        owner = origin if isinstance(origin, ast.ClassDef) else self.class_of(node.value)
        binding = self._binding_in_class(owner, node.attr, self.scopes.order_of(node.value)) if owner else None
        if binding is None or binding.module:
            return []
        is_property = isinstance(binding.node, FUNCTIONS) and any(map(_is_property, binding.node.decorator_list))
        return self._returned_by(binding.node) if is_property else [binding.node]

    def _binding_in_class(self, owner: ast.ClassDef, name: str, order: int = 0) -> Binding | None:
        """Where a class of the file, or one of the file that it derives from, gets an attribute or a function."""
        scope = self.scopes.classes.get(owner)
        found = (scope.attributes.get(name) or scope.names.get(name)) if scope else None
        if found:
            return nearest(found, order)
        bases = (self.of(base) for base in owner.bases)
        inherited = (
            self._binding_in_class(base, name) for base in bases if isinstance(base, ast.ClassDef) and base is not owner
        )
        return next(filter(None, inherited), None)

    def _elements_under(self, node: ast.Subscript) -> list[ast.AST]:
        """What stands under a key or at a place; all elements for a loop's variable, or if the key is not known."""
        if isinstance(node.slice, ast.Slice):
            return []
        key = self.of(node.slice)
        if is_each(node) or not isinstance(key, ast.Constant):
            return self._elements_of(node.value, "keys" if is_each(node) else "values")
        containers = self.choices(node.value) or [node.value]
        found = [_element_under(key.value, self.of(container)) for container in containers]
        return [each for each in found if each is not None] if all(found) else []

    def _elements_of(self, container: ast.AST, method: str) -> list[ast.AST]:
        """The elements of a list, or what a method of a dictionary gives, if they are written out."""
        node = self.of(container)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return [*node.elts]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            method, node = node.func.attr, self.of(node.func.value)
        if not isinstance(node, ast.Dict) or None in node.keys:  # {**more}
            return []
        pairs = [ast.Tuple([key, value], ast.Load()) for key, value in zip(node.keys, node.values) if key is not None]
        found: dict[str, list[ast.AST]] = {
            "items": [*pairs],
            "keys": [pair.elts[0] for pair in pairs],
            "values": [*node.values],
        }
        return found.get(method, [])


def _is_property(decorator: ast.AST) -> bool:
    return getattr(decorator, "id", getattr(decorator, "attr", "")) in ("property", "cached_property")


def _element_under(key: object, container: ast.AST) -> ast.AST | None:
    """What stands under a key in a dictionary, or at a place in a list, that is written out."""
    if isinstance(container, ast.Dict):
        keys = [getattr(each, "value", None) for each in container.keys]
        return container.values[keys.index(key)] if key is not None and key in keys else None
    if isinstance(container, (ast.List, ast.Tuple)) and type(key) is int and key < len(container.elts):
        return container.elts[key]
    return None
