"""Forms: what a statement of the notes has become on a range of versions.

A spec file decorates each of its test functions with the form that the function checks::

    @changed(
        "compile.read-back",
        when="keras>=3",
        instead="model.optimizer.learning_rate",
        impact="error",
        traces=["$MODEL.optimizer.lr"],
    )
    def test_lr_is_gone(model):
        '''model.optimizer has no attribute lr.'''

A statement has exactly one form on any install. Several functions may check the same form (same kind, statement,
era, advice, impact and report); the docstring of the first is the sentence that reports print, and its traces are the form's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Callable, NoReturn, Sequence, TypeVar, Union

from tf_conformance.statements.era import Era

CaseFunction = TypeVar("CaseFunction", bound=Callable[..., object])

ID = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+")
REPORT = re.compile(r"[\w.-]+/[\w.-]+(?:#\d+|@[0-9a-f]{10,40})")
NO_TRACE = "none: "

Traces = Union[Sequence[str], str, None]


class Word(str, Enum):
    """A word of a fixed vocabulary, printed as it is written in spec files and records."""

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        raise ValueError(f"'{value}' is not one of: {', '.join(cls)}")


class Kind(Word):
    """What a statement of the notes is in one era."""

    HOLDS = "holds"
    CHANGED = "changed"
    MISSTATED = "misstated"
    DEFECT = "defect"


class Impact(Word):
    """How code that relies on the notes meets a form that does not hold, the worst first.

    ``silent``: it runs and does something else. ``error``: it stops with an exception. ``looks``: it does the same,
    but a name, a printed text or a warning differs.
    """

    SILENT = "silent"
    ERROR = "error"
    LOOKS = "looks"


@dataclass(frozen=True)
class Form:
    """One form of one statement; used as a decorator it marks a test function as checking that form.

    ``impact`` is None for a form that holds. ``reported`` is where a defect was reported to its project, or fixed:
    issues, pull requests or commits, joined by commas. ``traces`` are the patterns (tf_conformance/scan/pattern.py) of code
    that meets the form; ``no_trace`` says why there are none. Raises ValueError for an id that is not two words of
    lower-case letters, digits and hyphens, joined by a dot, and for a report that is none.
    """

    kind: Kind
    statement: str
    era: Era
    instead: str = ""
    impact: Impact | None = None
    reported: str = ""
    traces: tuple[str, ...] = field(default=(), compare=False)
    no_trace: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not ID.fullmatch(self.statement):
            raise ValueError(f"'{self.statement}' is not an id; write for example dropout.rate-one")
        for report in self.reports:
            if not REPORT.fullmatch(report):
                raise ValueError(f"'{report}' is not a report; write for example keras-team/keras#21107")

    @property
    def reports(self) -> dict[str, str]:
        """The address of each report, by its short form."""
        reports = filter(None, self.reported.split(", "))
        return {
            report: f"https://github.com/{report.replace('#', '/issues/').replace('@', '/commit/')}"
            for report in reports
        }

    def __call__(self, function: CaseFunction) -> CaseFunction:
        """The function, unchanged: the catalogue reads the form from the file's text."""
        return function


def holds(statement: str, *, when: str = "") -> Form:
    """The statement is true as the notes have it."""
    return Form(Kind.HOLDS, statement, Era(when))


def changed(statement: str, *, when: str, instead: str, impact: str, traces: Traces = None) -> Form:
    """TensorFlow once did what the notes say and now does what the function checks; ``instead``: what to write now."""
    return _other(Kind.CHANGED, statement, when, instead, impact, traces)


def misstated(statement: str, *, instead: str, impact: str, when: str = "", traces: Traces = None) -> Form:
    """The notes are wrong, and the function checks what is right; ``instead``: what to write."""
    return _other(Kind.MISSTATED, statement, when, instead, impact, traces)


def defect(statement: str, *, when: str, instead: str, impact: str, reported: str = "", traces: Traces = None) -> Form:
    """TensorFlow breaks what it documents, and the function checks that it still does; ``instead``: the way around it.

    ``reported``: where it was reported or fixed, such as ``keras-team/keras#21107``, or a commit, ``keras-team/keras@33bf553148``.
    Without it, docs/upstream/ has a text to report it with.
    """
    return _other(Kind.DEFECT, statement, when, instead, impact, traces, reported)


def _other(
    kind: Kind, statement: str, when: str, instead: str, impact: str, traces: Traces, reported: str = ""
) -> Form:
    """A form that does not hold. ``traces`` are patterns, or one text, "none: " and the reason why there are none."""
    patterns: Sequence[str] = () if traces is None or isinstance(traces, str) else traces
    reason = traces[len(NO_TRACE) :] if isinstance(traces, str) else ""
    if isinstance(traces, str) and not traces.startswith(NO_TRACE):
        raise ValueError(f"traces is a list of patterns, or '{NO_TRACE}' and the reason why there are none")
    return Form(kind, statement, Era(when), instead, Impact(impact), reported, tuple(patterns), reason)
