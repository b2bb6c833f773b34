"""A run: the outcomes of cases, and the verdicts that follow from them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.install import Install
from tf_conformance.records.deviations import Deviation
from tf_conformance.statements.catalogue import Catalogue, Statement
from tf_conformance.statements.form import Form, Verdict

PASSED, FAILED, UNCHECKED = "passed", "failed", "unchecked"
NOT_SELECTED = "not selected in this run"
UNFINISHED = "the case did not come to its end"


@dataclass
class CaseResult:
    """The outcome of one pytest item. ``seconds`` includes its set-up and tear-down."""

    id: str
    outcome: str = UNCHECKED
    seconds: float = 0.0
    device: str | None = None
    message: str = UNFINISHED


@dataclass(frozen=True)
class StatementResult:
    """The verdict of a statement on the install under test, with the cases that it rests on.

    ``deviation`` is the reason why the install is known to violate the statement, whether or not it does.
    """

    statement: Statement
    form: Form
    verdict: Verdict
    reason: str
    cases: list[CaseResult]
    deviation: str = ""

    @property
    def says(self) -> str:
        """The statement, in the form that applies to the install."""
        return self.statement.says(self.form)

    @property
    def selected(self) -> bool:
        """Whether the run was to check this statement at all."""
        return self.reason != NOT_SELECTED


@dataclass
class Run:
    """What is known of a run so far.

    ``collected`` counts the cases of each statement before any was deselected: a verdict needs them all.
    ``narrowed`` are the statements of which pytest was told not even to collect all cases.
    ``obstacle`` is what stands in the way of checking more than the install's files.
    ``deviations`` are the statements that are known to be violated.
    """

    catalogue: Catalogue
    install: Install
    results: dict[str, CaseResult] = field(default_factory=dict)
    collected: dict[str, int] = field(default_factory=dict)
    narrowed: set[str] = field(default_factory=set)
    obstacle: Obstacle | None = None
    deviations: dict[str, Deviation] = field(default_factory=dict)

    def case(self, nodeid: str) -> CaseResult:
        """The result of a case, made when it is first asked for."""
        return self.results.setdefault(nodeid, CaseResult(nodeid))

    def statements(self) -> list[StatementResult]:
        """The verdict of every statement that has a form on this install, in the order of the notes."""
        cases: dict[str, list[CaseResult]] = {}
        for nodeid, result in self.results.items():
            check = self.catalogue.check_of(nodeid)
            if check:
                cases.setdefault(check.form.statement, []).append(result)
        versions = self.install.versions()
        return [
            self._verdict(statement, form, cases.get(statement.id, []))
            for statement in self.catalogue
            for form in statement.forms_on(versions)[:1]  # several only where TensorFlow's version is not known
        ]

    def counts(self) -> Counter[Verdict]:
        """How many of the selected statements have which verdict."""
        return Counter(result.verdict for result in self.statements() if result.selected)

    def _verdict(self, statement: Statement, form: Form, cases: list[CaseResult]) -> StatementResult:
        failed = [case for case in cases if case.outcome == FAILED]
        unchecked = [case for case in cases if case.outcome == UNCHECKED]
        absent = self.collected.get(statement.id, 0) - len(cases)
        functions = {check.function for check in statement.checks if check.form == form}
        run = {check.function for check in map(self.catalogue.check_of, (case.id for case in cases)) if check}
        if failed:
            verdict, reason = Verdict.VIOLATED, "%d of %d cases failed" % (len(failed), len(cases))
        elif not cases and self.obstacle:
            verdict, reason = Verdict.UNCHECKED, str(self.obstacle)
        elif not cases:
            verdict, reason = Verdict.UNCHECKED, NOT_SELECTED
        elif unchecked:
            verdict, reason = Verdict.UNCHECKED, unchecked[0].message
        elif absent > 0:
            verdict, reason = Verdict.UNCHECKED, "%d of %d cases were not run" % (absent, absent + len(cases))
        elif functions - run or statement.id in self.narrowed:
            verdict, reason = Verdict.UNCHECKED, "not all of its cases were selected"
        else:
            verdict, reason = form.kind, ""
        known = self.deviations[statement.id].reason if statement.id in self.deviations else ""
        return StatementResult(statement, form, verdict, reason, sorted(cases, key=lambda case: case.id), known)
