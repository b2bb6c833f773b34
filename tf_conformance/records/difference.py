"""What changes for a user who moves from one install to another."""

from __future__ import annotations

from dataclasses import dataclass

from tf_conformance.records.matrix import Column
from tf_conformance.records.record import StatementRecord
from tf_conformance.records.verdict import Verdict
from tf_conformance.statements.form import Impact


@dataclass(frozen=True)
class Move:
    """One statement that is not the same on two installs."""

    before: StatementRecord
    after: StatementRecord

    @property
    def violated(self) -> bool:
        """Whether one of the installs violates the statement."""
        return Verdict.VIOLATED in (self.before.verdict, self.after.verdict)

    @property
    def impact(self) -> Impact | None:
        """What happens to code that was written for one install on the other; None if the records do not say."""
        return self.after.impact or self.before.impact

    @property
    def rank(self) -> int:
        """The worst comes first: a violation, then the impacts in their order, then what has no known impact."""
        return -1 if self.violated else [*Impact, None].index(self.impact)


@dataclass(frozen=True)
class Difference:
    """Two installs compared, statement by statement.

    ``moves`` are the statements that differ, the worst first, then in the order of the notes; ``uncompared`` has the
    reason, by id, for each statement that one of the installs did not check.
    """

    before: Column
    after: Column
    moves: list[Move]
    uncompared: dict[str, str]

    @property
    def unchanged(self) -> int:
        """How many statements are the same on both installs."""
        ids = {*self.before.statements, *self.after.statements}
        return len(ids) - len(self.moves) - len(self.uncompared)

    @property
    def uncompared_by_reason(self) -> dict[str, list[str]]:
        """The ids of what was not compared, by the reason."""
        by_reason: dict[str, list[str]] = {}
        for id_, reason in self.uncompared.items():
            by_reason.setdefault(reason, []).append(id_)
        return by_reason


def difference_of(before: Column, after: Column) -> Difference:
    """Compares two installs."""
    moves, uncompared = [], {}
    for id_ in dict.fromkeys([*after.statements, *before.statements]):
        reason = _why_not_compared(id_, before) or _why_not_compared(id_, after)
        if reason:
            uncompared[id_] = reason
        elif before.statements[id_].seen != after.statements[id_].seen:
            moves.append(Move(before.statements[id_], after.statements[id_]))
    return Difference(before, after, sorted(moves, key=lambda move: move.rank), uncompared)


def _why_not_compared(id_: str, column: Column) -> str:
    statement = column.statements.get(id_)
    if statement is None:
        return f"not in the record of {column.name}"
    return f"unchecked on {column.name}: {statement.reason}" if statement.verdict is Verdict.UNCHECKED else ""
