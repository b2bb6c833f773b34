"""The order in which the nodes of a file run."""

from __future__ import annotations

import ast
import sys
from typing import Iterator, Tuple

from tf_conformance.scan.functions import FUNCTIONS, Function
from tf_conformance.scan.once import once
from tf_conformance.scan.origins import Origins

Turn = Tuple[int, ...]  # when a node runs: its line and column, after those of the call that leads to it
LATER = sys.maxsize  # what ends a turn, so that the body of a function comes before what is done with its result


class Turns:
    """The turns of one module."""

    def __init__(self, origins: Origins) -> None:
        self._origins = origins
        self._around = dict(_with_functions_around(origins.scopes.module.node))

    @once(unknown=lambda node: (*position_of(node), LATER))
    def turn_of(self, node: ast.AST) -> Turn:
        """When a node runs: the body of a function, but not of a method, that the file calls once, where it is called."""
        function = self._around.get(node)
        is_method = function is not None and self._origins.owner_of(function) is not None
        calls = self._origins.calls_of(function) if function is not None and not is_method else []
        led = self.turn_of(calls[0])[:-1] if len(calls) == 1 else ()
        return (*led, *position_of(node), LATER)


def position_of(node: ast.AST) -> tuple[int, int]:
    """Line and column of a node."""
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _with_functions_around(tree: ast.AST) -> Iterator[tuple[ast.AST, Function]]:
    """The nodes in functions' bodies, each with the innermost function."""
    todo: list[tuple[ast.AST, Function | None]] = [(tree, None)]
    while todo:
        node, function = todo.pop()
        if function is not None:
            yield node, function
        within = node if isinstance(node, (ast.Lambda, *FUNCTIONS)) else function
        todo += [(child, within) for child in ast.iter_child_nodes(node)]
