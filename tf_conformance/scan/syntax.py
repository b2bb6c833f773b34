"""Code as a syntax tree, in one form whatever the Python."""

from __future__ import annotations

import ast
import sys

INDEX_IS_A_NODE = sys.version_info < (3, 9)


def parse(text: str) -> ast.Module:
    """The tree of a text, in which ``getattr(x, 'name')`` is ``x.name``. Raises SyntaxError and ValueError."""
    tree = ast.parse(text)
    if INDEX_IS_A_NODE or "getattr(" in text:
        Simplified().visit(tree)
    return tree


class Simplified(ast.NodeTransformer):
    """Changes a tree to its simplest form."""

    def visit_Index(self, node: ast.AST) -> ast.AST:  # noqa: N802 - ast's way to name it
        """Python 3.8 has a node of its own around what a subscript holds."""
        inner: ast.AST = self.visit(getattr(node, "value"))  # noqa: B009 - only that of Python 3.8 has one
        return inner

    def visit_Call(self, node: ast.Call) -> ast.expr:  # noqa: N802
        """A call of another function than getattr, or with a default, stays."""
        self.generic_visit(node)
        name = getattr(node.args[-1], "value", None) if len(node.args) == 2 else None
        if getattr(node.func, "id", "") != "getattr" or not isinstance(name, str):
            return node
        return ast.copy_location(ast.Attribute(node.args[0], name, ast.Load()), node)
