"""The hooks of a run: forms that apply, devices, failure messages, verdicts and the record.

Hooks stand in the order in which pytest calls them. In a parallel run the workers check and the controller,
which never imports TensorFlow, judges: what a worker knows of the install travels on its first report.
"""

from __future__ import annotations

import math
import os
import time
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Generator

import pytest

from tf_conformance.diagnosis.loading import CANNOT_IMPORT, UNFIT
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.checks import preflight_problems
from tf_conformance.install.install import Install
from tf_conformance.plugin.failure import Comparison, failure_message
from tf_conformance.plugin.start import REQUIREMENT_UNMET, UNUSABLE, start_run
from tf_conformance.plugin.workers import Controller, Worker
from tf_conformance.records.answer import answer
from tf_conformance.records.files import write_whole
from tf_conformance.records.run import Run
from tf_conformance.records.verdict import Outcome
from tf_conformance.statements.catalogue import Catalogue, CatalogueError
from tf_conformance.statements.device import DEVICE_FIXTURE, Device, visible_devices
from tf_conformance.statements.refused import Mismatch

SPEC_FOLDER = "spec"
WITHOUT_TENSORFLOW = "install"  # the folder of spec/ that can be checked where TensorFlow cannot be imported
SECONDS_BETWEEN_RECORDS = 2.0


def read_catalogue(config: pytest.Config) -> Catalogue:
    """The catalogue of the specification that this run is of."""
    try:
        return Catalogue.read(config.rootpath / SPEC_FOLDER, config.rootpath)
    except CatalogueError as error:
        raise pytest.UsageError(str(error)) from None


def _skip_reason(report: pytest.TestReport) -> str:
    return report.longrepr[2].partition("Skipped: ")[2] if isinstance(report.longrepr, tuple) else report.longreprtext


