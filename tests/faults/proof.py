"""Proofs: runs of the cases of one spec file, once for each fault, in this process."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.faults.fault import Fault, Put

QUIET = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist"]


@dataclass
class Proof:
    """What the cases of a statement said while its fault was there."""

    cases: int = 0
    assertions: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Prover:
    """A pytest plugin that runs the cases of each fault's statement under that fault, until one of them fails."""

    def __init__(self, faults: list[Fault], folder: Path) -> None:
        self.proofs: dict[Fault, Proof] = {}
        self._faults = faults
        self._folder = folder
        self._proof = Proof()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Runs the faults in turn instead of the cases in turn."""
        catalogue = session.config.pluginmanager.get_plugin("tf-conformance").catalogue
        for number, fault in enumerate(self._faults):
            cases = [
                item for item in session.items if catalogue.check_of(item.nodeid).form.statement == fault.statement
            ]
            self._proof = self.proofs[fault] = Proof(cases=len(cases))
            folder = self._folder / str(number)
            folder.mkdir()
            with pytest.MonkeyPatch.context() as patch:
                fault.put(Put(patch, folder))
                self._run_until_one_fails(cases)
        return True

    def _run_until_one_fails(self, cases: list[pytest.Item]) -> None:
        for case in cases:
            if not self._proof.assertions:
                case.config.hook.pytest_runtest_protocol(item=case, nextitem=None)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> Iterator[None]:
        """Keeps the message of a failed case, apart for assertions and for other errors."""
        report: Any = (yield).get_result()
        if report.failed and call.excinfo is not None:
            found = self._proof.assertions if call.excinfo.errisinstance(AssertionError) else self._proof.errors
            found.append(dict(report.user_properties).get("message", report.longreprtext))


def prove(spec_file: str, faults: list[Fault], root: Path, folder: Path) -> dict[Fault, Proof]:
    """The proofs of these faults of one spec file, whose path is relative to ``root``."""
    prover = Prover(faults, folder)
    pytest.main([*QUIET, "--rootdir", str(root), str(root / spec_file)], plugins=[prover])
    return prover.proofs
