"""The part of a process that checks cases which says why one has failed, or could not be tried.

Hooks stand in the order in which pytest calls them.
"""

from __future__ import annotations

import os
import traceback
from typing import Any, Generator

import pytest

from tf_conformance.diagnosis.plugins import Plugin, plugin_behind, plugin_of_fixture
from tf_conformance.install.environment import Environment
from tf_conformance.install.install import describe
from tf_conformance.plugin.failure import Comparison, failure_message, surroundings
from tf_conformance.plugin.gate import specification_folder
from tf_conformance.plugin.messages import Observation
from tf_conformance.plugin.options import wants_traceback
from tf_conformance.records.error_text import error_text
from tf_conformance.statements.catalogue import Catalogue, Function
from tf_conformance.statements.device import DEVICE_FIXTURE, Device
from tf_conformance.statements.refused import SEEN, Mismatch


class Explaining:
    """The hooks around a case."""

    def __init__(self, config: pytest.Config, catalogue: Catalogue, environment: Environment) -> None:
        self._config = config
        self._catalogue = catalogue
        self._environment = environment
        self._install = describe(environment)
        self._comparison: Comparison | None = None

    def pytest_tf_conformance_observed(self, observation: Observation) -> None:
        self._install = observation.install

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        self._comparison = None
        SEEN.clear()

    def pytest_assertrepr_compare(self, op: str, left: object, right: object) -> None:
        self._comparison = Comparison(op, left, right)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        outcome = yield
        device = getattr(item, "funcargs", {}).get(DEVICE_FIXTURE)
        if isinstance(device, Device) and not device.used:
            raise Mismatch(f"work on {device}", "no work on any device that the case named")
        return outcome

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        function = self._catalogue.function_of(item.nodeid)
        if SEEN and call.when == "call":
            report.user_properties.append(("errors", [error_text(error) for error in SEEN]))
        if function is not None and call.excinfo is not None:
            plugin = self._plugin_behind(call.excinfo, call.when) if report.failed else None
            if plugin:
                _leave_unchecked(item, f"{plugin}, fails: {call.excinfo.exconly()}", report)
            elif report.failed:
                self._explain(item, function, call.excinfo, report)
            elif report.skipped:
                _explain_skip(item, call.excinfo, report)
        return report

    def _plugin_behind(self, excinfo: pytest.ExceptionInfo[BaseException], when: str) -> Plugin | None:
        """The plugin of others that kept a case from being tried, by a hook or, around the case, by a fixture."""
        said = "".join(traceback.format_exception(excinfo.type, excinfo.value, excinfo.tb))
        by_hook = plugin_behind(said, self._environment)
        if by_hook or when == "call":
            return by_hook
        return plugin_of_fixture(said, self._environment, str(specification_folder(self._config)))

    def _explain(
        self, item: pytest.Item, function: Function, excinfo: pytest.ExceptionInfo[BaseException], report: Any
    ) -> None:
        properties: dict[str, Any] = dict(item.user_properties)
        on = surroundings(self._install, self._environment, properties.get(DEVICE_FIXTURE))
        at = self._place(item, excinfo)
        message = failure_message(item.nodeid, function, on, excinfo.value, self._comparison, at)
        report.user_properties.append(("message", message))
        report.longrepr = f"{message}\n\n{report.longrepr}" if wants_traceback(self._config) else message

    def _place(self, item: pytest.Item, excinfo: pytest.ExceptionInfo[BaseException]) -> str:
        """The last line of the traceback that is in the spec file, or else the last line of all."""
        in_file = [entry for entry in excinfo.traceback if str(entry.path) == str(item.path)]
        where = (in_file or excinfo.traceback)[-1]
        return f"{os.path.relpath(str(where.path), str(self._config.rootpath))}:{where.lineno + 1}"


def _leave_unchecked(item: pytest.Item, reason: str, report: Any) -> None:
    """Reports a case that could not be tried as unchecked: nothing is known about its statement."""
    report.outcome, report.longrepr = "skipped", _at_case(item, f"Skipped: {reason}")


def _explain_skip(item: pytest.Item, excinfo: pytest.ExceptionInfo[BaseException], report: Any) -> None:
    """Says which optional part the install lacks, and reports the skip at the case, not at unchecked()."""
    report.user_properties.append(("lacks", getattr(excinfo.value, "lacks", "")))
    if isinstance(report.longrepr, tuple):
        report.longrepr = _at_case(item, report.longrepr[2])


def _at_case(item: pytest.Item, says: str) -> tuple[str, int, str]:
    """What a report says of a skip: file, line and reason."""
    path, line, _ = item.location
    return path, (line or 0) + 1, says
