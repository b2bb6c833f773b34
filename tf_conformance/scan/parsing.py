"""The statements in a block of code, and the parts that are not Python."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass

from tf_conformance.scan.ipython import python_of
from tf_conformance.scan.syntax import parse

START = re.compile(r"(?!else\b|elif\b|except\b|finally\b)[^\s)\]}#]")  # of a statement that no other one contains
BEGUN = re.compile(r" on line (\d+)")  # in a message, where what is wrong begins
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
        lines = python_of(lines)
    troubles: list[str] = []
    for _ in range(TRIES):
        try:
            return Parsed(_parsed(lines, before), lines, troubles)
        except SyntaxError as error:
            if not sure:
                return Parsed([], lines, [])
            line = min(_line_of(error) - before, len(lines))
            troubles.append(f"not Python: {BEGUN.sub('', error.msg)} in line {line + first - 1}")
            lines = _without_statement(lines, line - 1)
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


def _without_statement(lines: list[str], index: int) -> list[str]:
    """The lines, with nothing in place of the statement that one of them belongs to."""
    starts = [number for number, line in enumerate(lines) if START.match(line)]
    first = max((number for number in starts if number <= index), default=0)
    last = min((number for number in starts if number > index), default=len(lines))
    return ["" if first <= number < last else line for number, line in enumerate(lines)]
