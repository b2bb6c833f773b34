"""What pytest's JUnit file says beyond outcomes: of each case its statement and verdict, of the suite the install."""

from __future__ import annotations

import pytest

from tf_conformance.plugin import compat
from tf_conformance.records.run import Run
from tf_conformance.records.verdict import Outcome, Verdict
from tf_conformance.statements.catalogue import Function


class JUnit:
    """The hooks of the process that writes the file; they come before those of pytest, which complete it."""

    def __init__(self, config: pytest.Config, run: Run) -> None:
        self._config = config
        self._run = run

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Adds what a case is about when its last report comes."""
        function = self._run.catalogue.function_of(report.nodeid)
        if function is not None and (report.when == "teardown" or compat.is_crash(report)):
            form, verdict = function.form, self._verdict(function, report)
            said = {"statement": form.statement, "verdict": verdict, "kind": form.kind, "instead": form.instead}
            for name, value in said.items():
                if value:
                    compat.add_case_property(self._config, report, name, str(value))

    def _verdict(self, function: Function, report: pytest.TestReport) -> Verdict:
        """The statement's verdict as far as this case tells."""
        outcome = self._run.case(report.nodeid).outcome
        if report.failed or outcome is Outcome.FAILED:
            return Verdict.VIOLATED
        return Verdict.UNCHECKED if outcome is Outcome.UNCHECKED else Verdict(str(function.form.kind))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Adds which install it was."""
        install = self._run.install
        versions = {name: str(version) for name, version in install.versions().items()}
        for name, value in {**versions, "devices": ", ".join(install.devices)}.items():
            compat.add_suite_property(self._config, name, value)
