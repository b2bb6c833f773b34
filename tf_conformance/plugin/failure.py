"""What a person reads when a case fails."""

from __future__ import annotations

import reprlib
from typing import Any, NamedTuple

from tf_conformance.install.environment import Environment
from tf_conformance.install.install import Install
from tf_conformance.install.variables import acting_variables
from tf_conformance.statements.catalogue import Function
from tf_conformance.statements.near import Near
from tf_conformance.statements.refused import Mismatch

LONGEST_VALUE = 240
SHORT_VALUE = 80


class Comparison(NamedTuple):
    """The comparison of a failed ``assert seen == expected``."""

    operator: str
    seen: Any
    expected: Any


def failure_message(
    nodeid: str, function: Function, on: str, error: BaseException, comparison: Comparison | None, at: str
) -> str:
    """The statement, what it says, what was expected, what was seen, on which install and device, and where."""
    expected, seen = _expected_and_seen(error, comparison)
    lines = [
        f"{nodeid}  VIOLATED",
        f"  statement  {function.form.statement} ({function.title})",
        f"  says       {function.says}",
        f"  expected   {expected}",
        f"  seen       {seen}",
        f"  on         {on}",
        f"  at         {at}",
    ]
    return "\n".join(lines + [f"  example    {line}" for line in _falsifying_example(error)])


def surroundings(install: Install, environment: Environment, device: str | None = None) -> str:
    """On what a case has failed: the install, the device, what is scarce, and the variables that change TensorFlow."""
    place = f"{install} on {device}" if device else str(install)
    scarce = [shortage.evidence for shortage in environment.limits.shortages()]
    acting = [f"{each.name}={environment.variables[each.name]}" for each in acting_variables(environment)]
    return " · ".join([place, *scarce, *acting])


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
        relation = "" if comparison.operator == "is" else f"{comparison.operator} "
        return relation + _value(comparison.expected), _value(comparison.seen)
    return _first_difference(comparison.expected, comparison.seen)


def _first_difference(expected: Any, seen: Any) -> tuple[str, str]:
    """What two values of the same kind hold where they first differ; the values themselves if they are short."""
    if max(len(repr(expected)), len(repr(seen))) > SHORT_VALUE:
        if isinstance(expected, dict) and isinstance(seen, dict):
            return _differing_items(expected, seen), _differing_items(seen, expected)
        if isinstance(expected, (list, tuple)) and type(expected) is type(seen):
            return _first_differing_elements(expected, seen)
    return _value(expected), _value(seen)


def _differing_items(values: dict[Any, Any], others: dict[Any, Any]) -> str:
    differing = {key: value for key, value in values.items() if key not in others or others[key] != value}
    return f"{_value(differing)} (what differs)"


def _first_differing_elements(expected: Any, seen: Any) -> tuple[str, str]:
    differing = (index for index, pair in enumerate(zip(expected, seen)) if pair[0] != pair[1])
    index = next(differing, min(len(expected), len(seen)))
    one, other = (_value(values[index]) if index < len(values) else "the end" for values in (expected, seen))
    return f"{one} at [{index}]", f"{other} at [{index}]"


def _falsifying_example(error: BaseException) -> list[str]:
    """Hypothesis' smallest example, which it notes on the error."""
    notes = getattr(error, "__notes__", [])
    return [line for note in notes for line in str(note).splitlines() if line.strip()]


_VALUES = reprlib.Repr()
_VALUES.maxstring = _VALUES.maxother = LONGEST_VALUE


def _value(value: Any) -> str:
    return _cut(_VALUES.repr(value).replace("\n", " "))


def _one_line(text: str) -> str:
    return _cut(" ".join(text.split()))


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_VALUE else line[: LONGEST_VALUE - 3] + "..."
