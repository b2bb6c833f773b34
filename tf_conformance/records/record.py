"""The record of a run: one JSON file, described by reports/record.schema.json."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from packaging.version import Version

from tf_conformance import __version__
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.install import Install
from tf_conformance.install.problem import Problem
from tf_conformance.records.verdict import Outcome, Verdict
from tf_conformance.records.version_1 import from_version_1
from tf_conformance.statements.aliases import current_id
from tf_conformance.statements.form import Impact, Kind

SCHEMA_VERSION = 2
NOT_SELECTED = "not selected in this run"
UNFINISHED = "the case did not finish"


class RecordError(Exception):
    """A record that cannot be used; the message says which, why and what to do, in one line."""


@dataclass
class CaseRecord:
    """The outcome of one case: one pytest item. A case that has begun is unchecked until it finishes.

    ``seconds`` include set-up and tear-down. ``message`` says what was expected and seen, or why the case was not
    checked, and ``lacks`` the optional part that it would have needed; both are empty if there is nothing to say.
    ``errors`` are those that TensorFlow raised as the case expected, as text.
    """

    id: str
    outcome: Outcome = Outcome.UNCHECKED
    seconds: float = 0.0
    device: str | None = None
    message: str = UNFINISHED
    lacks: str = ""
    errors: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> CaseRecord:
        """The case that ``to_json`` made data of."""
        case = cls(**data)  # the published records have 50,000
        case.outcome, case.errors = Outcome(case.outcome), tuple(case.errors)
        case.message, case.lacks = case.message or "", case.lacks or ""
        return case

    def to_json(self) -> dict[str, Any]:
        """The case as JSON data."""
        return _without_empty(_with_nulls(asdict(self), "message", "lacks"), "errors")


@dataclass
class StatementRecord:
    """The verdict of a statement on an install, in the form that applies there, with the cases that it rests on.

    ``path`` is its spec file and ``era`` the versions of its form, as text. ``impact`` is None if the form holds.
    ``reason`` says why the statement is violated or unchecked; ``lacks`` is the optional part whose absence left it
    unchecked. ``deviation`` is why the install is known to violate the statement, whether or not it does; it is empty if
    it violates more of it than is known. ``files`` are those that are damaged; ``outdated`` is what is no longer so of the
    known deviations.
    """

    id: str
    place: str
    subject: str
    path: str
    says: str
    kind: Kind
    era: str
    impact: Impact | None
    verdict: Verdict
    instead: str
    reason: str
    deviation: str
    lacks: str
    cases: tuple[CaseRecord, ...]
    files: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()

    @property
    def selected(self) -> bool:
        """Whether the run was to check this statement at all."""
        return self.reason != NOT_SELECTED

    @property
    def checked_in_part(self) -> bool:
        """Whether its cases passed, as far as they ran, and others were not selected or not reached."""
        passed = all(case.outcome is Outcome.PASSED for case in self.cases)
        return self.verdict is Verdict.UNCHECKED and bool(self.cases) and passed

    @property
    def seen(self) -> tuple[Verdict, str]:
        """What a user of the install meets: the verdict, and the statement as it is true there."""
        return self.verdict, self.says

    @property
    def details(self) -> list[str]:
        """All reasons of unchecked cases, line by line, beyond the one that sums them up."""
        unchecked = (case for case in self.cases if case.outcome is Outcome.UNCHECKED)
        return [line for case in unchecked for line in case.message.splitlines()[1:]]

    @property
    def failures(self) -> list[str]:
        """The messages of the cases that failed."""
        return [case.message for case in self.cases if case.outcome is Outcome.FAILED]

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> StatementRecord:
        """The statement that ``to_json`` made data of."""
        read = cls(**data)
        read.id = current_id(read.id)
        read.kind, read.verdict = Kind(read.kind), Verdict(read.verdict)
        read.impact = Impact(read.impact) if read.impact else None
        read.instead, read.reason = read.instead or "", read.reason or ""
        read.deviation, read.lacks = read.deviation or "", read.lacks or ""
        read.cases = tuple(map(CaseRecord.from_json, data["cases"]))
        read.files, read.outdated = tuple(read.files), tuple(read.outdated)
        return read

    def to_json(self) -> dict[str, Any]:
        """The statement as JSON data."""
        data = {**asdict(self), "cases": [case.to_json() for case in self.cases]}
        return _without_empty(_with_nulls(data, "instead", "reason", "deviation", "lacks"), "files", "outdated")


@dataclass(frozen=True)
class Record:
    """One run on one install.

    ``specification`` has the digest of each spec file as it was run, by its path. ``started`` is ISO 8601 in UTC.
    ``complete`` is false until the run has ended. An ``obstacle`` prevents more than the install's files from being checked.
    """

    install: Install
    specification: dict[str, str]
    problems: tuple[Problem, ...]
    started: str
    seconds: float
    complete: bool
    obstacle: Obstacle | None
    statements: tuple[StatementRecord, ...]
    kit_version: str

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Record:
        """The record that ``to_json`` made data of, or that a kit with version 1 of the schema wrote.

        Raises RecordError for any other version, and KeyError, TypeError, ValueError or AttributeError for data that
        lacks a field or has an unknown one.
        """
        fields = _of_this_version(data)
        fields["install"] = Install.from_json(data["install"])
        fields["problems"] = tuple(map(Problem.from_json, fields["problems"]))
        fields["obstacle"] = Obstacle.from_json(data["obstacle"]) if data["obstacle"] else None
        fields["statements"] = tuple(map(StatementRecord.from_json, fields["statements"]))
        return cls(**fields)

    def to_json(self) -> dict[str, Any]:
        """The record as JSON data. The obstacle's trace is left out: it is long, and full of the user's paths."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kit_version": self.kit_version,
            "specification": self.specification,
            "install": self.install.to_json(),
            "problems": [problem.to_json() for problem in self.problems],
            "started": self.started,
            "seconds": self.seconds,
            "complete": self.complete,
            "obstacle": _without_trace(self.obstacle) if self.obstacle else None,
            "statements": [statement.to_json() for statement in self.statements],
        }

    def to_text(self) -> str:
        """The record as the text of its file."""
        return json.dumps(self.to_json(), indent=1, ensure_ascii=False) + "\n"


