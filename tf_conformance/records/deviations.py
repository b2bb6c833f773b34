"""Known deviations: what a packager knows that an install violates, and why.

A part of a statement is a damaged file, by its path as its distribution recorded it, or a device on which cases fail,
such as GPU:0; an empty text stands for cases that run on no particular device.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Collection, Sequence

from tf_conformance.records.record import CaseRecord
from tf_conformance.records.verdict import Outcome
from tf_conformance.statements.era import Era

SHOWN = 3


@dataclass(frozen=True)
class Deviation:
    """Why an install violates a statement, on which versions, and in which parts (patterns; all parts without any)."""

    reason: str
    era: Era = Era()
    parts: tuple[str, ...] = ()

    def covers(self, part: str) -> bool:
        """Whether it explains that this part violates the statement."""
        return not self.parts or any(fnmatchcase(part, pattern) for pattern in self.parts)

    def outdated(self, violating: Collection[str], right: Collection[str] | None) -> list[str]:
        """What it no longer needs to say, as text; ``right`` are the parts that do not violate it, None if all others."""
        if not self.parts:
            return [] if violating else [self.reason]
        return [f"{each}: {self.reason}" for each in self.parts if _is_idle(each, violating, right)]


def _is_idle(pattern: str, violating: Collection[str], right: Collection[str] | None) -> bool:
    seen = right is None or any(fnmatchcase(part, pattern) for part in right)
    return seen and not any(fnmatchcase(part, pattern) for part in violating)


def devices_at_fault(cases: Collection[CaseRecord]) -> list[str]:
    """The devices on which alone cases failed; empty if that is not the difference."""
    failing = {case.device for case in cases if case.outcome is Outcome.FAILED}
    others = {case.device for case in cases if case.device and case.outcome is Outcome.PASSED} - failing
    return sorted(map(str, failing)) if others and None not in failing else []


def reason_of(known: Sequence[Deviation], violating: Sequence[str]) -> str:
    """Why a statement is violated in these parts; empty if not all of that is known."""
    if _beyond(known, violating):
        return ""
    covering = [each for each in known if any(map(each.covers, violating))]
    return "; ".join(dict.fromkeys(each.reason for each in covering or known))


def what_is_not_known(known: Sequence[Deviation], violating: Sequence[str]) -> str:
    """What goes beyond the known deviations, as the end of a sentence; empty if there are none, or nothing does."""
    beyond = _beyond(known, violating) if known else []
    if not beyond:
        return ""
    named = [part for part in beyond if part]
    if not named:
        return f"; known is only {', '.join(part for each in known for part in each.parts)}"
    more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
    return f"; not known: {', '.join(named[:SHOWN])}{more}"


def _beyond(known: Sequence[Deviation], violating: Sequence[str]) -> list[str]:
    return [part for part in violating if not any(each.covers(part) for each in known)]
