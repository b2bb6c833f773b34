"""What became of one statement, version by version."""

from __future__ import annotations

from typing import Iterator

from tf_conformance.records.matrix import Matrix, spans


def history_lines(matrix: Matrix, id_: str) -> Iterator[str]:
    """The stretches of versions on which the statement is the same, along each line of installs."""
    place = next(column.cells[id_].place for column in matrix.columns if id_ in column.cells)
    yield f"{id_}  ({place})"
    for line, columns in matrix.lines().items():
        yield f"  {line}"
        for first, last, cell in spans(columns, id_):
            versions = first.label if first is last else f"{first.label} – {last.label}"
            yield "    %-14s %-9s  %s" % (versions, cell.verdict, cell.says)
            if cell.reason or cell.instead:
                label, text = ("why", cell.reason) if cell.reason else ("instead", cell.instead)
                yield "    %-14s %-9s  %s" % ("", label, text)