def read_record(path: Path) -> Record:
    """The record in a file. Raises RecordError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))  # editors on Windows begin a file with a mark
    except (OSError, ValueError, RecursionError) as error:
        raise RecordError(f"{path}: cannot be read: {_why_unreadable(error)}") from None
    if not isinstance(data, dict) or not isinstance(data.get("schema_version"), int):
        raise RecordError(f"{path}: not a record of tf-conformance; make one with pytest spec/ --record FILE")
    try:
        return Record.from_json(data)
    except RecordError as error:
        raise RecordError(f"{path}: {error}") from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise RecordError(f"{path}: {_why_unusable(data, error)}") from None


def _why_unreadable(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"it is not JSON, or was cut off in line {error.lineno}" if error.doc.strip() else "it is empty"
    return "it is not text" if isinstance(error, UnicodeDecodeError) else str(error)


def _why_unusable(data: dict[str, Any], error: Exception) -> str:
    kit = str(data.get("kit_version", ""))
    if re.match(r"\d+(\.\d+)*$", kit) and Version(kit) > Version(__version__):
        return f"written by tf-conformance {kit}; this is {__version__}, which cannot read it"
    return f"damaged: {type(error).__name__} {error}"


def _of_this_version(data: dict[str, Any]) -> dict[str, Any]:
    """The record's fields as this version of the schema has them."""
    fields = {**data}
    version = fields.pop("schema_version")
    if version == 1:
        return from_version_1(fields)
    if version != SCHEMA_VERSION:
        reads = f"this kit reads versions 1 to {SCHEMA_VERSION}"
        raise RecordError(f"a record of version {version}, but {reads}; run the kit again")
    return fields


def _without_trace(obstacle: Obstacle) -> dict[str, Any]:
    return {name: value for name, value in obstacle.to_json().items() if name != "trace"}


def _with_nulls(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {**data, **{name: data[name] or None for name in names}}


def _without_empty(data: dict[str, Any], *names: str) -> dict[str, Any]:
    """The data with these lists, which a record leaves out if they are empty."""
    kept = {name: value for name, value in data.items() if name not in names or value}
    return {**kept, **{name: list(kept[name]) for name in names if name in kept}}
