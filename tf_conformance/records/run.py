"""A run: the outcomes of cases, and the verdicts that follow from them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Iterator

from tf_conformance import __version__
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.checks.files import FILES
from tf_conformance.install.install import Install
from tf_conformance.install.problem import Problem
from tf_conformance.records.deviations import Deviation, devices_at_fault, reason_of, what_is_not_known
from tf_conformance.records.record import NOT_SELECTED, CaseRecord, Record, StatementRecord
from tf_conformance.records.verdict import Outcome, Verdict
from tf_conformance.records.wording import plural
from tf_conformance.statements.catalogue import Catalogue, Statement
from tf_conformance.statements.form import Form

NOT_REACHED = "the run ended before this statement was checked"


@dataclass
class Run:
    """What is known of a run so far.

    ``problems`` were seen before TensorFlow was imported. ``collected`` counts the cases of each statement before any
    was deselected: a verdict needs them all. ``narrowed`` are the statements of which pytest was told to collect single
    cases. ``selected`` are those that the user named; None selects all. ``obstacle`` keeps more than the install's files
    from being checked. ``deviations`` are those that are known, by statement. ``damaged`` are the paths of damaged files;
    ``verified``: whether the content of files was compared. ``results`` are by node id.
    """

    catalogue: Catalogue
    install: Install
    problems: tuple[Problem, ...] = ()
    collected: dict[str, int] = field(default_factory=dict)
    narrowed: set[str] = field(default_factory=set)
    selected: set[str] | None = None
    obstacle: Obstacle | None = None
    deviations: dict[str, list[Deviation]] = field(default_factory=dict)
    damaged: tuple[str, ...] = ()
    verified: bool = False
    results: dict[str, CaseRecord] = field(default_factory=dict)

    def case(self, nodeid: str) -> CaseRecord:
        """The result of a case, made when it is first asked for."""
        return self.results.setdefault(nodeid, CaseRecord(nodeid))

    def record(self, started: str, seconds: float, complete: bool) -> Record:
        """The record of what is known now, with the verdict of every statement that has a form on this install.

        ``started`` is ISO 8601 in UTC; ``complete`` is false until the run has ended.
        """
        return Record(
            install=self.install,
            specification=self.catalogue.digests,
            problems=tuple(self.problems),
            started=started,
            seconds=round(seconds, 3),
            complete=complete,
            obstacle=self.obstacle,
            statements=tuple(self._statements(complete)),
            kit_version=__version__,
        )

    def _statements(self, complete: bool) -> list[StatementRecord]:
        cases = self._cases_by_statement()
        versions = self.install.versions()
        return [
            self._statement(statement, form, cases.get(statement.id, []), complete)
            for statement in self.catalogue
            for form in statement.forms_on(versions)[:1]  # there are several only if TensorFlow's version is unknown
        ]

    def _cases_by_statement(self) -> dict[str, list[CaseRecord]]:
        cases: dict[str, list[CaseRecord]] = {}
        for nodeid, result in sorted(self.results.items()):
            function = self.catalogue.function_of(nodeid)
            if function:
                cases.setdefault(function.form.statement, []).append(replace(result, seconds=round(result.seconds, 4)))
        return cases

    def _statement(self, statement: Statement, form: Form, cases: list[CaseRecord], complete: bool) -> StatementRecord:
        verdict, reason = self._verdict(statement, form, cases, complete)
        known = self.deviations.get(statement.id, [])
        violating = self._violating_parts(statement.id, cases)
        return StatementRecord(
            id=statement.id,
            place=statement.place,
            subject=statement.subject,
            path=statement.path,
            says=statement.says(form),
            kind=form.kind,
            era=form.era.text,
            impact=form.impact,
            verdict=verdict,
            instead=form.instead,
            reason=reason + what_is_not_known(known, violating),
            deviation=reason_of(known, violating),
            lacks=_lacks(cases) if verdict is Verdict.UNCHECKED else "",
            cases=tuple(cases),
            files=tuple(violating) if statement.id == FILES and self.damaged else (),
            outdated=tuple(self._outdated(statement, form, cases, violating))
            if verdict is not Verdict.UNCHECKED
            else (),
        )

    def _violating_parts(self, id_: str, cases: list[CaseRecord]) -> list[str]:
        """The files or devices that violate a statement, as deviations name them."""
        devices = dict.fromkeys(case.device or "" for case in cases if case.outcome is Outcome.FAILED)
        return list(self.damaged if id_ == FILES and devices and self.damaged else devices)

    def _outdated(
        self, statement: Statement, form: Form, cases: list[CaseRecord], violating: list[str]
    ) -> Iterator[str]:
        """What known deviations need no longer say of a statement that was checked, as far as that can be known."""
        if self._why_too_few(statement, form, cases) or (statement.id == FILES and not self.verified):
            return
        passed = {case.device or "" for case in cases if case.outcome is Outcome.PASSED}
        for deviation in self.deviations.get(statement.id, []):
            yield from deviation.outdated(violating, None if statement.id == FILES else passed)

    def _verdict(
        self, statement: Statement, form: Form, cases: list[CaseRecord], complete: bool
    ) -> tuple[Verdict, str]:
        """One failure violates a statement; to have the verdict of its form, all its cases must have passed."""
        failures = _failures(cases)
        if failures:
            return Verdict.VIOLATED, failures
        why = (
            self._why_none(statement, cases, complete)
            or _why_unchecked(cases)
            or self._why_too_few(statement, form, cases)
        )
        return (Verdict.UNCHECKED, why) if why else (Verdict(form.kind.value), "")

    def _why_none(self, statement: Statement, cases: list[CaseRecord], complete: bool) -> str:
        """Why no case of the statement was run; empty if one was."""
        if cases:
            return ""
        if self.selected is not None and statement.id not in self.selected:
            return NOT_SELECTED
        if self.obstacle:
            return str(self.obstacle)
        return NOT_SELECTED if complete else NOT_REACHED

    def _why_too_few(self, statement: Statement, form: Form, cases: list[CaseRecord]) -> str:
        """Why these cases, which all passed, are not all that the statement has; empty if they are."""
        absent = self.collected.get(statement.id, 0) - len(cases)
        if absent > 0:
            return f"{absent} of {plural(absent + len(cases), 'case')} did not run"
        functions = {function.nodeid for function in statement.functions_of(form)}
        if statement.id in self.narrowed or functions - self._functions_run(cases):
            return "not all of its cases were selected"
        return ""

    def _functions_run(self, cases: list[CaseRecord]) -> set[str]:
        functions = (self.catalogue.function_of(case.id) for case in cases)
        return {function.nodeid for function in functions if function}


def _failures(cases: list[CaseRecord]) -> str:
    failed, devices = sum(case.outcome is Outcome.FAILED for case in cases), devices_at_fault(cases)
    where = f", on {' and '.join(devices)} alone" if devices else ""
    return f"{failed} of {plural(len(cases), 'case')} failed{where}" if failed else ""


def _why_unchecked(cases: list[CaseRecord]) -> str:
    unchecked = (case for case in cases if case.outcome is Outcome.UNCHECKED)
    return next((case.message.partition("\n")[0] or "no reason was given" for case in unchecked), "")


def _lacks(cases: list[CaseRecord]) -> str:
    """The optional part whose absence left cases unchecked; empty if one of them is unchecked for another reason."""
    lacks = [case.lacks for case in cases if case.outcome is Outcome.UNCHECKED]
    return lacks[0] if lacks and all(lacks) else ""
