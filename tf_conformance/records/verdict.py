"""The words for what was found: the outcome of a case, the verdict of a statement."""

from __future__ import annotations

from tf_conformance.statements.form import Word


class Outcome(Word):
    """What became of a case."""

    PASSED = "passed"
    FAILED = "failed"
    UNCHECKED = "unchecked"


class Verdict(Word):
    """The verdict of a statement on an install: the kind of its form, if every case passed, or one of the last two."""

    HOLDS = "holds"
    CHANGED = "changed"
    MISSTATED = "misstated"
    DEFECT = "defect"
    VIOLATED = "violated"
    UNCHECKED = "unchecked"
