"""Expressions that stand for several others: in turn, as a loop's variable does, or for one of them, nobody knows which."""

from __future__ import annotations

import ast

from tf_conformance.scan.names import Names
from tf_conformance.scan.once import Once
from tf_conformance.scan.scopes import key_of

CHOOSING = (ast.IfExp, ast.Subscript, ast.arg)


class Choices:
    """The choices in one module, as far as the file writes them out."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._once = Once()

    def of(self, node: ast.AST) -> list[ast.expr]:
        """The expressions that one stands for, in turn or one of them; none for most."""
        none: list[ast.expr] = []
        origin = self._names.origin_of(node)
        return self._once.ask("of", origin, self._of, none) if isinstance(origin, CHOOSING) else none

    def is_in_turn(self, node: ast.AST) -> bool:
        """Whether an expression stands for each of these in turn."""
        origin = self._names.origin_of(node)
        return isinstance(origin, ast.Subscript) and key_of(origin) is ...

    def _of(self, origin: ast.AST) -> list[ast.expr]:
        found = self._as_written(origin)
        return [] if found and self._is_in_circle(origin) else found

    def _is_in_circle(self, origin: ast.AST) -> bool:
        """Whether what an expression stands for leads back to it: ``for x in xs: xs = [x]``."""
        todo, seen = [origin], {origin}
        while todo:
            node = todo.pop()
            found = list(map(self._names.origin_of, self._as_written(node)))
            if origin in found:
                return True
            todo += [each for each in found if each not in seen]
            seen.update(found)
        return False

    def _in_turn(self, origin: ast.AST) -> list[ast.expr]:
        """What the variable of a loop over a list or a dictionary stands for."""
        return self._elements_of(origin.value) if isinstance(origin, ast.Subscript) and key_of(origin) is ... else []

    def _as_written(self, origin: ast.AST) -> list[ast.expr]:
        """The two of a conditional expression, what calls pass, or what stands in a list or a dictionary."""
        if isinstance(origin, ast.IfExp):
            return [origin.body, origin.orelse]
        if isinstance(origin, ast.arg):
            return self._names.passed_for(origin)
        if not isinstance(origin, ast.Subscript) or isinstance(origin.slice, ast.Slice):
            return []
        index, tuples = key_of(origin), [self._elements_of(each) for each in self._in_turn(origin.value)]
        if index is ...:
            return self._in_turn(origin)
        if tuples and type(index) is int:  # of tuples that a loop takes apart
            return [each[index] for each in tuples] if all(index < len(each) for each in tuples) else []
        known = isinstance(self._names.origin_of(origin.slice), ast.Constant)
        return [] if known else self._elements_of(origin.value, "values")

    def _elements_of(self, container: ast.AST, method: str = "keys") -> list[ast.expr]:
        """The elements of a list, or what a method of a dictionary gives, if they are written out."""
        node = self._names.origin_of(container)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return node.elts
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            method, node = node.func.attr, self._names.origin_of(node.func.value)
        if not isinstance(node, ast.Dict):
            return []
        keys = [key for key in node.keys if key is not None]
        pairs: list[ast.expr] = [ast.Tuple([key, value], ast.Load()) for key, value in zip(keys, node.values)]
        found = {"items": pairs, "keys": keys, "values": node.values}
        return found.get(method, []) if len(keys) == len(node.keys) else []  # {**more}
