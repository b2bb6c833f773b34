"""Which statements an error message is about: those whose cases have seen an error like it, on any install of the matrix."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import Iterable, Iterator, Mapping

from tf_conformance.records.matrix import Column, Matrix
from tf_conformance.records.record import StatementRecord

# What names are made of: setInput, input_shape and weights.h5 each have several.
PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
LEAST_LIKENESS = 0.35  # of 1, for the same words
MOST_ANSWERS = 3
TRACEBACK = re.compile(r"^\s*(?:Traceback |File \"|at )|^\s*~*\^+~*\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Explanation:
    """A statement, the error of its cases that is most like the message, the likeness (0 to 1), and where it was seen."""

    statement: StatementRecord
    error: str
    likeness: float
    columns: tuple[Column, ...]

    def lines(self) -> Iterator[str]:
        """The statement as it is true where the error comes, and what to write instead."""
        yield f"{self.statement.id}  ({self.statement.place})"
        yield f"  seen       {self.error}"
        yield f"  on         {', '.join(_ranges(self.columns))}"
        yield f"  {self.statement.kind!s:9}  {self.statement.says}"
        if self.statement.instead:
            yield f"  instead    {self.statement.instead}"


def _ranges(columns: Iterable[Column]) -> Iterator[str]:
    """The first and the last install of each series."""
    for series, group in groupby(columns, lambda column: column.series):
        first, *others = group
        yield f"{series} {first.label}" + (f" – {others[-1].label}" if others else "")


def explanations_of(message: str, matrix: Matrix) -> list[Explanation]:
    """The statements that a message is most likely about, the likeliest first; empty if there is none."""
    seen = _errors_of(matrix)
    rarity = _rarity(seen)
    words = words_of(message)
    best: dict[str, Explanation] = {}
    for (id_, error), columns in seen.items():
        found = Explanation(
            columns[-1].statements[id_], error, _likeness(words, words_of(error), rarity), tuple(columns)
        )
        if found.likeness >= max(LEAST_LIKENESS, best[id_].likeness if id_ in best else 0):
            best[id_] = found
    return sorted(best.values(), key=lambda found: -found.likeness)[:MOST_ANSWERS]


def words_of(message: str) -> frozenset[str]:
    """The words of the last lines of a traceback, in lower case."""
    text = "\n".join(line for line in message.splitlines() if not TRACEBACK.search(line))
    return frozenset(word.lower() for word in PARTS.findall(text) if len(word) > 1)


def _errors_of(matrix: Matrix) -> dict[tuple[str, str], list[Column]]:
    """The installs on which each error was seen, by statement and error."""
    seen: dict[tuple[str, str], list[Column]] = {}
    for column in matrix.columns:
        for statement in column.statements.values():
            for error in sorted({error for case in statement.cases for error in case.errors}):
                seen.setdefault((statement.id, error), []).append(column)
    return seen


def _rarity(errors: Iterable[tuple[str, str]]) -> Mapping[str, float]:
    """How much a word tells: more, the fewer statements have it in their errors."""
    words_by_statement: dict[str, set[str]] = {}
    for id_, error in errors:
        words_by_statement.setdefault(id_, set()).update(words_of(error))
    counts = Counter(word for words in words_by_statement.values() for word in words)
    return {word: math.log(1 + len(words_by_statement) / count) for word, count in counts.items()}


def _likeness(message: frozenset[str], error: frozenset[str], rarity: Mapping[str, float]) -> float:
    """The weight of the common words as a share of that of the known words of both (their cosine)."""
    weight = {word: rarity.get(word, 0.0) ** 2 for word in message | error}
    norm = math.sqrt(sum(weight[word] for word in message) * sum(weight[word] for word in error))
    return sum(weight[word] for word in message & error) / norm if norm else 0.0
