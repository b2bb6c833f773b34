"""What became of a statement: each thing that installs meet, once, with the installs that meet it."""

from __future__ import annotations

from dataclasses import dataclass

from tf_conformance.records.matrix import Column, Matrix, range_label, spans
from tf_conformance.records.record import StatementRecord
from tf_conformance.records.verdict import Verdict
from tf_conformance.statements.form import Impact


@dataclass(frozen=True)
class Meeting:
    """What a user of an install meets of a statement, the reason for the verdict, and the advice."""

    verdict: Verdict
    says: str
    impact: Impact | None
    reason: str
    instead: str

    @classmethod
    def of(cls, statement: StatementRecord) -> Meeting:
        """What the record of an install has of a statement."""
        return cls(statement.verdict, statement.says, statement.impact, statement.reason, statement.instead)


def history_of(matrix: Matrix, id_: str) -> dict[Meeting, list[str]]:
    """What installs meet of a statement, in the order of the columns, and on which installs, a line for each series."""
    history: dict[Meeting, list[str]] = {}
    for title, columns in matrix.series().items():
        for meeting, ranges in _ranges(columns, id_).items():
            history.setdefault(meeting, []).append(f"{title}: {', '.join(ranges)}")
    return history


def _ranges(columns: list[Column], id_: str) -> dict[Meeting, list[str]]:
    """The stretches of a series on which installs meet the same; those that do not have the statement are skipped."""
    ranges: dict[Meeting, list[str]] = {}
    for first, last, statement in spans(columns, id_, Meeting.of):
        ranges.setdefault(Meeting.of(statement), []).append(range_label(first, last))
    return ranges
