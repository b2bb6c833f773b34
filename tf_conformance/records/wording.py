"""How numbers are put into words."""

from __future__ import annotations


def plural(count: int, noun: str) -> str:
    """The count with its noun: ``plural(1, "case")`` is "1 case", ``plural(2, "case")`` "2 cases"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
