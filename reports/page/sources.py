"""The source of the functions that check a form."""

from __future__ import annotations

import ast
from pathlib import Path

from tf_conformance.statements.catalogue import Function


class Sources:
    """Reads each spec file below ``root`` once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._texts: dict[str, dict[str, str]] = {}

    def text_of(self, function: Function) -> str:
        """The function with its decorators, as written in its spec file."""
        if function.path not in self._texts:
            self._texts[function.path] = _functions_in((self._root / function.path).read_text(encoding="utf-8"))
        return self._texts[function.path][function.name]


def _functions_in(source: str) -> dict[str, str]:
    lines = source.splitlines()
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return {function.name: "\n".join(lines[_first_line(function) - 1 : function.end_lineno]) for function in functions}


def _first_line(function: ast.FunctionDef) -> int:
    return min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
