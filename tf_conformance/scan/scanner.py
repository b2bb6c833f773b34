"""Compares code with the statements that contradict it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterable

from tf_conformance.scan.bite import Bite
from tf_conformance.scan.certainty import Certainty
from tf_conformance.scan.finding import Found
from tf_conformance.scan.functions import FUNCTIONS
from tf_conformance.scan.ignoring import ids_in, is_ignored
from tf_conformance.scan.matching import Matcher
from tf_conformance.scan.pattern import Pattern, parse_pattern
from tf_conformance.scan.source import Block, Source, SourceError, read_blocks, source_of
from tf_conformance.scan.syntax import is_deep
from tf_conformance.scan.turns import position_of

LARGEST = 256_000_000  # bytes of a file; a notebook with many pictures has less
WORD = re.compile(r"\w+")
SHOWN = 100  # characters of code
LEGACY_SWITCH = "TF_USE_LEGACY_KERAS"
SWITCHED_ON = tuple(
    parse_pattern(text)
    for text in (
        f"os.environ['{LEGACY_SWITCH}'] = $ONE_OF('1', 'True', 'true')",
        f"os.environ.setdefault('{LEGACY_SWITCH}', $ONE_OF('1', 'True', 'true'))",
    )
)
LAST_KERAS_2 = "2.99"


@dataclass(frozen=True)
class Hit:
    """A line that meets a form: where it stands, the code, and whether that is only possible.

    ``cell`` counts all cells of a notebook from 1 and is None elsewhere; ``line`` is the line in the cell, or in the file.
    """

    bite: Bite
    pattern: Pattern
    path: str
    cell: int | None
    line: int
    code: str
    possible: bool


@dataclass(frozen=True)
class Scanned:
    """What came of one file: its hits in the order of the text, and what could not be read.

    ``ignored`` has the ids that comments name, each with the place of one; ``unread`` says that nothing could be read.
    """

    path: str
    hits: list[Hit]
    troubles: list[str]
    ignored: dict[str, str] = field(default_factory=dict)
    unread: bool = False


def scan_file(path: Path, bites: Iterable[Bite]) -> Scanned:
    """Scans a file; one that cannot be read is a trouble, not an error."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)  # a device may not end
    except OSError as error:
        return Scanned(str(path), [], [f"cannot be read: {error.strerror or error}"], unread=True)
    if len(data) > LARGEST:
        return Scanned(str(path), [], [f"more than {LARGEST // 1_000_000} MB: too large to scan"], unread=True)
    return scan_text(str(path), data, bites)


def scan_text(path: str, data: bytes, bites: Iterable[Bite]) -> Scanned:
    """Scans what a file with this name has in it."""
    troubles: list[str] = []
    try:
        blocks = read_blocks(path, data, troubles)
        hits = sorted(_hits_in(path, blocks, bites, troubles), key=lambda hit: (hit.cell or 0, hit.line))
    except (SourceError, RecursionError) as error:
        reason = str(error) if isinstance(error, SourceError) else "nested too deeply to scan"
        return Scanned(path, [], [reason], unread=True)
    ignored = {id_: place for block in blocks for id_, place in ids_in(block)}
    return Scanned(path, hits, troubles, ignored)


def _hits_in(path: str, blocks: list[Block], bites: Iterable[Bite], troubles: list[str]) -> Iterable[Hit]:
    """The hits in blocks of code, which are not even parsed if they lack the words of every pattern."""
    words = {word for block in blocks for line in block.lines for word in WORD.findall(line)}
    likely = [(bite, each) for bite in bites for each in bite.patterns if not any(map(words.isdisjoint, each.words))]
    if not likely:
        return []
    source = source_of(blocks, troubles)
    try:
        return _hits_of(path, source, likely, words)
    except RecursionError:
        troubles.append("a part that is nested too deeply is left out")
        source.tree.body[:] = [statement for statement in source.tree.body if not is_deep(statement)]
        return _hits_of(path, source, likely, words)


def _hits_of(path: str, source: Source, likely: list[tuple[Bite, Pattern]], words: set[str]) -> Iterable[Hit]:
    matcher = Matcher(source.tree)
    if _uses_legacy_keras(matcher, words):
        likely = [(bite, pattern) for bite, pattern in likely if not bite.form.era.excludes("keras", LAST_KERAS_2)]
    in_tensorflow = matcher.names.uses_tensorflow
    best: dict[tuple[str, int | None, int], Hit] = {}  # one of a statement on a line
    for bite, pattern in likely:
        for found in matcher.find(pattern):
            if is_ignored(_lines_of(source, found.nodes[-1]), bite.form.statement):
                continue
            hit = _hit_of(path, source, bite, pattern, found, in_tensorflow)
            key = bite.form.statement, hit.cell, hit.line
            if key not in best or best[key].possible:
                best[key] = hit
    return best.values()


def _uses_legacy_keras(matcher: Matcher, words: set[str]) -> bool:
    """Whether a file imports tf_keras, or makes it TensorFlow's Keras: Keras 3 does not run its code."""
    switches = SWITCHED_ON if LEGACY_SWITCH in words else ()
    switched = (found.certainty is Certainty.YES for pattern in switches for found in matcher.find(pattern))
    return "tf_keras" in matcher.names.packages or any(switched)


def _hit_of(path: str, source: Source, bite: Bite, pattern: Pattern, found: Found, in_tensorflow: bool) -> Hit:
    cell, line = source.places[position_of(found.nodes[-1])[0] - 1]
    code = " … ".join(_code_of(source, node) for node in found.nodes)
    possible = found.certainty is not Certainty.YES or not in_tensorflow
    return Hit(bite, pattern, path, cell, line, code, possible)


def _lines_of(source: Source, node: ast.AST) -> list[str]:
    first: int = getattr(node, "lineno")  # noqa: B009 - only some nodes have one, those that are found among them
    return source.lines[first - 1 : getattr(node, "end_lineno", first)]


def _code_of(source: Source, node: ast.AST) -> str:
    """The code of a node in one line, shortened; of a class or a function, its first line."""
    lines = _lines_of(source, node)
    if isinstance(node, (ast.ClassDef, *FUNCTIONS)):
        code = lines[0].strip()
    else:  # columns count bytes
        begin, end = getattr(node, "col_offset"), getattr(node, "end_col_offset")  # noqa: B009
        lines[-1] = lines[-1].encode()[:end].decode()
        lines[0] = lines[0].encode()[begin:].decode()
        code = " ".join(" ".join(lines).split())
    return code if len(code) <= SHOWN else f"{code[: SHOWN - 1]}…"
