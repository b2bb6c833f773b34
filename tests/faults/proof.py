"""Proofs: the cases of a statement, run in this process while a fault is in place."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any, Generator, Iterator

import hypothesis
import pytest

from tests import CATALOGUE, ROOT
from tests.faults.fault import Fault, Put
from tf_conformance.install.install import Install
from tf_conformance.plugin.messages import Observation
from tf_conformance.statements.era import Era

OPTIONS = ["--capture=no", "--tb=native", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist"]


@dataclass
class Proof:
    """What the cases of a statement did while a fault was in place.

    ``cases`` counts those of the statement on this install. ``violation`` is the message of the failure that was
    ``expected``, ``errors`` are the messages of other exceptions.
    """

    cases: int
    expected: type[BaseException] = AssertionError
    violation: str = ""
    errors: list[str] = field(default_factory=list)


class Prover:
    """A plugin of a pytest session that collects spec/ and waits: it runs the cases of one statement, under one fault.

    ``collected`` is set when the session begins to wait, which it does until ``done`` is set.
    """

    def __init__(self) -> None:
        self.collected, self.done = Event(), Event()
        self.refusal = ""
        self._cases: dict[str, list[pytest.Item]] = defaultdict(list)
        self._proof = Proof(cases=0)
        self.install: Install | None = None

    @property
    def statements(self) -> list[str]:
        """The ids of the statements that have a case on this install."""
        return list(self._cases)

    @property
    def cases(self) -> list[pytest.Item]:
        """All cases of this install."""
        return [case for cases in self._cases.values() for case in cases]

    def is_in(self, era: Era) -> bool:
        """Whether the install under test is of this era."""
        return era.covers(self.install.versions())

    def prove(self, fault: Fault, folder: Path) -> Proof:
        """Runs the cases of the fault's statement until one fails. ``folder`` is for the files of the fault."""
        cases = self._cases[fault.statement]
        self._proof = Proof(len(cases), fault.raises)
        with pytest.MonkeyPatch.context() as patch:
            fault.put(Put(patch, folder))
            for case in cases:
                if not self._proof.violation:
                    case.ihook.pytest_runtest_protocol(item=case, nextitem=None)
        return self._proof

    def failure_of(self, case: pytest.Item) -> str:
        """Runs a case; returns the message of its failure, or nothing."""
        self._proof = Proof(1, BaseException)
        case.ihook.pytest_runtest_protocol(item=case, nextitem=None)
        return self._proof.violation

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Keeps the session from printing anything."""
        config.pluginmanager.unregister(name="terminalreporter")

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Has properties fail at the first counterexample; spec/conftest.py has chosen another profile before."""
        hypothesis.settings.register_profile("proof", phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate])
        hypothesis.settings.load_profile("proof")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> bool:
        """Waits, instead of running all cases."""
        self.collected.set()
        return self.done.wait()

    def pytest_tf_conformance_observed(self, observation: Observation) -> None:
        """Keeps the install under test."""
        self.install = observation.install

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keeps the reason if a spec file cannot be collected."""
        if report.failed:
            self.refusal = report.longreprtext

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keeps the cases of each statement, the first case of every function before the second of any.

        A fault usually breaks either all cases of a function or none. What waits for a process of its own comes last.
        """
        turns: dict[Any, Iterator[int]] = defaultdict(count)

        def turn(case: Any) -> tuple[bool, int]:
            return case.get_closest_marker("subprocess") is not None, next(turns[case.function])

        for case in sorted(session.items, key=turn):
            self._cases[CATALOGUE.function_of(case.nodeid).form.statement].append(case)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """Keeps the message of a case that fails."""
        report = yield
        if report.failed and call.excinfo is not None:
            message = dict(report.user_properties).get("message", report.longreprtext)
            if call.excinfo.errisinstance(self._proof.expected):
                self._proof.violation = message
            else:
                self._proof.errors.append(message)
        return report


@contextmanager
def collected_specification() -> Iterator[Prover]:
    """A pytest session that has collected spec/, and runs only what its prover asks for.

    pytest.main ends its session before it returns, so a thread calls it, which waits where the cases would run. They run in
    the thread that asks for them.
    """
    prover = Prover()
    with _restored_hypothesis_profile(), ThreadPoolExecutor(max_workers=1) as thread:
        ended = thread.submit(pytest.main, [*OPTIONS, f"--rootdir={ROOT}", str(ROOT / "spec")], [prover])
        ended.add_done_callback(lambda _: prover.collected.set())
        prover.collected.wait()
        try:
            if prover.refusal or ended.done():
                pytest.fail(prover.refusal or f"pytest ends before it runs a case: {ended.result()}", pytrace=False)
            yield prover
        finally:
            prover.done.set()


@contextmanager
def _restored_hypothesis_profile() -> Iterator[None]:
    hypothesis.settings.register_profile("before", hypothesis.settings.default)
    try:
        yield
    finally:
        hypothesis.settings.load_profile("before")
