"""Cases in processes of their own: one that crashes, is killed or hangs costs its own verdict only.

The workers are pytest-xdist's. Each watches its own time, by a timer of Python's that also ends a process that holds the
interpreter's lock; the controller tells what a worker died of.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Generator, Iterator

import pytest

from tf_conformance.diagnosis.death import BREAKDOWN, HAS_IMPORTED, Death
from tf_conformance.diagnosis.loading import (
    CANNOT_IMPORT,
    CANNOT_JUDGE,
    CANNOT_START,
    explain_death,
    explain_hang,
    probe,
)
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.limits import (
    REFUSAL,
    explain_refusal,
    file_shortage,
    memory_shortage,
    startable_threads,
    thread_shortage,
)

WORKERS = 2
EARLY_DEATHS_BORNE = 2


def ask_for_workers(config: pytest.Config) -> None:
    """Sets pytest-xdist's options where the user has not: as many workers as pay, restarted however often they die."""
    option = config.option
    undecided = getattr(option, "numprocesses", 0) is None and option.dist == "no" and not option.tx
    if undecided and not (option.collectonly or option.usepdb):
        option.numprocesses = 1 if thread_shortage() else min(WORKERS, os.cpu_count() or 1)
    if getattr(option, "maxworkerrestart", "0") is None:
        option.maxworkerrestart = "100000"


class Worker:
    """What a worker keeps of its own: its time limits, and where it leaves the place at which it died."""

    def __init__(self, config: pytest.Config) -> None:
        self.time_limit: float = config.option.time_limit
        self.import_limit: float = config.option.import_limit
        folder = config.workerinput.get("conformance_folder")  # type: ignore[attr-defined]
        failure = config.workerinput.get("obstacle")  # type: ignore[attr-defined]
        self.obstacle = Obstacle.from_json(failure) if failure else None
        self.shortage: str = config.workerinput.get("shortage", "")  # type: ignore[attr-defined]
        # Several processes share a GPU only if none takes all of its memory at once.
        os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
        self.last_words = self._open(folder, config.workerinput["workerid"])  # type: ignore[attr-defined]

    @staticmethod
    def _open(folder: str | None, worker: str) -> Any:
        """A file that is kept open for as long as the process lives: it is written to when nothing else works any more."""
        path = os.path.join(folder, worker) if folder else os.devnull
        try:
            return open(path, "w", encoding="utf-8")  # noqa: SIM115
        except OSError:
            return open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115

    @contextlib.contextmanager
    def limited(self, limit: float) -> Iterator[None]:
        """Ends this process if what happens inside takes longer than the limit, in seconds."""
        faulthandler.enable(self.last_words)
        with contextlib.suppress(RuntimeError):  # no thread is left to watch the time
            faulthandler.dump_traceback_later(limit, exit=True, file=self.last_words)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()

    def note_import(self) -> None:
        """Leaves word that what ends this process from now on is not the import."""
        self.last_words.write(HAS_IMPORTED)
        self.last_words.flush()

    def break_down(self, account: str) -> None:
        """Ends this process where pytest itself has failed in it, so that this costs one case and not the run."""
        self.last_words.write(BREAKDOWN + account)
        self.last_words.flush()
        os._exit(pytest.ExitCode.INTERNAL_ERROR)


class Controller:
    """The hooks of the process that steers workers: what it tells a new one, and what it says of a dead one."""

    def __init__(self, config: pytest.Config) -> None:
        self.time_limit: float = config.option.time_limit
        self.import_limit: float = config.option.import_limit
        self.obstacle: Obstacle | None = None
        self._threads = thread_shortage()
        self._shortages = [each for each in (self._threads, memory_shortage(), file_shortage()) if each]
        self._workers = len(config.option.tx or [])
        self._collected: set[str] = set()
        self._early_deaths = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        with contextlib.suppress(OSError):
            self._folder = tempfile.TemporaryDirectory(prefix="tf-conformance-")

    def pytest_configure_node(self, node: Any) -> None:
        """Tells a worker where to leave its last words, what is scarce, and not to import TensorFlow once that was deadly."""
        node.workerinput["conformance_folder"] = self._folder.name if self._folder else None
        node.workerinput["obstacle"] = self.obstacle.to_json() if self.obstacle else None
        node.workerinput["shortage"] = self.shortage

    def pytest_xdist_node_collection_finished(self, node: Any) -> None:
        """Notes that a worker has come past the import."""
        self._collected.add(node.gateway.id)

    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Takes over why a worker could not import TensorFlow; one that died before it had collected anything died of that."""
        observed = getattr(node, "workeroutput", {}).get("conformance")
        if observed and observed["obstacle"]:
            self.obstacle = Obstacle.from_json(observed["obstacle"])
        if error and node.gateway.id not in self._collected:
            self._early_deaths += 1
            if self.obstacle is None:
                self.obstacle = self._explain(self._death_of(node))

    def pytest_handlecrashitem(self, crashitem: str, report: Any) -> None:
        """Says what a worker died of in the middle of a case."""
        report.crash = self._death_of(report.node).in_words(self.time_limit)

    @property
    def shortage(self) -> str:
        """What the system lets workers have too little of; empty where there is enough."""
        return " · ".join(shortage.evidence for shortage in self._shortages)

    def problems(self) -> Iterator[str]:
        """What is wrong with the surroundings in which workers are to be started."""
        for shortage in self._shortages:
            yield f"{shortage.evidence}: {shortage.advice}"

    def hindrance(self) -> Obstacle | None:
        """Why no worker can be started; None where nothing is known to speak against it."""
        # A worker is a process that receives on one thread and watches its time on another; here one thread receives.
        needed = 4 * self._workers + 2
        too_few = self._threads and startable_threads(needed) < needed
        return self._threads.as_obstacle(CANNOT_JUDGE) if self._threads and too_few else None

    def explain_internal_error(self, error: BaseException) -> Obstacle | None:
        """What stands in the way of steering workers; None where this cannot be told."""
        if self._threads:
            return self._threads.as_obstacle(CANNOT_JUDGE)
        return self.obstacle or explain_refusal(str(error), CANNOT_JUDGE)

    @pytest.hookimpl(hookwrapper=True, trylast=True)
    def pytest_sessionfinish(self) -> Generator[None, Any, None]:
        """Lets the session end well where xdist gets no thread to end its workers with: they end with this process."""
        outcome = yield
        if outcome.excinfo is not None and REFUSAL.search(str(outcome.excinfo[1])):
            outcome.force_result([])

    def pytest_unconfigure(self) -> None:
        """Deletes the last words."""
        if self._folder:
            self._folder.cleanup()

    def _explain(self, death: Death) -> Obstacle | None:
        """Why a worker died before it had collected anything; None as long as that may have been by chance."""
        what = CANNOT_START if death.had_imported else CANNOT_IMPORT
        if death.timed_out:
            return explain_hang(self.import_limit, death.where, what)
        shortage = thread_shortage()
        explained = shortage.as_obstacle(what) if shortage else probe(self.import_limit)
        if explained is None and self._early_deaths > EARLY_DEATHS_BORNE:
            return explain_death(death.returncode or 0, death.stacks, what)
        return explained

    def _death_of(self, node: Any) -> Death:
        returncode = None
        # execnet keeps the process to itself; without it the message only lacks the signal.
        with contextlib.suppress(AttributeError, subprocess.TimeoutExpired):
            returncode = node.gateway._io.popen.wait(timeout=10)
        words = ""
        with contextlib.suppress(OSError):
            words = (Path(self._folder.name) / node.gateway.id).read_text("utf-8", "replace") if self._folder else ""
        return Death(returncode, words)
