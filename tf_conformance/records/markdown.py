"""Records as Markdown, as the step summary of a CI job shows it."""

from __future__ import annotations

from typing import Iterator

from tf_conformance.records.difference import table_cell
from tf_conformance.records.matrix import Column
from tf_conformance.statements.form import Verdict

ASIDE = [
    (Verdict.CHANGED, "changed since the notes"),
    (Verdict.MISSTATED, "misstated by the notes"),
    (Verdict.DEFECT, "known defects of this version"),
    (Verdict.UNCHECKED, "unchecked"),
]


def step_summary(columns: list[Column]) -> str:
    """A table of how many statements have which verdict, and what is violated; for a single install also all the rest."""
    lines = ["## TensorFlow conformance", "", *_table(columns)]
    for column in columns:
        lines += _violated(column)
    if len(columns) == 1:
        lines += _aside(columns[0])
    return "\n".join(lines)


def _table(columns: list[Column]) -> Iterator[str]:
    yield "| install | {} | |".format(" | ".join(str(verdict) for verdict in Verdict))
    yield "|---|%s---|" % ("---:|" * len(Verdict))
    for column in columns:
        counts = [str(column.count(verdict)) for verdict in Verdict]
        yield "| {} | {} | {} |".format(column.title, " | ".join(counts), _standing(column))


def _standing(column: Column) -> str:
    if not column.complete:
        return "⚠ interrupted"
    return "✗ violated" if column.count(Verdict.VIOLATED) else "✓ as specified"


def _violated(column: Column) -> Iterator[str]:
    for cell in column.cells.values():
        if cell.verdict == Verdict.VIOLATED:
            yield f"\n<details><summary>✗ <code>{cell.id}</code> on {column.title}: {cell.says}</summary>\n"
            for message in cell.failures:
                yield f"```\n{message}\n```"
            yield "\n</details>"


def _aside(column: Column) -> Iterator[str]:
    for verdict, title in ASIDE:
        cells = [cell for cell in column.cells.values() if cell.verdict == verdict]
        if cells:
            yield "\n<details><summary>%d %s</summary>\n" % (len(cells), title)
            yield "| statement | | %s |" % ("why" if verdict is Verdict.UNCHECKED else "instead")
            yield "|---|---|---|"
            for cell in cells:
                yield f"| `{cell.id}` | {table_cell(cell.says)} | {table_cell(cell.reason or cell.instead)} |"
            yield "\n</details>"
