"""The source of the functions that check forms."""

from __future__ import annotations

import ast
from pathlib import Path

from tf_conformance.statements.catalogue import Catalogue


def sources_of(catalogue: Catalogue, root: Path) -> dict[str, str]:
    """Each function with its decorators, as written in its spec file below ``root``, by node id."""
    paths = dict.fromkeys(function.path for function in catalogue.functions())
    return {f"{path}::{name}": text for path in paths for name, text in _functions_in(root / path).items()}


def _functions_in(path: Path) -> dict[str, str]:
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return {function.name: "\n".join(lines[_first_line(function) - 1 : function.end_lineno]) for function in functions}


def _first_line(function: ast.FunctionDef) -> int:
    return min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
