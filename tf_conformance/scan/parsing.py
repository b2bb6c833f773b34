"""The statements in a block of code, and the parts that are not Python."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from typing import Iterator

from tf_conformance.scan.ipython import is_python, python_of
from tf_conformance.scan.syntax import parse

# Of a statement that no other one contains; a number or a text may belong to a list that has begun before.
START = re.compile(r"""(?!else\b|elif\b|except\b|finally\b)[^\s)\]}#\d'"+.-]""")
BEGUN = re.compile(r" on line (\d+)")  # in a message, where what is wrong begins
BY_HAND = 100_000  # characters of a statement; a longer one is data
TRIES = 20  # statements of a block that may be no Python before the rest of it is given up


@dataclass(frozen=True)
class Parsed:
    """The statements of a block, its lines as they were parsed, and what could not be parsed."""

    body: list[ast.stmt]
    lines: list[str]
    troubles: list[str]


def parse_block(lines: list[str], first: int, before: int, sure: bool) -> Parsed:
    """A block as Python; if it is none, as IPython; of what is neither, the statements that are, if it is ``sure`` to be Python.

    ``first`` is the number of its first line where troubles tell of it; the tree's numbers begin after ``before``.
    """
    try:
        return Parsed(_parsed(lines, before), lines, [])
    except SyntaxError:
        sure = sure and is_python(lines)
        lines = python_of(lines)
    troubles: list[str] = []
    for _ in range(TRIES):
        try:
            return Parsed(_parsed(lines, before), lines, troubles)
        except SyntaxError as error:
            if not sure:
                return Parsed([], lines, [])
            line = min(_line_of(error) - before, len(lines))
            begin, end = _wrong_statement(lines, line)
            line = line if line <= end else begin + 1
            troubles.append(f"not Python: {BEGUN.sub('', error.msg)} in line {line + first - 1}")
            lines = [*lines[:begin], *[""] * (end - begin), *lines[end:]]
    return Parsed([], lines, troubles[:1])


def _parsed(lines: list[str], before: int) -> list[ast.stmt]:
    """The statements, with the numbers of their lines counted on. Raises SyntaxError, also for what is too much for the parser."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of invalid escapes and the like, which are not what is looked for
            return parse("\n" * before + "\n".join(lines)).body
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(str(error)) from None


def _line_of(error: SyntaxError) -> int:
    """The line where what is wrong begins."""
    begun = BEGUN.search(error.msg or "")
    return int(begun.group(1)) if begun else error.lineno or 1


def _wrong_statement(lines: list[str], line: int) -> tuple[int, int]:
    """The bounds of the statement that is wrong: Python before 3.10 may notice it only in a line of one that follows."""
    until = [bounds for bounds in _statements(lines) if bounds[0] < line]
    return next((bounds for bounds in reversed(until) if not _is_statement(lines[slice(*bounds)])), until[-1])


def _is_statement(lines: list[str]) -> bool:
    try:
        _parsed(lines, 0)
    except SyntaxError:
        return False
    return True


def without_data(lines: list[str]) -> list[str]:
    """The lines, with nothing in place of statements that are too long to have been written by hand."""
    kept: list[str] = []
    for first, last in _statements(lines):
        statement = lines[first:last]
        kept += statement if sum(map(len, statement)) <= BY_HAND else [""] * len(statement)
    return kept


def _statements(lines: list[str]) -> Iterator[tuple[int, int]]:
    """The indices of the first line of each statement that no other one contains, and of the line after it."""
    starts = [number for number, line in enumerate(lines) if number and START.match(line)]
    return zip([0, *starts], [*starts, len(lines)])
