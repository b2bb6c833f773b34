"""The part of a process that judges: verdicts, the record, the end of the run, and the exit status.

Hooks stand in the order in which pytest calls them.
"""

from __future__ import annotations

import math
import time
import traceback
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any, Generator, Iterator, Sequence

import pytest

from tf_conformance.diagnosis.loading import Diagnosis, is_unusable, why_unfit
from tf_conformance.diagnosis.obstacle import steps
from tf_conformance.install.accelerators import most_used
from tf_conformance.install.checks.files import damaged_paths
from tf_conformance.install.environment import Environment
from tf_conformance.install.install import describe
from tf_conformance.install.problem import Problem
from tf_conformance.install.variables import unknown_variables
from tf_conformance.plugin import compat
from tf_conformance.plugin.demands import unmet_version
from tf_conformance.plugin.failure import failure_message, surroundings
from tf_conformance.plugin.gate import narrowed_statements, refuse_missing_functions
from tf_conformance.plugin.messages import Observation
from tf_conformance.plugin.options import refuse_bad_options, wants_traceback
from tf_conformance.records.answer import Tell, answer
from tf_conformance.records.deviations_file import KnownDeviations
from tf_conformance.records.files import write_whole
from tf_conformance.records.record import Record
from tf_conformance.records.run import Run
from tf_conformance.records.standing import Standing, standing
from tf_conformance.records.verdict import Outcome
from tf_conformance.statements.catalogue import Catalogue, Function
from tf_conformance.statements.device import DEVICE_FIXTURE
from tf_conformance.statements.refused import Mismatch
from tf_conformance.unusable import UNUSABLE

# An exit status beside pytest's own and UNUSABLE.
DEMAND_UNMET = 11
SECONDS_BETWEEN_RECORDS = 2.0


