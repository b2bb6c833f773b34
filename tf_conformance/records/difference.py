"""What changes for a user who moves from one install to another."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Iterator

from tf_conformance.records.matrix import Cell, Column


@dataclass(frozen=True)
class Difference:
    """Two installs compared, statement by statement, in the order of the notes.

    ``changes`` holds the statement on either side wherever they differ; ``uncompared`` the id and the reason of those
    that one side did not check.
    """

    before: Column
    after: Column
    changes: list[tuple[Cell, Cell]]
    uncompared: list[tuple[str, str]]

    @property
    def unchanged(self) -> int:
        """How many statements are the same on both installs."""
        ids = {*self.before.cells, *self.after.cells}
        return len(ids) - len(self.changes) - len(self.uncompared)


def difference_of(before: Column, after: Column) -> Difference:
    """Compares two installs."""
    changes, uncompared = [], []
    for id_ in dict.fromkeys([*after.cells, *before.cells]):
        reason = _why_not_compared(id_, before) or _why_not_compared(id_, after)
        if reason:
            uncompared.append((id_, reason))
        elif before.cells[id_].seen != after.cells[id_].seen:
            changes.append((before.cells[id_], after.cells[id_]))
    return Difference(before, after, changes, uncompared)


def _why_not_compared(id_: str, column: Column) -> str:
    cell = column.cells.get(id_)
    if cell is None:
        return f"not in the record of {column.name}"
    return f"unchecked on {column.name}: {cell.reason}" if cell.verdict == "unchecked" else ""


# In words


def as_text(difference: Difference) -> str:
    """For a terminal."""
    return "\n".join(_text_lines(difference))


def _text_lines(difference: Difference) -> Iterator[str]:
    yield f"from  {difference.before.title}"
    yield f"to    {difference.after.title}"
    yield _tally(difference)
    place = ""
    for before, after in difference.changes:
        if after.place != place:
            place = after.place
            yield f"\n{place}"
        yield f"  {after.id}"
        yield "    from     %-9s  %s" % (before.verdict, before.says)
        yield "    to       %-9s  %s" % (after.verdict, after.says)
        if after.instead:
            yield f"    instead  {after.instead}"
    if difference.uncompared:
        yield "\nNot compared"
    for id_, reason in difference.uncompared:
        yield f"  {id_}: {reason}"


def as_markdown(difference: Difference) -> str:
    """For an issue, a pull request or a job's summary."""
    lines = [
        f"## From {difference.before.title} to {difference.after.title}",
        "",
        _tally(difference) + ".",
        "",
        "| statement | before | after | what to write instead |",
        "|---|---|---|---|",
    ]
    for before, after in difference.changes:
        sides = [f"*{cell.verdict}*: {cell.says}" for cell in (before, after)]
        lines.append("| {} |".format(" | ".join(map(table_cell, [f"`{after.id}`", *sides, after.instead]))))
    if difference.uncompared:
        lines += ["", "Not compared:", ""]
        lines += ["- `{}`: {}".format(*item) for item in difference.uncompared]
    return "\n".join(lines)


def as_json(difference: Difference) -> str:
    """For programs."""
    data = {
        "from": _side(difference.before),
        "to": _side(difference.after),
        "unchanged": difference.unchanged,
        "changes": [
            {"id": after.id, "place": after.place, "from": _cell(before), "to": _cell(after)}
            for before, after in difference.changes
        ],
        "uncompared": [{"id": id_, "reason": reason} for id_, reason in difference.uncompared],
    }
    return json.dumps(data, indent=1, ensure_ascii=False)


FORMATS = {"text": as_text, "markdown": as_markdown, "json": as_json}


def table_cell(text: str) -> str:
    """The text as it must stand in a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


def _tally(difference: Difference) -> str:
    return "%d statements differ, %d are the same, %d could not be compared" % (
        len(difference.changes),
        difference.unchanged,
        len(difference.uncompared),
    )


def _side(column: Column) -> dict[str, str]:
    return {"name": column.name, "tensorflow": column.install.tensorflow, "keras": column.install.keras}


def _cell(cell: Cell) -> dict[str, Any]:
    return {"verdict": cell.verdict, "says": cell.says, "instead": cell.instead or None}
