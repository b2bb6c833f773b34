"""How to put numbers and impacts into words, and texts into tables."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Iterable, Sequence

from tf_conformance.statements.form import Impact

MOST_NAMED = 4  # ids in one line
# What becomes of code that relies on something else than what is true.
IMPACTS = {
    Impact.SILENT: "runs, but does something else",
    Impact.ERROR: "stops with an error",
    Impact.LOOKS: "does the same, but a name, a text or a warning differs",
}


def plural(count: int, noun: str) -> str:
    """The count with its noun: ``plural(1, "case")`` is "1 case", ``plural(2, "case")`` "2 cases"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def named(ids: Sequence[str]) -> str:
    """The first few ids, and how many more there are."""
    rest = len(ids) - MOST_NAMED
    return ", ".join(ids[:MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question, after a semicolon, that suggests words of similar spelling; empty if there are none."""
    *others, last = get_close_matches(word.lower(), list(known)) or [""]
    return f"; did you mean {', '.join(others)}{' or ' if others else ''}{last}?" if last else ""


def no_match(words: str, ids: Iterable[str]) -> str:
    """That no statement matches, with what may be meant."""
    return f"no statement matches '{words}'{did_you_mean(words, ids) or '; all of them: tf-conformance list'}"


def table_row(*cells: object) -> str:
    """A row of a Markdown table; what would end a cell is escaped."""
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(content: object) -> str:
    return " ".join(str(content).split()).replace("|", "\\|")
