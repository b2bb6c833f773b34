"""Digests: whether a spec file, or anything of the specification that it builds on, has been edited."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path
from typing import Iterable, Iterator


def digests_of(paths: Iterable[Path], root: Path) -> dict[str, str]:
    """For each spec file, by its path relative to ``root``: the SHA-256 of its text and that of all that it builds on.

    Those are the modules and packages that it imports from its own repository's top-level package, directly or not, and
    the ``conftest.py`` of its folder and of the folders around it. Raises SyntaxError if one of them cannot be read.
    """
    return {path.relative_to(root).as_posix(): _digest(path, root) for path in paths}


def _digest(path: Path, root: Path) -> str:
    digest = hashlib.sha256()
    for part in sorted(_foundations(path, root)):
        digest.update(part.relative_to(root).as_posix().encode() + b"\0")
        digest.update(part.read_text(encoding="utf-8").encode() + b"\0")  # whatever the line ends are
    return digest.hexdigest()


def _foundations(path: Path, root: Path) -> set[Path]:
    package = path.relative_to(root).parts[0]
    found: set[Path] = set()
    todo = [path, *_conftests(path, root / package)]
    while todo:
        part = todo.pop()
        if part not in found:
            found.add(part)
            todo += _imported(part, root, package)
    return found


def _conftests(path: Path, top: Path) -> Iterator[Path]:
    for folder in path.parents:
        if (folder / "conftest.py").exists():
            yield folder / "conftest.py"
        if folder == top:
            return


def _imported(path: Path, root: Path, package: str) -> Iterator[Path]:
    """The files of the modules that a file imports from the package, wherever in it the import stands."""
    folder = path.relative_to(root).parent.parts
    for node in ast.walk(ast.parse(path.read_bytes(), str(path))):
        for parts in (name.split(".") for name in _modules_named(node, folder)):
            if parts[0] == package:
                files = (root.joinpath(*parts).with_suffix(".py"), root.joinpath(*parts, "__init__.py"))
                yield from filter(Path.exists, files)


def _modules_named(node: ast.AST, folder: tuple[str, ...]) -> list[str]:
    """The modules that an import in this folder names; what is imported from a package may be a module, too."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        around = folder[: len(folder) - node.level + 1] if node.level else ()
        module = ".".join([*around, *([node.module] if node.module else [])])
        return [module, *(f"{module}.{alias.name}" for alias in node.names)]
    return []
