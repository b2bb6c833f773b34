"""Code in files: Python, the cells of notebooks, and the blocks of Markdown and reStructuredText."""

from __future__ import annotations

import ast
import io
import json
import re
import textwrap
import tokenize
import warnings
from dataclasses import dataclass
from typing import Any, Iterable, Iterator

from tf_conformance.scan.blocks import blocks_of_markdown, blocks_of_rst

LONGEST = 10_000_000  # characters of code; more of it is data, and would take gigabytes to parse

# A cell magic after which the rest of the cell is still Python that runs here.
PYTHON_MAGICS = ("capture", "prun", "time", "timeit", "tensorflow_version")
CELL_MAGIC = re.compile(r"\s*%%(\w+)")
LINE_OF_IPYTHON = re.compile(
    r"(?P<indent>\s*)(?:[%!?]|[\w.]+\?{1,2}\s*$|[\w.,\s]+=\s*[!%]|(?:pip3?|conda)\s+install\s)",
)


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


@dataclass(frozen=True)
class Source:
    """The code of one file.

    ``tree`` has the line numbers of ``lines``, all of its code one after the other; ``places`` has the cell (None if
    the file has none) and the line in it of each of these lines. ``troubles`` say what could not be read.
    """

    tree: ast.Module
    lines: list[str]
    places: list[tuple[int | None, int]]
    troubles: list[str]


def read_source(name: str, data: bytes) -> Source:
    """The code in a file, by the ending of its name; a text without a known one is Python or a notebook. Raises SourceError."""
    text = _decoded(data)
    if name.endswith(".ipynb") or (not name.endswith(".py") and text.lstrip().startswith("{")):
        blocks = list(_cells_of(text))
    elif name.endswith((".md", ".markdown")):
        blocks = [Block(lines, line, sure=sure) for lines, line, sure in blocks_of_markdown(text.splitlines())]
    elif name.endswith(".rst"):
        blocks = [Block(lines, line, sure=sure) for lines, line, sure in blocks_of_rst(text.splitlines())]
    else:
        blocks = [Block(text.splitlines())]
    if sum(len(line) for block in blocks for line in block.lines) > LONGEST:
        raise SourceError(f"more than {LONGEST // 1_000_000} million characters of code: not scanned")
    return _source_of(blocks)


def _decoded(data: bytes) -> str:
    """The text of a file: in the encoding that it declares, or else byte by byte, so that the code can be read in any case."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        text = data.decode("latin-1")
    return text.replace("\0", " ").replace("\f", " ").replace("\r\n", "\n").replace("\r", "\n")


def _cells_of(text: str) -> Iterator[Block]:
    """The cells with code of a notebook of version 3 or 4, each with its number among all cells."""
    try:
        notebook = json.loads(text)
        cells = notebook.get("cells") or [cell for sheet in notebook.get("worksheets", []) for cell in sheet["cells"]]
        if _language_of(notebook) != "python":
            return
        for number, cell in enumerate(cells, 1):
            if cell["cell_type"] == "code":
                yield Block(_python_of(_text_of(cell.get("source", cell.get("input", "")))), cell=number)
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise SourceError(f"a damaged notebook: {type(error).__name__}: {error}") from None


def _text_of(source: Any) -> str:
    return source if isinstance(source, str) else "".join(source)


def _language_of(notebook: dict[str, Any]) -> str:
    metadata = notebook.get("metadata") or {}
    for part in ("language_info", "kernelspec"):
        language = (metadata.get(part) or {}).get("name" if part == "language_info" else "language")
        if language:
            return "python" if "python" in language.lower() else str(language)
    return "python"


def _python_of(text: str) -> list[str]:
    """The lines of a cell, with ``pass`` for what IPython does and Python does not know; none of a cell in another language."""
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    magic = CELL_MAGIC.match(first)
    if magic and magic.group(1) not in PYTHON_MAGICS:
        return [""] * len(lines)
    return list(_without_ipython(textwrap.dedent("\n".join(lines)).split("\n")))


def _without_ipython(lines: Iterable[str]) -> Iterator[str]:
    """The lines, with ``pass`` for a magic or a shell line, and nothing for those that continue it."""
    open_brackets = 0
    continued = quoted = False
    for line in lines:
        found = None if quoted or continued else LINE_OF_IPYTHON.match(line)
        if found or continued:
            yield f"{found['indent']}pass" if found else ""
            open_brackets += sum(line.count(sign) for sign in "([{") - sum(line.count(sign) for sign in ")]}")
            continued = line.rstrip().endswith("\\") or open_brackets > 0
            open_brackets = max(open_brackets, 0) if continued else 0
        else:
            yield line
            quoted ^= (line.count('"""') + line.count("'''")) % 2 == 1


def _source_of(blocks: list[Block]) -> Source:
    lines = [line for block in blocks for line in block.lines]
    places = [(block.cell, block.line + index) for block in blocks for index in range(len(block.lines))]
    troubles: list[str] = []
    try:
        tree = _parsed(lines)
    except SourceError:
        tree, troubles = _parsed_one_by_one(blocks)
    return Source(tree, lines, places, troubles)


def _parsed_one_by_one(blocks: list[Block]) -> tuple[ast.Module, list[str]]:
    """The code of all blocks that are Python, and what is wrong with the others, in one line."""
    body: list[ast.stmt] = []
    troubles, before = [], 0
    for block in blocks:
        try:
            tree = _parsed(block.lines, block.line)
            ast.increment_lineno(tree, before)
            body += tree.body
        except SourceError as error:
            if block.sure:
                troubles.append(f"cell {block.cell}: {error}" if block.cell else str(error))
        before += len(block.lines)
    more = f" (and {len(troubles) - 1} more)" if len(troubles) > 1 else ""
    return ast.Module(body=body, type_ignores=[]), [f"{troubles[0]}{more}"] if troubles else []


def _parsed(lines: list[str], first: int = 1) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of invalid escapes and the like, which are not what is looked for
            return ast.parse("\n".join(lines))
    except SyntaxError as error:
        raise SourceError(f"not Python: {error.msg} in line {(error.lineno or 1) + first - 1}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise SourceError(f"cannot be parsed: {error}") from None
