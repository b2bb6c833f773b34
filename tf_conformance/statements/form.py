"""Forms: what a statement of the notes has become on a range of versions.

A spec file decorates each of its cases with the form that the case checks::

    @changed("compile.read-back", when="keras>=3", instead="model.optimizer.learning_rate")
    def test_lr_is_gone(model):
        '''model.optimizer has no attribute lr.'''

A statement has exactly one form on any install. Several cases may check the same form (same kind, statement,
era and advice); the docstring of the first is the statement as reports print it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Callable, TypeVar

from tf_conformance.statements.era import Era

Case = TypeVar("Case", bound=Callable[..., object])


class Verdict(str, Enum):
    """What a run says of a statement on an install. A form is one of the first four."""

    HOLDS = "holds"
    CHANGED = "changed"
    MISSTATED = "misstated"
    DEFECT = "defect"
    VIOLATED = "violated"
    UNCHECKED = "unchecked"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Form:
    """One form of one statement; used as a decorator it marks a case as checking that form."""

    kind: Verdict
    statement: str
    era: Era
    instead: str = ""

    def __call__(self, case: Case) -> Case:
        """The case, as it is: the catalogue reads the form from the file's text."""
        return case


def holds(statement: str, *, when: str = "") -> Form:
    """The statement is true as the notes have it."""
    return Form(Verdict.HOLDS, statement, Era(when))


def changed(statement: str, *, when: str, instead: str) -> Form:
    """TensorFlow did this once and now does what the case checks; ``instead``: what to write now."""
    return Form(Verdict.CHANGED, statement, Era(when), instead)


def misstated(statement: str, *, instead: str, when: str = "") -> Form:
    """The notes err; the case checks what is right; ``instead``: what to write."""
    return Form(Verdict.MISSTATED, statement, Era(when), instead)


def defect(statement: str, *, when: str, instead: str) -> Form:
    """TensorFlow breaks what it documents, and the case checks that it still does; ``instead``: how to live with it."""
    return Form(Verdict.DEFECT, statement, Era(when), instead)
