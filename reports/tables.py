"""The matrix as tables: CSV for spreadsheets, Markdown for repositories."""

from __future__ import annotations

import csv
import io

from tf_conformance.records.matrix import DEFAULT_LINE, Change, Matrix, changes_along
from tf_conformance.statements.form import Verdict


def csv_of(matrix: Matrix) -> str:
    """A row a statement, a column an install, the verdict in each cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["statement", "place", *[column.name for column in matrix.columns]])
    for id_ in matrix.ids:
        cells = [column.cells.get(id_) for column in matrix.columns]
        place = next(cell.place for cell in cells if cell)
        writer.writerow([id_, place, *[cell.verdict if cell else "" for cell in cells]])
    return text.getvalue()


def markdown_of(matrix: Matrix) -> str:
    """How many statements have which verdict on each install, and every change with its first version."""
    lines = [
        "# The matrix",
        "",
        "Built by `tox run -e report` from [records](records/); [the page](index.html) shows all of it.",
        "",
    ]
    lines += ["| record | install | " + " | ".join(str(verdict) for verdict in Verdict) + " |"]
    lines += ["|---|---|" + "---:|" * len(Verdict)]
    for column in matrix.columns:
        counts = " | ".join(str(column.count(verdict)) for verdict in Verdict)
        lines.append(f"| {column.name} | {column.title} | {counts} |")
    lines += ["", "## What became of the statements, from release to release", ""]
    releases = matrix.lines().get(DEFAULT_LINE, [])
    changes = [change for id_ in matrix.ids for change in changes_along(releases, id_)]
    for column in releases:
        new = [_change_line(change) for change in changes if change.column is column]
        if new:
            lines += [f"### {column.label}", "", *new, ""]
    return "\n".join(lines).rstrip() + "\n"


def _change_line(change: Change) -> str:
    return f"- `{change.after.id}` ({change.before.verdict} → {change.after.verdict}): {change.after.says}"
