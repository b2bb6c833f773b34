"""What became of one statement, version by version."""

from __future__ import annotations

from typing import Iterator

from tf_conformance.records.matrix import Matrix, spans


def history_lines(matrix: Matrix, id_: str) -> Iterator[str]:
    """The ranges of versions on which the statement is the same, along each series of installs."""
    place = next(column.statements[id_].place for column in matrix.columns if id_ in column.statements)
    yield f"{id_}  ({place})"
    for series, columns in matrix.series().items():
        yield f"  {series}"
        for first, last, statement in spans(columns, id_):
            versions = first.label if first is last else f"{first.label} – {last.label}"
            yield _line(versions, str(statement.verdict), statement.says)
            if statement.reason:
                yield _line("", "why", statement.reason)
            elif statement.instead:
                yield _line("", "instead", statement.instead)


def _line(versions: str, label: str, text: str) -> str:
    return f"    {versions:14} {label:9}  {text}"
