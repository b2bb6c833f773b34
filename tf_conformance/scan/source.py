"""Code in files: Python, the cells of notebooks, and the blocks of Markdown and reStructuredText."""

from __future__ import annotations

import ast
import io
import json
import tokenize
from dataclasses import dataclass, replace
from typing import Any, Iterator

from tf_conformance.records.wording import plural
from tf_conformance.scan.blocks import blocks_of_markdown, blocks_of_rst
from tf_conformance.scan.parsing import parse_block, without_data

LONGEST = 2_000_000  # characters of code; more of it would take gigabytes to parse
FAILURES = 100  # attempts to read a cell of a damaged notebook
MARKDOWN = (".md", ".markdown", ".qmd", ".Rmd")


class SourceError(Exception):
    """A file that cannot be scanned; the message says why, in one line."""


@dataclass(frozen=True)
class Block:
    """Code that stands together: a file, a cell or a block of a text.

    ``line`` is where in the file, or in its cell, the first line stands; ``cell`` counts all cells of a notebook from 1.
    ``sure``: whether it is said to be Python, so that it is worth a word if it is not.
    """

    lines: list[str]
    line: int = 1
    cell: int | None = None
    sure: bool = True

    def place_of(self, index: int) -> str:
        """Where in the file one of its lines stands."""
        return f"{f'cell {self.cell}, ' if self.cell else ''}line {self.line + index}"


@dataclass(frozen=True)
class Source:
    """The code of one file.

    ``tree`` has the line numbers of ``lines``, all of its code one after the other; ``places`` has the cell (None if
    the file has none) and the line in it of each of these lines.
    """

    tree: ast.Module
    lines: list[str]
    places: list[tuple[int | None, int]]


def read_blocks(name: str, data: bytes, troubles: list[str]) -> list[Block]:
    """The code in a file, by the ending of its name; a text without a known one is Python or a notebook. Raises SourceError."""
    text = _decoded(data)
    if name.endswith(".ipynb") or (not name.endswith(".py") and text.lstrip().startswith("{")):
        return _cells_of(text, troubles)
    if name.endswith(MARKDOWN):
        return [Block(lines, line, sure=sure) for lines, line, sure in blocks_of_markdown(text.split("\n"))]
    if name.endswith(".rst"):
        return [Block(lines, line, sure=sure) for lines, line, sure in blocks_of_rst(text.split("\n"))]
    return [Block(text.split("\n"))]


def _decoded(data: bytes) -> str:
    """The text of a file: in the encoding that it declares, or else byte by byte, so that the code can be read in any case."""
    try:
        encoding: str = json.detect_encoding(data)
        if encoding.startswith("utf-8"):
            encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        text = data.decode("latin-1")
    return text.replace("\0", " ").replace("\f", "").replace("\r\n", "\n").replace("\r", "\n")


def _cells_of(text: str, troubles: list[str]) -> list[Block]:
    """The cells with code of a notebook, each with its number among all cells; of a damaged one, those that can be read."""
    try:
        return list(_code_cells(json.loads(text)))
    except ValueError as error:
        damage = f"a damaged notebook: {error}"
    except (AttributeError, KeyError, TypeError):
        damage = "a damaged notebook: it has no cells like those of Jupyter"
    try:
        blocks = list(_code_cells({"cells": list(_cells_within(text))}))
    except (AttributeError, KeyError, TypeError):
        blocks = []
    if not blocks:
        raise SourceError(damage)
    troubles.append(f"{damage}; only {plural(len(blocks), 'cell')} of code can be read")
    return blocks


def _code_cells(notebook: dict[str, Any]) -> Iterator[Block]:
    """The cells with code of a notebook of version 3 or 4."""
    cells = notebook.get("cells") or [cell for sheet in notebook.get("worksheets", []) for cell in sheet["cells"]]
    if _language_of(notebook) != "python":
        return
    for number, cell in enumerate(cells, 1):
        if cell["cell_type"] == "code":
            yield Block(_text_of(cell.get("source", cell.get("input", ""))).split("\n"), cell=number)


def _cells_within(text: str) -> Iterator[dict[str, Any]]:
    """What can be read of the cells in a text that is no JSON as a whole."""
    begin, failures = text.find("{"), 0
    while begin >= 0 and failures < FAILURES:
        try:
            found, end = json.JSONDecoder().raw_decode(text, begin)
        except (ValueError, RecursionError):
            found, end, failures = {}, begin + 1, failures + 1
        if "cell_type" in found:
            yield found
        begin = text.find("{", end)


def _text_of(source: Any) -> str:
    """The text of a cell, without halves of characters, which Python's parser refuses."""
    text = source if isinstance(source, str) else "".join(source or [])
    return text.encode(errors="replace").decode()


def _language_of(notebook: dict[str, Any]) -> str:
    metadata = notebook.get("metadata") or {}
    for part in ("language_info", "kernelspec"):
        language = (metadata.get(part) or {}).get("name" if part == "language_info" else "language")
        if language:
            return "python" if "python" in language.lower() else str(language)
    return "python"


def source_of(blocks: list[Block], troubles: list[str]) -> Source:
    """The code of blocks; what cannot be parsed of it is added to the troubles, in one line. Raises SourceError."""
    if _length_of(blocks) > LONGEST:
        blocks = [replace(block, lines=without_data(block.lines)) for block in blocks]
        troubles.append(
            f"more than {LONGEST // 1_000_000} million characters: statements that are too long for code are left out"
        )
    if _length_of(blocks) > LONGEST:
        raise SourceError(f"more than {LONGEST // 1_000_000} million characters of code: not scanned")
    body: list[ast.stmt] = []
    lines: list[str] = []
    places: list[tuple[int | None, int]] = []
    found: list[str] = []
    for block in blocks:
        parsed = parse_block(block.lines, block.line, len(lines), block.sure)
        body += parsed.body
        lines += parsed.lines
        places += [(block.cell, block.line + index) for index in range(len(parsed.lines))]
        found += [f"cell {block.cell}: {trouble}" if block.cell else trouble for trouble in parsed.troubles]
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    troubles += [f"{each}{more}" for each in found[:1]]
    return Source(ast.Module(body=body, type_ignores=[]), lines, places)


def _length_of(blocks: list[Block]) -> int:
    return sum(len(line) + 1 for block in blocks for line in block.lines)
