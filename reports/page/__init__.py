"""The page: the matrix as one HTML file that needs no network."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from reports.page.history import Meeting, history_of
from reports.page.sources import sources_of
from reports.stale import changed_files
from tf_conformance.records.matrix import RELEASES, Column, Matrix, changes_along
from tf_conformance.records.standing import standing
from tf_conformance.records.verdict import Verdict
from tf_conformance.records.wording import IMPACTS
from tf_conformance.statements.aliases import ALIASES
from tf_conformance.statements.catalogue import Catalogue, Function, Statement
from tf_conformance.statements.form import Form

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Square:
    """One cell of the table: what an install meets, or None if its record does not have the statement.

    ``first`` in its series; ``new`` if the statement became another one at this install.
    """

    meeting: Meeting | None
    first: bool
    new: bool


@dataclass(frozen=True)
class Row:
    """One statement of the table, in its form on the newest TensorFlow, with what opens below it.

    ``history`` has what installs meet, and which they are; ``forms`` have the place and the text of each function that
    checks them.
    """

    statement: Statement
    form: Form
    squares: list[Square]
    changes: list[str]
    history: dict[Meeting, list[str]]
    forms: list[tuple[Form, list[tuple[Function, str]]]]

    @property
    def says(self) -> str:
        """The statement in one sentence."""
        return self.statement.says(self.form)

    @property
    def week(self) -> str:
        """The part of the notes, or that the statement is about the install."""
        return self.statement.place.partition(",")[0]

    @property
    def met(self) -> list[int | None]:
        """What each install meets, as an index into the history."""
        indices = {meeting: index for index, meeting in enumerate(self.history)}
        return [indices[square.meeting] if square.meeting else None for square in self.squares]


def page_of(matrix: Matrix, catalogue: Catalogue, root: Path, charts: dict[str, str], machine: str) -> str:
    """The page as HTML.

    ``root`` is the folder that the catalogue's paths are relative to, ``charts`` are SVG by what they show, and
    ``machine`` is the processor that they were measured on.
    """
    sources = sources_of(catalogue, root)
    rows = [_row(matrix, statement, sources) for statement in catalogue]
    return _template().render(
        series=matrix.series(),
        columns=matrix.columns,
        stale=[column.name for column in matrix.columns if changed_files(column.record, catalogue)],
        rows=rows,
        places=_places(rows),
        verdicts=list(Verdict),
        impacts=IMPACTS,
        charts=charts,
        machine=machine,
        data=_json({**_data(matrix.columns, rows), "aliases": ALIASES}),
    )


def _template() -> jinja2.Template:
    """The template of the page, with its style and script."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.update(
        standing=standing,
        style=(FOLDER / "page.css").read_text(encoding="utf-8"),
        script=(FOLDER / "page.js").read_text(encoding="utf-8"),
    )
    environment.filters.update(source=_source)
    return environment.get_template("page.html.jinja")


def _row(matrix: Matrix, statement: Statement, sources: dict[str, str]) -> Row:
    series = matrix.series()
    return Row(
        statement=statement,
        form=_newest_form(matrix, statement),
        squares=[square for columns in series.values() for square in _squares(columns, statement.id)],
        changes=[change.column.label for change in changes_along(series.get(RELEASES, []), statement.id)],
        history=history_of(matrix, statement.id),
        forms=[
            (form, [(each, sources[each.nodeid]) for each in statement.functions_of(form)]) for form in statement.forms
        ],
    )


def _newest_form(matrix: Matrix, statement: Statement) -> Form:
    newest = matrix.series().get(RELEASES, matrix.columns)[-1]
    return statement.forms_on(newest.record.install.versions())[0]


def _squares(columns: list[Column], id_: str) -> Iterator[Square]:
    changed = {change.column.name for change in changes_along(columns, id_)}
    for column in columns:
        statement = column.statements.get(id_)
        yield Square(
            meeting=Meeting.of(statement) if statement else None,
            first=column is columns[0],
            new=column.name in changed,
        )


def _places(rows: Iterable[Row]) -> dict[str, list[Row]]:
    places: dict[str, list[Row]] = {}
    for row in rows:
        places.setdefault(row.statement.place, []).append(row)
    return places


def _data(columns: Sequence[Column], rows: Iterable[Row]) -> dict[str, Any]:
    """What the script needs besides the table: the installs, and what in the history of a statement each of them meets."""
    return {
        "columns": [{"name": column.name, "title": column.title} for column in columns],
        "met": {row.statement.id: row.met for row in rows},
    }


def _json(data: Any) -> str:
    """The data as JSON that may stand in a script element."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def _source(text: str) -> Markup:
    """Python as the text of an element, in which quotes may stand as they are: there are thousands of them."""
    return Markup(escape(text, quote=False))
