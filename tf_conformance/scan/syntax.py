"""Code as a syntax tree, in one form whatever the Python."""

from __future__ import annotations

import ast
import sys
from typing import Any

INDEX_IS_A_NODE = sys.version_info < (3, 9)
DEEPEST = 100  # levels of a statement for which Python's stack surely suffices


def parse(text: str) -> ast.Module:
    """The tree of a text, in which ``getattr(x, 'name')`` is ``x.name``. Raises SyntaxError and ValueError."""
    tree = ast.parse(text)
    if INDEX_IS_A_NODE or "getattr(" in text:
        for node in reversed(list(ast.walk(tree))):  # what is within comes first
            for name, value in ast.iter_fields(node):
                if isinstance(value, list):
                    value[:] = map(_simplest, value)
                else:
                    setattr(node, name, _simplest(value))
    return tree


def is_deep(node: ast.AST) -> bool:
    """Whether a node has more levels than can be scanned."""
    level = [node]
    for _ in range(DEEPEST):
        level = [child for each in level for child in ast.iter_child_nodes(each)]
    return bool(level)


def _simplest(node: Any) -> Any:
    """Python 3.8 has a node of its own around what a subscript holds; getattr with a default stays."""
    if INDEX_IS_A_NODE and isinstance(node, ast.Index):
        return getattr(node, "value")  # noqa: B009 - only that of Python 3.8 has one
    if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "getattr" or len(node.args) != 2:
        return node
    name = getattr(node.args[1], "value", None)
    return ast.copy_location(ast.Attribute(node.args[0], name, ast.Load()), node) if isinstance(name, str) else node
