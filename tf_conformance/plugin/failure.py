"""What a person reads when a case fails."""

from __future__ import annotations

from typing import Any, NamedTuple

from _pytest._io.saferepr import saferepr

from tf_conformance.statements.catalogue import Function
from tf_conformance.statements.near import Near
from tf_conformance.statements.refused import Mismatch

LONGEST_VALUE = 240
SHORT_VALUE = 80
ABSENT = object()


class End:
    """Stands where a list has ended."""

    def __repr__(self) -> str:
        return "the end"


END = End()


class Comparison(NamedTuple):
    """The comparison of a failed ``assert seen == expected``."""

    operator: str
    seen: Any
    expected: Any


def failure_message(
    nodeid: str, check: Function, install: str, error: BaseException, comparison: Comparison | None, where: str
) -> str:
    """The statement, what it says, what was expected, what was seen, on which install and device, and where."""
    expected, seen = _expected_and_seen(error, comparison)
    lines = [
        f"{nodeid}  VIOLATED",
        f"  statement  {check.form.statement} (notes: {check.place})",
        f"  says       {check.says}",
        f"  expected   {expected}",
        f"  seen       {seen}",
        f"  on         {install}",
        f"  at         {where}",
    ]
    return "\n".join(lines + ["  example    " + line for line in _falsifying_example(error)])


def _expected_and_seen(error: BaseException, comparison: Comparison | None) -> tuple[str, str]:
    if isinstance(error, Mismatch):
        return error.expected, _one_line(error.seen)
    if not isinstance(error, AssertionError):
        return "no error", _one_line(f"{type(error).__name__}: {error}")
    if comparison is None:
        return "the assertion to be true", _one_line(str(error))
    if isinstance(comparison.expected, Near):
        return comparison.expected.describe(comparison.seen)
    if comparison.operator != "==":
        relation = "" if comparison.operator == "is" else comparison.operator + " "
        return relation + _value(comparison.expected), _value(comparison.seen)
    where, expected, seen = _first_difference(comparison.expected, comparison.seen)
    return _value(expected) + where, _value(seen) + where


def _first_difference(expected: Any, seen: Any) -> tuple[str, Any, Any]:
    """Where two values of the same kind differ first, and what stands there; the values themselves where they are short."""
    if max(len(repr(expected)), len(repr(seen))) <= SHORT_VALUE:
        return "", expected, seen
    if isinstance(expected, dict) and isinstance(seen, dict):
        keys = [key for key in {**expected, **seen} if expected.get(key, ABSENT) != seen.get(key, ABSENT)]
        differing = [{key: value[key] for key in keys if key in value} for value in (expected, seen)]
        return " (what differs)", differing[0], differing[1]
    if isinstance(expected, (list, tuple)) and type(expected) is type(seen):
        index = next(
            (i for i, pair in enumerate(zip(expected, seen)) if pair[0] != pair[1]), min(len(expected), len(seen))
        )
        return " at [%d]" % index, _item(expected, index), _item(seen, index)
    return "", expected, seen


def _item(values: Any, index: int) -> Any:
    """What stands there, or that the values end before."""
    return values[index] if index < len(values) else END


def _falsifying_example(error: BaseException) -> list[str]:
    """Hypothesis' smallest example, which it notes on the error."""
    notes = getattr(error, "__notes__", [])
    return [line for note in notes for line in str(note).splitlines() if line.strip()]


def _value(value: Any) -> str:
    return saferepr(value, LONGEST_VALUE).replace("\n", " ")


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_VALUE else line[: LONGEST_VALUE - 3] + "..."
