"""The standing of a record: what all its verdicts amount to."""

from __future__ import annotations

from tf_conformance.records.record import Record, StatementRecord
from tf_conformance.records.verdict import Verdict
from tf_conformance.statements.form import Word


class Standing(Word):
    """What a record amounts to."""

    AS_SPECIFIED = "as specified"
    VIOLATED = "violated"
    INCOMPLETE = "incomplete"
    NOTHING_CHECKED = "nothing checked"
    CANNOT_BE_JUDGED = "cannot be judged"

    @property
    def sign(self) -> str:
        """The standing as one character."""
        return {Standing.AS_SPECIFIED: "✓", Standing.VIOLATED: "✗", Standing.CANNOT_BE_JUDGED: "✗"}.get(self, "⚠")


def standing(record: Record) -> Standing:
    """The standing of a record: the first of these that is true.

    1. An obstacle: the install cannot be judged. What is violated besides, such as a missing file, is probably its cause.
    2. A violation that is not a known deviation: no case that is still to run could undo it, so this comes before
       whether the run is complete.
    3. An interrupted run: what was not reached could be violated.
    4. Nothing was checked: then nothing has been shown to be right, either.
    """
    if record.obstacle:
        return Standing.CANNOT_BE_JUDGED
    if any(map(is_violated, record.statements)):
        return Standing.VIOLATED
    if not record.complete:
        return Standing.INCOMPLETE
    if all(statement.verdict is Verdict.UNCHECKED for statement in record.statements):
        return Standing.NOTHING_CHECKED
    return Standing.AS_SPECIFIED


def is_violated(statement: StatementRecord) -> bool:
    """Whether the install violates the statement, and this is not a known deviation."""
    return statement.verdict is Verdict.VIOLATED and not statement.deviation


def is_known_deviation(statement: StatementRecord) -> bool:
    """Whether the install violates the statement, and this is a known deviation."""
    return statement.verdict is Verdict.VIOLATED and bool(statement.deviation)
