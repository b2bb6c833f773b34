"""Which statements an error message is about: those whose cases have seen an error like it, or that say what raises one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Iterable, Iterator

from tf_conformance.records.error_text import alike
from tf_conformance.records.likeness import Likeness
from tf_conformance.records.matrix import Column, Matrix
from tf_conformance.records.record import StatementRecord
from tf_conformance.statements.form import Impact

LEAST_LIKENESS = 0.19
MOST_ANSWERS = 3
# Of two errors that are about as like the message, the one that a larger share of the installs raises is likelier; of two
# statements that have seen the same error, the one that has seen errors like it on more installs.
WEIGHT_OF_SHARE = 0.07


@dataclass(frozen=True)
class Explanation:
    """A statement, an error that its cases have seen, empty if none is on record, and the installs where it comes."""

    statement: StatementRecord
    error: str
    columns: tuple[Column, ...]

    @property
    def sentence(self) -> str:
        """What the statement says, and what it is called within its subject."""
        return f"{self.statement.id.partition('.')[2]} {self.statement.says}"

    def lines(self) -> Iterator[str]:
        """The statement as it is true where the error comes, and what to write instead."""
        yield f"{self.statement.id}  ({self.statement.place})"
        if self.error:
            yield f"  seen       {self.error}"
        yield f"  on         {', '.join(_ranges(self.columns))}"
        yield f"  {self.statement.kind!s:9}  {self.statement.says}"
        if self.statement.instead:
            yield f"  instead    {self.statement.instead}"


def explanations_of(message: str, matrix: Matrix) -> list[Explanation]:
    """The statements that a message is most likely about, the likeliest first; empty if there is none."""
    known = list(_known(matrix))
    likeness = Likeness(_texts_by_statement(known))
    scored = [(likeness.of(message, each.error, each.sentence), each) for each in known]
    found = [(score, each) for score, each in scored if score >= LEAST_LIKENESS]
    installs: dict[str, set[str]] = {}
    for _, each in found:
        installs.setdefault(each.statement.id, set()).update(column.name for column in each.columns)

    def likelihood(pair: tuple[float, Explanation]) -> tuple[float, int]:
        score, each = pair
        share = len(each.columns) / len(matrix.columns)
        return score * (1 + WEIGHT_OF_SHARE * share), len(installs[each.statement.id])

    best: dict[str, Explanation] = {}
    for _, each in sorted(found, key=likelihood, reverse=True):
        best.setdefault(each.statement.id, each)
    return list(best.values())[:MOST_ANSWERS]


def _known(matrix: Matrix) -> Iterator[Explanation]:
    """Each form with each of its errors; without an error if none is on record, but the form says that code stops."""
    forms: dict[tuple[str, str], dict[str, list[Column]]] = {}
    for column in matrix.columns:
        for statement in column.statements.values():
            columns_by_error = forms.setdefault((statement.id, statement.says), {})
            for error in sorted({alike(error) for case in statement.cases for error in case.errors}) or [""]:
                columns_by_error.setdefault(error, []).append(column)
    for (id_, _), columns_by_error in forms.items():
        for error, columns in columns_by_error.items():
            statement = columns[-1].statements[id_]
            if error or (statement.impact is Impact.ERROR and len(columns_by_error) == 1):
                yield Explanation(statement, error, tuple(columns))


def _texts_by_statement(known: Iterable[Explanation]) -> list[set[str]]:
    """The errors and sentences of each statement."""
    texts: dict[str, set[str]] = {}
    for each in known:
        texts.setdefault(each.statement.id, set()).update((each.error, each.sentence))
    return list(texts.values())


def _ranges(columns: Iterable[Column]) -> Iterator[str]:
    """The first and the last install of each series."""
    for series, group in groupby(columns, lambda column: column.series):
        first, *others = group
        yield f"{series} {first.label}" + (f" – {others[-1].label}" if others else "")