class Judging:
    """The hooks of the process that judges."""

    def __init__(
        self,
        config: pytest.Config,
        catalogue: Catalogue,
        environment: Environment,
        problems: Sequence[Problem],
        known: KnownDeviations,
    ) -> None:
        self._config = config
        self._catalogue = catalogue
        self._environment = environment
        self._renamed = known.renamed
        self._started = datetime.now(timezone.utc).isoformat(timespec="seconds")
        self._clock = time.monotonic()
        self._recorded = -math.inf
        self._unrecorded = ""
        self._elsewhere = 0  # failures of tests that are not cases of the specification
        refuse_bad_options(config, catalogue)
        refuse_missing_functions(config, catalogue)
        globs = config.option.statement
        self.run = Run(
            catalogue=catalogue,
            install=describe(environment),
            problems=tuple(problems),
            narrowed=narrowed_statements(config, catalogue),
            selected={statement.id for statement in catalogue.matching(globs)} if globs else None,
            deviations=known.by_statement,
            damaged=tuple(damaged_paths(environment)) if problems or environment.known_files else (),
            verified=environment.verify_files,
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        demanded = self._config.option.require_version
        if demanded and why_unfit(self.run.install, self._environment) is None:
            unmet = unmet_version(demanded, self.run.install)
            if unmet:
                pytest.exit(unmet, returncode=DEMAND_UNMET)

    def pytest_report_header(self) -> list[str]:
        install = self.run.install
        build = ", ".join(f"{key} {value}" for key, value in install.build.items())
        settings = " ".join(f"{name}={value}" for name, value in install.environment.items())
        return [
            f"install: {install}",
            f"platform: {install.platform}, {install.cpu}",
            *([f"build: {build}"] if build else []),
            f"environment: {settings or 'no variable of TensorFlow is set'}",
            *_unknown(self._environment),
            *(f"deviations: {renamed}" for renamed in self._renamed),
            *_before_the_import(self.run.problems),
        ]

    def pytest_tf_conformance_observed(self, observation: Observation) -> None:
        """Takes over what a checking process knows; the record shows an obstacle at once, whatever comes then."""
        run = self.run
        if observation.install.devices:
            accelerators = most_used(observation.install.accelerators, run.install.accelerators)
            run.install = replace(observation.install, accelerators=accelerators)
        run.collected = observation.collected or run.collected
        if observation.obstacle:
            run.obstacle = observation.obstacle
            self._record(complete=False)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if not report.failed:
            return
        functions = [function for function in self._catalogue.functions() if function.path == report.nodeid]
        versions = self.run.install.versions()
        for function in functions:
            if function.form.era.covers(versions):
                case = self.run.case(function.nodeid)
                case.outcome, case.message = Outcome.FAILED, report.longreprtext
        self._elsewhere += not functions

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        function = self._catalogue.function_of(report.nodeid)
        if function is None:
            self._elsewhere += report.failed
            return
        self._note(function, report)
        # Verdicts on all statements take longer than many a case: they are due only if a file is to hold them.
        if self._config.option.record and time.monotonic() - self._recorded > SECONDS_BETWEEN_RECORDS:
            self._record(complete=False)

    def _note(self, function: Function, report: Any) -> None:
        properties: dict[str, Any] = dict(report.user_properties)
        case = self.run.case(report.nodeid)
        case.seconds += report.duration
        case.device = properties.get(DEVICE_FIXTURE, case.device)
        if compat.is_crash(report) and report.failed:
            report.longrepr = self._crash_text(function, report)
        if report.failed:
            case.outcome, case.message = Outcome.FAILED, properties.get("message", _text(report))
        elif report.skipped:
            case.outcome, case.message = Outcome.UNCHECKED, _skip_reason(report)
            case.lacks = properties.get("lacks", "")
        elif report.when == "call":
            case.outcome, case.message = Outcome.PASSED, ""
            case.errors = tuple(properties.get("errors", ()))

    def _crash_text(self, function: Function, report: pytest.TestReport) -> str:
        error = Mismatch("the case runs to its end", _text(report))
        at = f"{function.path}:{function.line}"
        return failure_message(
            report.nodeid, function, surroundings(self.run.install, self._environment), error, None, at
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """If a plugin of others has broken pytest, that is said instead of a traceback."""
        words = "".join(traceback.format_exception(excinfo.type, excinfo.value, excinfo.tb))
        obstacle = Diagnosis(self._environment, self.run.problems).of_breakdown(words)
        if obstacle:
            self.run.obstacle = obstacle
            self._record(complete=True)
            pytest.exit("\n".join(obstacle.lines()), returncode=UNUSABLE)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None, object, object]:
        """Around all others, so that the verdict is the last line that a user reads."""
        result = yield
        broken_off = exitstatus in (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR)
        stopped = session.shouldfail or session.shouldstop  # -x, --maxfail
        record = self._record(complete=not (broken_off or stopped))
        session.exitstatus = self._exit_status(record, exitstatus)
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if terminal is not None:
            self._print(terminal, record)
        return result

    def _exit_status(self, record: Record, pytests: int) -> int:
        """pytest's exit status, unless TensorFlow could not be judged, or all that failed was known to."""
        stands = standing(record)
        if record.obstacle:
            return UNUSABLE if is_unusable(record.obstacle) else DEMAND_UNMET
        if pytests == pytest.ExitCode.TESTS_FAILED and stands is not Standing.VIOLATED and not self._elsewhere:
            pytests = pytest.ExitCode.OK
        if pytests == pytest.ExitCode.OK and stands is Standing.NOTHING_CHECKED:
            return pytest.ExitCode.NO_TESTS_COLLECTED
        return pytest.ExitCode.USAGE_ERROR if pytests == pytest.ExitCode.OK and self._unrecorded else pytests

    def _record(self, complete: bool) -> Record:
        """Writes what is known; if that fails the run goes on, and a later attempt may succeed."""
        record = self.run.record(self._started, time.monotonic() - self._clock, complete)
        path = self._config.option.record
        if path:
            try:
                write_whole(path, record.to_text())
                self._unrecorded = ""
            except OSError as error:
                self._unrecorded = f"--record: cannot write {path}: {error.strerror}"
            self._recorded = time.monotonic()
        return record

    def _print(self, terminal: Any, record: Record) -> None:
        if self._unrecorded:
            terminal.line(f"ERROR: {self._unrecorded}")
        if not self.run.results and not record.obstacle:
            return
        terminal.section("TensorFlow conformance")
        if record.obstacle and wants_traceback(self._config):
            terminal.write(record.obstacle.trace)
        for line in answer(record, Tell(self._config.option.tell), self._elsewhere):
            terminal.line(line)


def _unknown(environment: Environment) -> Iterator[str]:
    """Variables that nothing is known to read: worth mentioning, but not wrong."""
    names = unknown_variables(environment)
    if names:
        yield f"environment: the kit does not know {', '.join(names)}; check the spelling"


def _before_the_import(problems: Sequence[Problem]) -> Iterator[str]:
    """What was found before the import, and then what to do, one line per step."""
    for problem in problems:
        yield f"before the import: {problem.says}"
    if not problems:
        yield "before the import: no problem was found"
    advice = dict.fromkeys(problem.do for problem in problems)
    yield from steps(tuple(step for do in advice for step in do.splitlines()), indent="  ")


def _text(report: pytest.TestReport) -> str:
    """What a report says, without the line on the worker that pytest puts before it."""
    return report.longrepr if isinstance(report.longrepr, str) else report.longreprtext


def _skip_reason(report: pytest.TestReport) -> str:
    return report.longrepr[2].partition("Skipped: ")[2] if isinstance(report.longrepr, tuple) else report.longreprtext
