"""Digests: whether a spec file, or anything of the specification that it builds on, has been edited."""

from __future__ import annotations

import ast
import hashlib
import re
import tokenize
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Callable, Iterable, Iterator

from tf_conformance.statements.syntax import all_statements, parsed

# Arguments of a form's decorator on which no verdict depends.
BESIDE_THE_POINT = ("traces", "reported")
BEGINS_DECORATOR = re.compile(r"\s*@\w")
OPENING, CLOSING = ("(", "[", "{"), (")", "]", "}")


def digests_of(paths: Iterable[Path], root: Path, parse: Callable[[Path], ast.Module] = parsed) -> dict[str, str]:
    """For each spec file, by its path relative to ``root``: the SHA-256 of its text and that of all that it builds on.

    Those are the modules and packages that it imports from its own repository's top-level package, directly or not, and
    the ``conftest.py`` of its folder and of the folders around it; without what says where a form was reported, and what
    traces it leaves in code. Raises SyntaxError if one of them cannot be read.
    """
    # Most spec files build on the same files.
    counts = lru_cache(maxsize=None)(lambda path: _what_counts(path.read_text(encoding="utf-8")))
    imported = lru_cache(maxsize=None)(lambda path: tuple(_imported(path, parse(path), root)))
    return {path.relative_to(root).as_posix(): _digest(path, root, counts, imported) for path in paths}


def _digest(path: Path, root: Path, counts: Callable[[Path], str], imported: Callable[[Path], Iterable[Path]]) -> str:
    digest = hashlib.sha256()
    for part in sorted(_foundations(path, root, imported)):
        digest.update(part.relative_to(root).as_posix().encode() + b"\0")
        digest.update(counts(part).encode() + b"\0")  # whatever the line ends are
    return digest.hexdigest()


def _what_counts(text: str) -> str:
    """A module's text, with each decorator reduced to its tokens, without the arguments on which no verdict depends."""
    lines = iter(text.splitlines(keepends=True))
    return "".join(_decorator(line, lines) if BEGINS_DECORATOR.match(line) else line for line in lines)


def _decorator(first: str, following: Iterator[str]) -> str:
    """What counts of the decorator that begins on one line and takes as many of those that follow as it needs."""
    tokens: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(chain([first.lstrip()], following).__next__):
        if token.type == tokenize.NEWLINE:
            break
        if token.type not in (tokenize.NL, tokenize.COMMENT):
            tokens.append(token)
    return f"{_without_arguments_beside_the_point(tokens)}\n"


def _without_arguments_beside_the_point(decorator: list[tokenize.TokenInfo]) -> str:
    words, depth, passing_over = [], 0, False
    for token, following in zip(decorator, [*decorator[1:], decorator[-1]]):
        depth += (token.string in OPENING) - (token.string in CLOSING)
        ends = (depth == 1 and token.string == ",") or depth == 0
        if depth == 1 and token.string in BESIDE_THE_POINT and following.string == "=":
            passing_over = True
        elif not passing_over or ends:
            words.append(token.string)
            passing_over = False
    return re.sub(r",+(\)?)", lambda commas: commas.group(1) or ",", "".join(words))


def _foundations(path: Path, root: Path, imported: Callable[[Path], Iterable[Path]]) -> set[Path]:
    found: set[Path] = set()
    todo = [path, *_conftests(path, root / _package(path, root))]
    while todo:
        part = todo.pop()
        if part not in found:
            found.add(part)
            todo += imported(part)
    return found


def _package(path: Path, root: Path) -> str:
    return path.relative_to(root).parts[0]


def _conftests(path: Path, top: Path) -> Iterator[Path]:
    for folder in path.parents:
        if (folder / "conftest.py").exists():
            yield folder / "conftest.py"
        if folder == top:
            return


def _imported(path: Path, module: ast.Module, root: Path) -> Iterator[Path]:
    """The files of the modules that a file imports from its own package, wherever in it the import stands."""
    package = _package(path, root)
    for node in all_statements(module):
        for parts in (name.split(".") for name in _modules_named(node)):
            if parts[0] == package:
                files = (root.joinpath(*parts).with_suffix(".py"), root.joinpath(*parts, "__init__.py"))
                yield from filter(Path.exists, files)


def _modules_named(node: ast.AST) -> list[str]:
    """The modules that an import names; what is imported from a package may be a module, too. No spec file imports relatively."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []
