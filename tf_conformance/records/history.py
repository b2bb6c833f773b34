"""How a statement has changed, version by version."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any, Iterator

from tf_conformance.records.json_answers import install_data, statement_data
from tf_conformance.records.matrix import Column, Matrix, range_label, spans
from tf_conformance.records.record import RecordError, StatementRecord
from tf_conformance.records.wording import no_match
from tf_conformance.statements.aliases import ids_of


def matching_ids(matrix: Matrix, words: str) -> list[str]:
    """The statements with this id, or an earlier one, or a pattern of ids; or else those in which each word begins one.

    Raises RecordError if there are none.
    """
    ids = [id_ for id_ in matrix.ids if any(fnmatchcase(each, words) for each in ids_of(id_))]
    if not ids and words.strip():
        sought = [re.compile(rf"\b{re.escape(word)}", re.IGNORECASE) for word in words.split()]
        ids = [id_ for id_ in matrix.ids if all(word.search(_text_of(matrix, id_)) for word in sought)]
    if not ids:
        raise RecordError(no_match(words, matrix.ids))
    return ids


def _text_of(matrix: Matrix, id_: str) -> str:
    """What a statement is called, says and advises on any install."""
    seen = [column.statements[id_] for column in matrix.columns if id_ in column.statements]
    return "\n".join({text for statement in seen for text in (id_, statement.says, statement.instead or "")})


class History:
    """The ranges of versions on which a statement is the same, along each series of installs."""

    def __init__(self, matrix: Matrix, id_: str) -> None:
        self.id = id_
        self.place = next(column.statements[id_].place for column in matrix.columns if id_ in column.statements)
        self.spans = {series: list(spans(columns, id_)) for series, columns in matrix.series().items()}

    def lines(self) -> Iterator[str]:
        """For a terminal."""
        yield f"{self.id}  ({self.place})"
        for series, stretches in self.spans.items():
            yield f"  {series}"
            for first, last, statement in stretches:
                yield _line(range_label(first, last), str(statement.verdict), statement.says)
                if statement.reason:
                    yield _line("", "why", statement.reason)
                elif statement.instead:
                    yield _line("", "instead", statement.instead)

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        series = {series: [_span_data(*span) for span in stretches] for series, stretches in self.spans.items()}
        return {"id": self.id, "place": self.place, "series": series}


def _line(versions: str, label: str, text: str) -> str:
    return f"    {versions:14} {label:9}  {text}"


def _span_data(first: Column, last: Column, statement: StatementRecord) -> dict[str, Any]:
    return {"first": install_data(first), "last": install_data(last), **statement_data(statement)}
