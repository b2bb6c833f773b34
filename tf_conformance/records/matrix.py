"""The matrix: records of many installs, side by side."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator

from packaging.version import Version

from tf_conformance.install.install import minor_release
from tf_conformance.records.record import Record, RecordError, StatementRecord, read_record
from tf_conformance.records.verdict import Verdict
from tf_conformance.records.wording import did_you_mean
from tf_conformance.tree import ROOT

PUBLISHED = ROOT / "reports" / "records"

# Series; another kind has the Keras versions on one TensorFlow.
RELEASES, LEGACY, ACCELERATED = "TensorFlow", "Legacy Keras", "With accelerators"
BY_TENSORFLOW = (RELEASES, LEGACY, ACCELERATED)


@dataclass(frozen=True)
class Column:
    """A record and its place in the matrix: its name, which is that of its file, and its series of installs."""

    name: str
    record: Record
    series: str = RELEASES
    statements: dict[str, StatementRecord] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "statements", {statement.id: statement for statement in self.record.statements})

    @property
    def label(self) -> str:
        """The version that changes along the series, such as 2.16, 3.4, 2.22rc0 or nightly."""
        install = self.record.install
        return release_of(install.tensorflow if self.series in BY_TENSORFLOW else install.keras)

    @property
    def title(self) -> str:
        """The install in full, such as "TensorFlow 2.16.2 · Keras 3.4.1", and with which accelerators."""
        install = self.record.install
        parts = (f"TensorFlow {install.tensorflow}", install.keras_title, install.accelerator_title)
        return " · ".join(filter(None, parts))

    def count(self, verdict: Verdict) -> int:
        """How many of the statements that were to be checked have this verdict."""
        return sum(each.verdict is verdict for each in self.record.statements if each.selected)


@dataclass(frozen=True)
class Change:
    """A statement that changes along a series; ``column`` is the first install that has ``after``."""

    column: Column
    before: StatementRecord
    after: StatementRecord


class Matrix:
    """Columns in the order of their versions, series by series, and statements in the order of the notes."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self.columns = sorted(_in_series(columns), key=_order)
        self.ids = list(dict.fromkeys(id_ for column in reversed(self.columns) for id_ in column.statements))

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def series(self) -> dict[str, list[Column]]:
        """The columns of each series."""
        series: dict[str, list[Column]] = {}
        for column in self.columns:
            series.setdefault(column.series, []).append(column)
        return series


def release_of(version: str) -> str:
    """The release that a version belongs to, such as 2.16 for 2.16.2.

    A release candidate is one of its own, such as 2.22rc0, and a build between releases is "nightly".
    """
    if Version(version).is_devrelease:
        return "nightly"
    return minor_release(version) + "".join(map(str, Version(version).pre or ()))


def changes_along(columns: list[Column], id_: str) -> Iterator[Change]:
    """Where a statement changes along a series; installs on which it was not checked are skipped."""
    before: StatementRecord | None = None
    for column in columns:
        after = column.statements.get(id_)
        if after is None or after.verdict is Verdict.UNCHECKED:
            continue
        if before is not None and before.seen != after.seen:
            yield Change(column, before, after)
        before = after


def spans(
    columns: list[Column], id_: str, aspect: Callable[[StatementRecord], object] = lambda statement: statement.seen
) -> Iterator[tuple[Column, Column, StatementRecord]]:
    """The stretches of columns on which an aspect of a statement is the same: the first, the last, and the statement there."""
    recorded = [column for column in columns if id_ in column.statements]
    for _, group in groupby(recorded, key=lambda column: aspect(column.statements[id_])):
        stretch = list(group)
        yield stretch[0], stretch[-1], stretch[0].statements[id_]


def range_label(first: Column, last: Column) -> str:
    """The versions from one column of a series to another, such as "2.9 – 2.15"; "2.9" if they are one."""
    return first.label if first is last else f"{first.label} – {last.label}"


def read_matrix(folder: Path = PUBLISHED) -> Matrix:
    """The matrix of all records in a folder. Raises RecordError if there are none or one cannot be read."""
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise RecordError(f"{folder}: no records here; name a folder of records (--records FOLDER)")
    return Matrix(map(read_column, paths))


def find_column(name: str, folder: Path = PUBLISHED) -> Column:
    """The column of a record file, or of a published record by its name. Raises RecordError."""
    for path in (Path(name), folder / f"{name}.json"):
        if path.is_file():
            return read_column(path)
    if Path(name).is_dir():
        raise RecordError(f"{name}: a folder, not a record")
    raise RecordError(f"{name}: neither a file nor the name of a published record{_what_there_is(name, folder)}")


def read_column(path: Path) -> Column:
    """The column of one record file. Raises RecordError."""
    return Column(path.stem, read_record(path))


def _in_series(columns: Iterable[Column]) -> Iterator[Column]:
    """Finds the series of each column: that of TensorFlow's releases has one Keras for each, the newest."""
    releases: dict[str, list[Column]] = {}
    for column in columns:
        if column.record.install.accelerator_title:
            yield replace(column, series=ACCELERATED)
        elif column.record.install.keras_package == "tf_keras":
            yield replace(column, series=LEGACY)
        else:
            releases.setdefault(column.record.install.tensorflow, []).append(column)
    for tensorflow, group in releases.items():
        yield from _of_one_release(tensorflow, group)


def _of_one_release(tensorflow: str, columns: list[Column]) -> Iterator[Column]:
    """With several versions of Keras on one TensorFlow, the newest is what an installer would choose."""
    versions = {column.record.install.keras for column in columns}
    if len(versions) == 1:
        yield from columns
        return
    newest = max(versions, key=Version)
    chosen = min(
        (each for each in columns if each.record.install.keras == newest), key=lambda each: _natural(each.name)
    )
    for column in columns:
        yield column if column is chosen else replace(column, series=f"Keras on TensorFlow {tensorflow}")


def _order(column: Column) -> tuple[int, Version, Version, list[Any]]:
    install = column.record.install
    kind = BY_TENSORFLOW.index(column.series) if column.series in BY_TENSORFLOW else len(BY_TENSORFLOW)
    return kind, Version(install.tensorflow), Version(install.keras), _natural(column.name)


def _what_there_is(name: str, folder: Path) -> str:
    """What may be meant by an unknown name, or all names; nothing if it is a path."""
    if os.path.dirname(name) or name.endswith(".json"):
        return ""
    names = sorted((path.stem for path in folder.glob("*.json")), key=_natural)
    return did_you_mean(name, names) or f"; there are: {', '.join(names) or f'none in {folder}'}"


def _natural(name: str) -> list[Any]:
    """A key that sorts tf2.9 before tf2.10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]
