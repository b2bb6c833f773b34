"""The matrix as tables: CSV for spreadsheets, Markdown for repositories."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from tf_conformance.records.matrix import RELEASES, Change, Matrix, changes_along
from tf_conformance.records.standing import standing
from tf_conformance.records.verdict import Verdict
from tf_conformance.records.wording import table_row


def csv_of(matrix: Matrix) -> str:
    """One row per statement, one column per install, the verdict in each cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["statement", "place", *[column.name for column in matrix.columns]])
    for id_ in matrix.ids:
        cells = [column.statements.get(id_) for column in matrix.columns]
        place = next(cell.place for cell in cells if cell)
        writer.writerow([id_, place, *[cell.verdict if cell else "" for cell in cells]])
    return text.getvalue()


def markdown_of(matrix: Matrix) -> str:
    """The counts of verdicts and the standing of each install, and every change with its first version."""
    return "\n".join([*_counts(matrix), *_changes(matrix)]).rstrip() + "\n"


def _counts(matrix: Matrix) -> Iterator[str]:
    yield "# The matrix\n"
    yield "Built by `tox run -e report` from [records](records/); [the page](index.html) shows all of it.\n"
    yield table_row("record", "install", *Verdict, "standing")
    yield f"|---|---|{'---:|' * len(Verdict)}---|"
    for column in matrix.columns:
        yield table_row(column.name, column.title, *map(column.count, Verdict), standing(column.record))


def _changes(matrix: Matrix) -> Iterator[str]:
    yield "\n## What changed from release to release\n"
    releases = matrix.series().get(RELEASES, [])
    changes = [change for id_ in matrix.ids for change in changes_along(releases, id_)]
    for column in releases:
        lines = [_change_line(change) for change in changes if change.column is column]
        if lines:
            yield f"### {column.label}\n"
            yield from [*lines, ""]


def _change_line(change: Change) -> str:
    return f"- `{change.after.id}` ({change.before.verdict} → {change.after.verdict}): {change.after.says}"
