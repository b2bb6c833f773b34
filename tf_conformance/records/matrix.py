"""The matrix: records of many installs, side by side."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable, Iterator

from packaging.version import Version

from tf_conformance.install.install import Install
from tf_conformance.records.record import SCHEMA_VERSION
from tf_conformance.records.run import FAILED

PUBLISHED = Path(__file__).resolve().parents[2] / "reports" / "records"

DEFAULT_LINE, LEGACY_LINE, KERAS_LINE = "TensorFlow", "Legacy Keras", "Keras 3"


class RecordError(Exception):
    """A record that cannot be read; the message says which, why and what to do, in one line."""


@dataclass(frozen=True)
class Cell:
    """What one install made of one statement.

    ``instead`` says what to write where the notes' words do not do; ``reason`` why it is violated or unchecked;
    ``failures`` are the messages of the cases that failed.
    """

    id: str
    place: str
    says: str
    kind: str
    era: str
    verdict: str
    instead: str
    reason: str
    failures: tuple[str, ...] = ()

    @property
    def seen(self) -> tuple[str, str]:
        """What a user of the install sees: the verdict and the statement as it is true there."""
        return self.verdict, self.says


@dataclass(frozen=True)
class Column:
    """One record of the matrix: its name (that of the tox environment or of the file), the install, a cell a statement."""

    name: str
    install: Install
    specification: str
    complete: bool
    started: str
    seconds: float
    cells: dict[str, Cell]

    @property
    def line(self) -> str:
        """The line of installs that this one stands in; along a line one thing changes."""
        _, _, factor = self.name.partition("-")
        if self.install.keras_package == "tf_keras":
            return LEGACY_LINE
        return KERAS_LINE if factor.startswith("keras") else DEFAULT_LINE

    @property
    def label(self) -> str:
        """The version that changes along the line, such as 2.16, 3.4 or nightly."""
        if self.name.startswith("nightly"):
            return "nightly"
        version = self.install.keras if self.line == KERAS_LINE else self.install.tensorflow
        return ".".join(str(part) for part in Version(version).release[:2])

    @property
    def title(self) -> str:
        """The install in full, such as "TensorFlow 2.16.2 · Keras 3.4.1"."""
        return f"TensorFlow {self.install.tensorflow} · {self.install.keras_title}"

    def count(self, verdict: str) -> int:
        """How many statements have this verdict."""
        return sum(cell.verdict == verdict for cell in self.cells.values())


@dataclass(frozen=True)
class Change:
    """A statement that became another one along a line of installs: ``column`` is the first on which it did."""

    column: Column
    before: Cell
    after: Cell


class Matrix:
    """Columns in the order of their versions, line by line, and the statements in the order of the notes."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self.columns = sorted(columns, key=_order)
        self.ids = list(dict.fromkeys(id_ for column in reversed(self.columns) for id_ in column.cells))

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def lines(self) -> dict[str, list[Column]]:
        """The columns of each line that has some."""
        lines: dict[str, list[Column]] = {}
        for column in self.columns:
            lines.setdefault(column.line, []).append(column)
        return lines


def changes_along(columns: list[Column], id_: str) -> Iterator[Change]:
    """Where a statement became another one along a line; installs on which it was not checked are passed over."""
    before: Cell | None = None
    for column in columns:
        cell = column.cells.get(id_)
        if cell is None or cell.verdict == "unchecked":
            continue
        if before is not None and before.seen != cell.seen:
            yield Change(column, before, cell)
        before = cell


def spans(columns: list[Column], id_: str) -> Iterator[tuple[Column, Column, Cell]]:
    """The stretches of columns on which a statement is the same: the first, the last, and what they say."""
    stretch: list[Column] = []
    for column in columns:
        cell = column.cells.get(id_)
        if cell is None:
            continue
        if stretch and stretch[0].cells[id_].seen != cell.seen:
            yield stretch[0], stretch[-1], stretch[0].cells[id_]
            stretch = []
        stretch.append(column)
    if stretch:
        yield stretch[0], stretch[-1], stretch[0].cells[id_]


def read_matrix(folder: Path = PUBLISHED) -> Matrix:
    """The matrix of all records of a folder. Raises RecordError where there is none or one cannot be read."""
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise RecordError(f"{folder}: no records here; name a folder of records (--records FOLDER)")
    return Matrix(map(read_column, paths))


def find_column(name: str, folder: Path = PUBLISHED) -> Column:
    """The column of a record file, or of a published record by its name. Raises RecordError."""
    for path in (Path(name), folder / (name + ".json")):
        if path.is_file():
            return read_column(path)
    raise RecordError(f"{name}: no such file, and no published record; there are: {_names_in(folder)}")


def read_column(path: Path) -> Column:
    """The column of one record file. Raises RecordError."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RecordError(f"{path}: cannot be read: {error}") from None
    if not isinstance(record, dict) or "schema_version" not in record:
        raise RecordError(f"{path}: no record of tf-conformance; make one with pytest spec/ --record FILE")
    if record["schema_version"] != SCHEMA_VERSION:
        raise RecordError(
            "%s: a record of version %s, this kit reads version %d; run the kit on that install again"
            % (path, record["schema_version"], SCHEMA_VERSION)
        )
    try:
        return _column_of(path.stem, record)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise RecordError(f"{path}: damaged: {type(error).__name__} {error}") from None


def _column_of(name: str, record: dict[str, Any]) -> Column:
    return Column(
        name=name,
        install=Install(**record["install"]),
        specification=record["specification"],
        complete=record["complete"],
        started=record["started"],
        seconds=record["seconds"],
        cells={statement["id"]: _cell_of(statement) for statement in record["statements"]},
    )


def _cell_of(statement: dict[str, Any]) -> Cell:
    return Cell(
        id=statement["id"],
        place=statement["place"],
        says=statement["says"],
        kind=statement["form"]["kind"],
        era=statement["form"]["era"],
        verdict=statement["verdict"],
        instead=statement["instead"] or "",
        reason=statement["reason"] or "",
        failures=tuple(case["message"] for case in statement["cases"] if case["outcome"] == FAILED),
    )


def _order(column: Column) -> tuple[int, Version, Version, str]:
    line = [DEFAULT_LINE, LEGACY_LINE, KERAS_LINE].index(column.line)
    return line, Version(column.install.tensorflow), Version(column.install.keras), column.name


def _names_in(folder: Path) -> str:
    names = [path.stem for path in folder.glob("*.json")]
    return ", ".join(sorted(names, key=_natural)) or f"none in {folder}"


def _natural(name: str) -> list[Any]:
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]
