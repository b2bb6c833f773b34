"""Which statements an error message is about: those whose cases have seen an error like it, or that say what raises one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any, Iterable, Iterator

from tf_conformance.records.error_text import alike
from tf_conformance.records.json_answers import statement_data
from tf_conformance.records.likeness import Likeness, Message, message_of
from tf_conformance.records.matrix import Column, Matrix, range_label
from tf_conformance.records.paste import PastedError, errors_in
from tf_conformance.records.record import StatementRecord
from tf_conformance.statements.form import Impact

# Halfway between what public messages about other things reach at most, and those about a statement at least.
LEAST_LIKENESS = 0.34
MOST_ANSWERS = 3


@dataclass(frozen=True)
class Known:
    """A statement, an error that its cases have seen (empty if none is on record), and the installs where it occurs."""

    statement: StatementRecord
    error: str
    columns: tuple[Column, ...]

    @property
    def message(self) -> Message:
        """The part of the error that is compared."""
        type_, _, message = self.error.partition(": ")
        return message_of(PastedError(type_, message))

    @property
    def sentence(self) -> Message:
        """The parts of the statement's sentence, and of its name within its subject, that are compared."""
        return message_of(PastedError("", f"{self.statement.id.partition('.')[2]} {self.statement.says}"))


@dataclass(frozen=True)
class Explanation:
    """What is known, and how similar the error in question is to it, from 0 to 1."""

    known: Known
    likeness: float

    def lines(self) -> Iterator[str]:
        """The statement as it is true where the error occurs, and what to write instead."""
        statement = self.known.statement
        yield f"{statement.id}  ({statement.place})"
        if self.known.error:
            yield f"  seen       {self.known.error}"
        yield f"  on         {', '.join(_ranges(self.known.columns))}"
        yield f"  {statement.kind!s:9}  {statement.says}"
        if statement.instead:
            yield f"  instead    {statement.instead}"

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        statement = self.known.statement
        return {
            "id": statement.id,
            "place": statement.place,
            "likeness": round(self.likeness, 2),
            "error": self.known.error or None,
            "installs": [column.name for column in self.known.columns],
            **statement_data(statement),
        }


class Explainer:
    """Explains messages by what the records of a matrix know of errors."""

    def __init__(self, matrix: Matrix) -> None:
        self._known = list(_known(matrix))
        self._likeness = Likeness(_messages_by_statement(self._known))

    def explain(self, text: str) -> list[Explanation]:
        """The statements that the last error of a text is most likely about, of which any is; the likeliest first."""
        for error in errors_in(text):
            ranked = self._ranked(message_of(error))
            found = [each for each in ranked if each.likeness >= LEAST_LIKENESS]
            if found:
                return found[:MOST_ANSWERS]
        return []

    def _ranked(self, asked: Message) -> list[Explanation]:
        """Each statement with what is most like the message; if two are alike, that of more installs comes first."""
        explanations = [
            Explanation(each, self._likeness.of(asked, each.message, each.sentence))
            for each in self._known
            if each.message.form == asked.form or each.statement.impact is Impact.ERROR
        ]
        explanations.sort(key=lambda each: (each.likeness, len(each.known.columns)), reverse=True)
        best: dict[str, Explanation] = {}
        for each in explanations:
            best.setdefault(each.known.statement.id, each)
        return list(best.values())


def _known(matrix: Matrix) -> Iterator[Known]:
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
                yield Known(statement, error, tuple(columns))


def _messages_by_statement(known: Iterable[Known]) -> list[list[Message]]:
    """The errors and sentences of each statement."""
    messages: dict[str, list[Message]] = {}
    for each in known:
        messages.setdefault(each.statement.id, []).extend((each.message, each.sentence))
    return list(messages.values())


def _ranges(columns: Iterable[Column]) -> Iterator[str]:
    """The first and the last install of each series."""
    for series, group in groupby(columns, lambda column: column.series):
        stretch = list(group)
        yield f"{series} {range_label(stretch[0], stretch[-1])}"
