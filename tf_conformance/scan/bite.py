"""Statements that bite: what is not as the notes say on an install, or is no longer as it was on another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Mapping

from packaging.version import Version

from tf_conformance.scan.pattern import Pattern, parse_pattern
from tf_conformance.statements.catalogue import Statement
from tf_conformance.statements.form import Form, Kind

Versions = Mapping[str, Version]


@dataclass(frozen=True)
class Bite:
    """A form that code may meet, what it says, and the patterns of such code."""

    form: Form
    says: str
    patterns: tuple[Pattern, ...]


def bites_on(statements: Iterable[Statement], after: Versions, before: Versions | None = None) -> list[Bite]:
    """The forms on an install that do not hold; with ``before``, only those that did not apply there."""
    bites = []
    for statement in statements:
        known = statement.forms_on(before) if before else []
        forms = [form for form in statement.forms_on(after) if form.kind is not Kind.HOLDS and form not in known]
        bites += [bite_of(statement, form) for form in forms if form.traces]
    return bites


def bite_of(statement: Statement, form: Form) -> Bite:
    """The part of a form that code may meet. Raises ValueError for a trace that is not a pattern."""
    return Bite(form, statement.says(form), tuple(map(parse_pattern, form.traces)))