class Conformance:
    """The hooks of one run, and the state that they share."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.catalogue = read_catalogue(config)
        self.run: Run | None = None
        self.worker = Worker(config) if self.is_worker else None
        self.controller = Controller(config) if self.is_controller else None
        self.comparison: Comparison | None = None
        self.observed: dict[str, Any] | None = None
        self.started = datetime.now(timezone.utc).isoformat(timespec="seconds")
        self.clock = time.monotonic()
        self.recorded = -math.inf
        self.unrecorded = ""
        self.unexpected_failures = 0
        self.problems: list[str] = []
        self._refuse_bad_options()

    # Before the cases

    def _refuse_bad_options(self) -> None:
        record, globs = self.config.option.record, self.config.option.statement or []
        if record and (record.is_dir() or not record.absolute().parent.is_dir()):
            raise pytest.UsageError(f"--record: cannot write {record}: name a file in a folder that exists")
        for glob in globs:
            if not any(fnmatchcase(statement.id, glob) for statement in self.catalogue):
                raise pytest.UsageError(f"--statement: no statement matches '{glob}' (see --list-statements)")

    @staticmethod
    def judges(config: pytest.Config) -> bool:
        """Whether the specification is among what pytest was asked to run."""
        spec = config.rootpath / SPEC_FOLDER
        asked = [(config.invocation_params.dir / arg.partition("::")[0]).resolve() for arg in config.args]
        return any(path == spec or spec in path.parents or path in spec.parents for path in asked)

    @property
    def is_worker(self) -> bool:
        """Whether this process runs cases for the controller of a parallel run."""
        return hasattr(self.config, "workerinput")

    @property
    def is_controller(self) -> bool:
        """Whether this process only steers workers."""
        return bool(getattr(self.config.option, "dist", "no") != "no") and not self.is_worker

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        if self.judges(self.config) and not self.is_worker:
            self.problems = preflight_problems(verify_files=self.config.option.verify_files)
            self._judged()
            if self.controller:
                self.problems += self.controller.problems()
                self._give_up(self.controller.hindrance())

    def pytest_report_header(self) -> list[str]:
        if not self.judges(self.config):
            return []
        install = self._judged().install
        settings = " ".join("{}={}".format(*item) for item in install.environment.items())
        lines = [f"install: {install}", f"platform: {install.platform}, {install.cpu}"]
        if install.build:
            lines.append("build: " + ", ".join("{} {}".format(*item) for item in install.build.items()))
        lines.append("environment: %s" % (settings or "no variable of TensorFlow's is set"))
        return lines + [f"before the import: {problem}" for problem in self.problems or ["nothing wrong was found"]]

    def _judged(self) -> Run:
        """The run; it starts when it is first asked for."""
        if self.run is None:
            self.run = start_run(self.config, self.catalogue, self.worker, imports=not self.is_controller)
        return self.run

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_collection(self) -> Generator[None, Any, None]:
        """A worker begins to use TensorFlow before it reads the spec files, which may not take for ever either."""
        if self.worker and self.judges(self.config):
            self._judged()
            with self.worker.limited(self.worker.import_limit):
                yield
        else:
            yield

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Where TensorFlow cannot be imported, only what can be checked without it is collected."""
        spec = self.config.rootpath / SPEC_FOLDER
        if self.is_controller or spec not in collection_path.parents or self._judged().obstacle is None:
            return None
        return True if collection_path.relative_to(spec).parts[0] != WITHOUT_TENSORFLOW else None

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if DEVICE_FIXTURE in metafunc.fixturenames:
            self._judged()
            metafunc.parametrize(DEVICE_FIXTURE, visible_devices(), indirect=True)

    @pytest.fixture
    def device(self, request: pytest.FixtureRequest) -> Device:
        """Each visible device in turn, as a callable that runs work there; a case that does not call it fails."""
        request.node.user_properties.append((DEVICE_FIXTURE, request.param))
        return Device(request.param)

    @pytest.fixture(scope="session")
    def install(self) -> Install:
        """The install under test."""
        return self._judged().install

    @pytest.fixture(scope="session")
    def import_failure(self) -> Obstacle | None:
        """Why TensorFlow cannot be imported, or None."""
        obstacle = self._judged().obstacle
        return obstacle if obstacle and obstacle.what == CANNOT_IMPORT else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        cases = [item for item in items if self.catalogue.function_of(item.nodeid)]
        if not cases:
            return
        versions = self._judged().install.versions()
        applicable = [item for item in cases if self._form(item).era.covers(versions)]
        for item in applicable:
            statement = self._form(item).statement
            self._judged().collected[statement] = self._judged().collected.get(statement, 0) + 1
        globs = self.config.option.statement or ["*"]
        selected = {item for item in applicable if any(fnmatchcase(self._form(item).statement, glob) for glob in globs)}
        selected.update(item for item in items if not self.catalogue.function_of(item.nodeid))
        self.config.hook.pytest_deselected(items=[item for item in items if item not in selected])
        items[:] = [item for item in items if item in selected]

    def _form(self, item: pytest.Item) -> Any:
        check = self.catalogue.function_of(item.nodeid)
        assert check is not None
        return check.form

    # A case

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, None]:
        if self.worker and self.catalogue.function_of(item.nodeid):
            with self.worker.limited(self.worker.time_limit):
                yield
        else:
            yield

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        self.comparison = None

    def pytest_assertrepr_compare(self, op: str, left: object, right: object) -> None:
        self.comparison = Comparison(op, left, right)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, None]:
        outcome = yield
        device = getattr(item, "funcargs", {}).get(DEVICE_FIXTURE)
        if outcome.excinfo is None and isinstance(device, Device) and not device.used:
            outcome.force_exception(Mismatch(f"work on {device}", "no work on any device that the case named"))

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, None]:
        report = (yield).get_result()
        check = self.catalogue.function_of(item.nodeid)
        if check is None:
            return
        if report.failed and call.excinfo is not None:
            report.longrepr = self._failure_text(item, call.excinfo, report)
        if self.is_worker and self.observed is None:
            report.conformance = self.observed = self._observation()

    def _observation(self) -> dict[str, Any]:
        """What a worker knows and the controller does not."""
        run = self._judged()
        return {
            "devices": run.install.devices,
            "build": run.install.build,
            "collected": run.collected,
            "obstacle": run.obstacle and run.obstacle.to_json(),
        }

    def _failure_text(self, item: pytest.Item, excinfo: pytest.ExceptionInfo[BaseException], report: Any) -> str:
        check = self.catalogue.function_of(item.nodeid)
        assert check is not None
        properties: dict[str, Any] = dict(item.user_properties)
        on = self._surroundings(properties.get(DEVICE_FIXTURE))
        where = excinfo.traceback[-1]
        for entry in excinfo.traceback:
            if str(entry.path) == str(item.path):
                where = entry
        at = "%s:%d" % (os.path.relpath(str(where.path), str(self.config.rootpath)), where.lineno + 1)
        message = failure_message(item.nodeid, check, on, excinfo.value, self.comparison, at)
        report.user_properties = [*report.user_properties, ("message", message)]
        return f"{message}\n\n{report.longrepr}" if self._wants_traceback() else message

    def _surroundings(self, device: str | None = None) -> str:
        """Where a case has failed: the install, the device, and what there was too little of."""
        place = f"{self._judged().install} on {device}" if device else str(self._judged().install)
        process = self.worker or self.controller
        return " · ".join(filter(None, [place, process.shortage if process else ""]))

    def _wants_traceback(self) -> bool:
        return bool(self.config.option.verbose > 0 or self.config.option.fulltrace)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.unexpected_failures += report.failed
        if report.failed:
            for check in self.catalogue.functions_in(report.nodeid):
                if check.form.era.covers(self._judged().install.versions()):
                    case = self._judged().case(f"{check.path}::{check.name}")
                    case.outcome, case.message = Outcome.FAILED, report.longreprtext

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        check = self.catalogue.function_of(report.nodeid)
        if report.failed and (check is None or check.form.statement not in self._judged().deviations):
            self.unexpected_failures += 1
        if check is None:
            return
        self._learn(getattr(report, "conformance", None))
        properties: dict[str, Any] = dict(report.user_properties)
        case = self._judged().case(report.nodeid)
        case.seconds += report.duration
        case.device = properties.get(DEVICE_FIXTURE, case.device)
        if hasattr(report, "crash"):
            report.longrepr = properties["message"] = self._crash_text(report)
        if report.failed:
            case.outcome, case.message = Outcome.FAILED, properties.get("message", report.longreprtext)
        elif report.skipped:
            case.outcome, case.message = Outcome.UNCHECKED, _skip_reason(report)
        elif report.when == "call":
            case.outcome, case.message = Outcome.PASSED, ""
        if time.monotonic() - self.recorded > SECONDS_BETWEEN_RECORDS:
            self._record(complete=False)

    def _learn(self, observed: dict[str, Any] | None) -> None:
        """Takes over what a worker knows of the install and of the cases that it collected."""
        if observed and self.is_controller:
            run = self._judged()
            if observed["obstacle"]:
                run.obstacle = Obstacle.from_json(observed["obstacle"])
            run.install = Install(
                **{**run.install.to_json(), "devices": observed["devices"], "build": observed["build"]}
            )
            run.collected = observed["collected"]

    def _crash_text(self, report: Any) -> str:
        check = self.catalogue.function_of(report.nodeid)
        assert check is not None
        error = Mismatch("the case comes to its end", report.crash)
        at = "%s:%d" % (check.path, check.line)
        return failure_message(report.nodeid, check, self._surroundings(), error, None, at)

    # After the cases

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self.is_worker and self.run is not None:
            self.config.workeroutput["conformance"] = self._observation()  # type: ignore[attr-defined]
        if self.controller and self.controller.obstacle:
            self._judged().obstacle = self.controller.obstacle
        self._record(complete=exitstatus not in (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR))
        if self.run is not None:
            session.exitstatus = self._exit_status(exitstatus)

    def _exit_status(self, exitstatus: int) -> int:
        """pytest's exit status, unless something stood in the way, or all that failed was known to."""
        run = self._judged()
        if run.obstacle:
            return UNUSABLE if run.obstacle.what in UNFIT else REQUIREMENT_UNMET
        if exitstatus == pytest.ExitCode.TESTS_FAILED and not self.unexpected_failures:
            exitstatus = pytest.ExitCode.OK
        return pytest.ExitCode.USAGE_ERROR if exitstatus == pytest.ExitCode.OK and self.unrecorded else exitstatus

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: object, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """A worker dies of it; where it is known what keeps all workers from running, that is said instead of a traceback."""
        if self.worker:
            self.worker.break_down(str(excrepr))
        if self.controller:
            self._give_up(self.controller.explain_internal_error(excinfo.value))

    def _give_up(self, obstacle: Obstacle | None) -> None:
        """Ends the session, with a record, where something keeps all workers from running."""
        if obstacle and self.run is not None:
            self.run.obstacle = obstacle
            self._record(complete=False)
            trace = [obstacle.trace] if self._wants_traceback() else []
            pytest.exit("\n".join([*obstacle.lines(), *trace]), returncode=UNUSABLE)

    def _record(self, complete: bool) -> None:
        """Writes what is known; where that fails the run goes on, and a later try may succeed."""
        if self.config.option.record and not self.is_worker and self.run is not None:
            seconds = time.monotonic() - self.clock
            try:
                write_whole(self.config.option.record, self.run.record(self.started, seconds, complete).to_text())
                self.unrecorded = ""
            except OSError as error:
                self.unrecorded = f"--record: cannot write {self.config.option.record}: {error.strerror}"
            self.recorded = time.monotonic()

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.run is not None and (self.run.results or self.run.obstacle):
            terminalreporter.section("TensorFlow conformance")
            for line in answer(self.run.record(self.started, time.monotonic() - self.clock, True)):
                terminalreporter.line(line)
            if self.run.obstacle and self._wants_traceback():
                terminalreporter.write(self.run.obstacle.trace)
        if self.unrecorded:
            terminalreporter.line("ERROR: " + self.unrecorded)
