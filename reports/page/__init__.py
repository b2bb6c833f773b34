"""The page: the matrix as one HTML file that needs no network."""

from __future__ import annotations

import json
import string
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from tf_conformance.records.matrix import DEFAULT_LINE, Cell, Column, Matrix, changes_along, spans
from tf_conformance.statements.catalogue import Catalogue, Statement
from tf_conformance.statements.form import Form, Verdict

FOLDER = Path(__file__).parent
DIGITS = string.digits + string.ascii_lowercase


@dataclass(frozen=True)
class Square:
    """One cell of the table.

    ``first`` in its line of installs; ``new`` where the statement became another one at this install.
    """

    verdict: str
    first: bool
    new: bool

    @property
    def letter(self) -> str:
        """The verdict's first letter, which no other verdict has."""
        return self.verdict[:1].upper() or "–"


@dataclass(frozen=True)
class Row:
    """One statement of the table, with what opens below it."""

    statement: Statement
    says: str
    squares: list[Square]
    changes: list[str]
    history: dict[str, list[tuple[str, Cell]]]
    forms: list[tuple[Form, str, list[tuple[str, str]]]]


def page_of(matrix: Matrix, catalogue: Catalogue, root: Path, charts: dict[str, str], machine: str) -> str:
    """The page as HTML.

    ``root`` is the folder that the catalogue's paths are relative to, ``charts`` are SVG by what they show, and
    ``machine`` is the processor that they were measured on.
    """
    rows = [_row(matrix, statement, root) for statement in catalogue if statement.id in matrix.ids]
    columns = [column for line in matrix.lines().values() for column in line]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("page.html.jinja").render(
        lines=matrix.lines(),
        columns=columns,
        stale=[column.name for column in columns if column.specification != catalogue.digest],
        places=_places(rows),
        verdicts=list(Verdict),
        counts={column.name: Counter(cell.verdict for cell in column.cells.values()) for column in columns},
        style=(FOLDER / "page.css").read_text(encoding="utf-8"),
        script=(FOLDER / "page.js").read_text(encoding="utf-8"),
        charts=charts,
        machine=machine,
        data=json.dumps(_data(matrix, columns, rows), ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/"),
    )


def _row(matrix: Matrix, statement: Statement, root: Path) -> Row:
    lines = matrix.lines()
    return Row(
        statement=statement,
        says=next(column.cells[statement.id].says for column in matrix.columns if statement.id in column.cells),
        squares=[square for columns in lines.values() for square in _squares(columns, statement.id)],
        changes=[change.column.label for change in changes_along(lines.get(DEFAULT_LINE, []), statement.id)],
        history={line: list(_history(columns, statement.id)) for line, columns in lines.items()},
        forms=[(form, statement.says(form), _sources(statement, form, root)) for form in statement.forms],
    )


def _squares(columns: list[Column], id_: str) -> list[Square]:
    changed = {change.column.name for change in changes_along(columns, id_)}
    return [
        Square(
            verdict=column.cells[id_].verdict if id_ in column.cells else "",
            first=column is columns[0],
            new=column.name in changed,
        )
        for column in columns
    ]


def _history(columns: list[Column], id_: str) -> Any:
    for first, last, cell in spans(columns, id_):
        yield first.label if first is last else f"{first.label} – {last.label}", cell


def _sources(statement: Statement, form: Form, root: Path) -> list[tuple[str, str]]:
    """Where each case of a form stands, and its text."""
    found = []
    for check in statement.checks:
        if check.form == form:
            lines = (root / check.path).read_text(encoding="utf-8").splitlines()
            found.append((f"{check.path}:{check.line}", "\n".join(_function(lines, check.line))))
    return found


def _function(lines: list[str], line: int) -> list[str]:
    """The lines of the function whose ``def`` stands at ``line``, with its decorators."""
    start = line - 1
    while start > 0 and lines[start - 1].strip():
        start -= 1
    body = [
        at for at in range(line, len(lines)) if lines[at] and not lines[at][0].isspace() and lines[at][0] not in ")]}"
    ]
    return "\n".join(lines[start : body[0] if body else len(lines)]).rstrip().splitlines()


def _places(rows: list[Row]) -> dict[str, list[Row]]:
    places: dict[str, list[Row]] = {}
    for row in rows:
        places.setdefault(row.statement.place, []).append(row)
    return places


def _data(matrix: Matrix, columns: list[Column], rows: list[Row]) -> dict[str, Any]:
    """What the script needs beside the table: the installs, and which form of each statement they met."""
    return {
        "columns": [{"name": c.name, "title": c.title, "label": c.label, "line": c.line} for c in columns],
        "statements": [_statement_data(columns, row.statement) for row in rows],
    }


def _statement_data(columns: list[Column], statement: Statement) -> dict[str, Any]:
    """Sentences and advice are kept once; ``met`` gives a digit a column: which of them that install met."""
    met: dict[tuple[str, str, str], int] = {}
    digits = ""
    for column in columns:
        cell = column.cells.get(statement.id)
        key = (cell.says, cell.instead, cell.reason) if cell else ("", "", "not in this record")
        digits += DIGITS[met.setdefault(key, len(met))]
    return {"id": statement.id, "place": statement.place, "sentences": list(met), "met": digits}
