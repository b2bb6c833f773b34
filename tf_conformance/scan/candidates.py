"""The nodes of a file that statements of patterns may match."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import Callable, Iterable, Tuple

from tf_conformance.scan.pattern import ONE_OF, alternatives, dotted, metavariable
from tf_conformance.scan.turns import Turn

Group = Tuple[type, str]  # of nodes: their type and, where they have one, a name
SETTINGS = (ast.Assign, ast.AnnAssign)


class Candidates:
    """The nodes of a file, or of a part of it, in the order in which they run.

    ``called`` gives the last part of the name of what a call calls, or several, ``turn`` what nodes are sorted by.
    """

    def __init__(
        self, nodes: Iterable[ast.AST], called: Callable[[ast.AST], list[str]], turn: Callable[[ast.AST], Turn]
    ) -> None:
        self._turn = turn
        self._groups: dict[Group, list[ast.AST]] = {}
        for node in nodes:
            if hasattr(node, "lineno"):
                names = called(node.func) if isinstance(node, ast.Call) else [_own_name(node)]
                for name in ("", *filter(None, names)):
                    self._groups.setdefault((type(node), name), []).append(node)
        self._sorted: dict[frozenset[Group], tuple[list[ast.AST], list[Turn]]] = {}

    def between(self, part: ast.AST, first: ast.AST | None = None, last: ast.AST | None = None) -> list[ast.AST]:
        """The nodes that a statement of a pattern may be found in, after one node and before another, if these are given."""
        groups = _groups_of(part)
        if groups not in self._sorted:
            nodes = sorted((node for each in groups for node in self._groups.get(each, [])), key=self._turn)
            self._sorted[groups] = nodes, list(map(self._turn, nodes))
        nodes, turns = self._sorted[groups]
        begin = bisect_right(turns, self._turn(first)) if first is not None else 0
        end = bisect_left(turns, self._turn(last)) if last is not None else len(nodes)
        return nodes[begin:end]


def _own_name(node: ast.AST) -> str:
    """The name that an expression ends in."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


@lru_cache(maxsize=None)
def _groups_of(part: ast.AST) -> frozenset[Group]:
    """The groups of nodes that a statement of a pattern may be found in."""
    which, parts = alternatives(part)
    if which == ONE_OF:
        return frozenset(each for other in parts for each in _groups_of(other))
    if isinstance(part, ast.Assign):
        return frozenset((kind, "") for kind in SETTINGS)
    name = _own_name(part.func if isinstance(part, ast.Call) else part)
    name = "" if metavariable(name) else name
    if dotted(part):
        return frozenset([(ast.Name, name), (ast.Attribute, name), (ast.ImportFrom, "")])
    return frozenset([(type(part), name)])
