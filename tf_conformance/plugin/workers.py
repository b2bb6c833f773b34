"""The part of a controller that looks after its workers: how many, what a new one is told, what a dead one died of.

The workers are pytest-xdist's. A case in one of them that crashes, is killed or hangs costs its own verdict only.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import re
import shlex
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Generator

import pytest

from tf_conformance.diagnosis.death import BREAKDOWN, Death
from tf_conformance.diagnosis.loading import Diagnosis, Stage
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.environment import Environment
from tf_conformance.install.install import describe
from tf_conformance.install.limits import THREADS, Limits, startable_threads
from tf_conformance.plugin import compat
from tf_conformance.plugin.messages import Briefing, Observation
from tf_conformance.plugin.options import wants_traceback
from tf_conformance.tree import LAUNCHER
from tf_conformance.unusable import UNUSABLE

WORKERS = 2
MAX_STARTUP_CRASHES = 2
MOST_EQUAL_DEATHS = 8  # with the same fatal line in the log
MOST_EXPLAINED_DEATHS = 2  # of which a problem was known before the import
STDERR = ".stderr"  # how the name of the file ends that has what a worker's last case wrote
# What the controller tells a worker, and a worker the controller when it has finished.
BRIEFING = "tf_conformance_briefing"
OBSERVED = "tf_conformance_observed"
REFUSED = "tf_conformance_refused"  # by pytest, in these lines, when it collected


def choose_worker_count(config: pytest.Config, limits: Limits, is_hopeless: bool = False) -> None:
    """Sets xdist's options unless the user has: as many workers as pay, restarted however often they die.

    ``is_hopeless``: whether no process will import TensorFlow; then none pays.
    """
    option = config.option
    if isinstance(getattr(option, "numprocesses", None), int) and option.numprocesses < 0:
        raise pytest.UsageError(f"-n: {option.numprocesses} is not a number of workers")
    undecided = getattr(option, "numprocesses", 0) is None and option.dist == "no" and not option.tx
    if undecided and not (option.collectonly or option.usepdb):
        most = 1 if limits.threads is not None or _is_narrow(config) else WORKERS
        option.numprocesses = 0 if is_hopeless else min(most, os.cpu_count() or 1)
    if getattr(option, "maxworkerrestart", "0") is None:
        option.maxworkerrestart = "100000"


def _is_narrow(config: pytest.Config) -> bool:
    """Whether only a part of the specification is to run, which takes less time than another import of TensorFlow."""
    filters = (config.option.statement, config.option.markexpr, config.option.keyword)
    return any(filters) or all(argument.partition("::")[0].endswith(".py") for argument in config.args)


def launched(worker: str) -> str:
    """How xdist starts a worker so that no file in the working folder hides what execnet begins with, and a bundle is found."""
    if worker != "popen" or not LAUNCHER.is_file():
        return worker
    command = [sys.executable, *(["-B"] if sys.dont_write_bytecode else []), str(LAUNCHER)]
    # execnet's options are separated by two slashes, which mean no more than one in a path.
    return f"popen//python={re.sub('/+', '/', ' '.join(map(shlex.quote, command)))}"


class Workers:
    """The hooks of the process that steers workers."""

    def __init__(self, config: pytest.Config, environment: Environment, briefing: Briefing) -> None:
        self._config = config
        config.option.tx = [launched(worker) for worker in config.option.tx or ()]
        self._environment = environment
        self._briefing = briefing
        self._diagnosis = Diagnosis(environment, briefing.problems)
        self._obstacle: Obstacle | None = None
        self._started: set[str] = set()  # workers that have come past TensorFlow's import and the collection
        self._warned: set[str] = set()  # workers that know of an obstacle
        self._startup_crashes = 0
        self._deaths: dict[tuple[str, str], int] = {}  # by manner
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        with contextlib.suppress(OSError):
            self._folder = tempfile.TemporaryDirectory(prefix="tf-conformance-")

    def pytest_sessionstart(self) -> None:
        """Ends the session if it is clear that no worker can be started."""
        if self._environment.limits.threads is not None:
            # A worker is a process that receives on one thread and watches its time on another; here one thread receives.
            needed = 4 * len(self._config.option.tx or []) + 2
            if startable_threads(needed) < needed:
                self._give_up(self._thread_obstacle(Stage.JUDGE))

    def pytest_configure_node(self, node: Any) -> None:
        """Briefs a new worker, also on why it must not import TensorFlow, once that was deadly."""
        folder = self._folder.name if self._folder else None
        path = tuple(entry for entry in sys.path if isinstance(entry, str))
        briefing = replace(self._briefing, path=path, obstacle=self._obstacle, folder=folder)
        node.workerinput[BRIEFING] = pickle.dumps(briefing)
        if self._obstacle:
            self._warned.add(node.gateway.id)

    def pytest_xdist_node_collection_finished(self, node: Any) -> None:
        """Notes that a worker has come past the import."""
        self._started.add(node.gateway.id)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Passes on what a worker observed, which comes with its first report."""
        observation = compat.attached(report)
        if observation:
            self._observe(Observation.from_json(observation))

    def pytest_handlecrashitem(self, report: pytest.TestReport) -> None:
        """Says what a worker died of in the middle of a case; ends the session if too many die of the same.

        An interruption by the user is not the case's fault.
        """
        node = report.node  # type: ignore[attr-defined]
        if compat.was_interrupted(node):
            report.outcome, report.longrepr = "skipped", (report.location[0], 0, "Skipped: the run was interrupted")
        else:
            death = self._death_of(node)
            report.longrepr = death.in_words(self._config.option.time_limit)
            self._count(death)

    def _count(self, death: Death) -> None:
        self._deaths[death.manner] = count = self._deaths.get(death.manner, 0) + 1
        most = MOST_EXPLAINED_DEATHS if self._diagnosis.finds_reason_for(death) else MOST_EQUAL_DEATHS
        if death.manner[1] and count >= most and self._obstacle is None:
            self._observe_obstacle(self._diagnosis.of_repetition(death, count))
            compat.stop_workers(self._config, str(self._obstacle))

    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Passes on what a worker observed that had nothing to report; one that died before it began died of the import.

        If not even a worker that does without TensorFlow can begin, the session ends. So it does if pytest refused something
        in a worker, such as a case that is not there; xdist would pass over that.
        """
        refused = compat.worker_output(node, REFUSED)
        if refused:
            raise pytest.UsageError(*refused)
        observation = compat.worker_output(node, OBSERVED)
        if observation:
            self._observe(Observation.from_json(observation))
        if error and node.gateway.id not in self._started:
            self._startup_crashes += 1
            if self._obstacle is None:
                self._observe_obstacle(self._why_dead(self._death_of(node)))
            elif node.gateway.id in self._warned:
                self._give_up(self._obstacle)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """If it is known what keeps all workers from running, that is said instead of a traceback."""
        if self._environment.limits.threads is not None:
            self._give_up(self._thread_obstacle(Stage.JUDGE))
        shortage = self._environment.limits.shortage_behind(str(excinfo.value))
        self._give_up(self._obstacle or (shortage and self._diagnosis.of_shortage(shortage, Stage.JUDGE)))

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self) -> Generator[None, object, object]:
        """Lets the session end well if xdist gets no thread to end its workers with: they end with this process."""
        try:
            return (yield)
        except Exception as error:
            if not re.search(THREADS.error, str(error)):
                raise
            return None

    def pytest_unconfigure(self) -> None:
        """Deletes the last words."""
        if self._folder:
            self._folder.cleanup()

    def _observe(self, observation: Observation) -> None:
        self._obstacle = observation.obstacle or self._obstacle
        self._config.hook.pytest_tf_conformance_observed(observation=observation)

    def _observe_obstacle(self, obstacle: Obstacle | None) -> None:
        if obstacle:
            self._observe(Observation(describe(self._environment), obstacle))

    def _give_up(self, obstacle: Obstacle | None) -> None:
        """Ends the session if something keeps all workers from running."""
        if obstacle:
            self._observe_obstacle(obstacle)
            trace = [obstacle.trace] if wants_traceback(self._config) else []
            pytest.exit("\n".join([*obstacle.lines(), *trace]), returncode=UNUSABLE)

    def _thread_obstacle(self, stage: Stage) -> Obstacle:
        shortage = self._environment.limits.of_threads()
        assert shortage, "asked only if threads are scarce"
        return self._diagnosis.of_shortage(shortage, stage)

    def _why_dead(self, death: Death) -> Obstacle | None:
        """Why a worker died before it had collected anything; None as long as that may have been by chance."""
        limit = self._config.option.import_limit
        if death.timed_out:
            return self._diagnosis.of_hang(limit, death)
        broken = self._diagnosis.of_breakdown(death.words) if BREAKDOWN in death.words else None
        if broken:
            return broken
        if self._environment.limits.threads is not None:
            return self._thread_obstacle(Stage.START if death.had_imported else Stage.IMPORT)
        probed = self._diagnosis.probe(limit)
        if probed is None and self._startup_crashes > MAX_STARTUP_CRASHES:
            return self._diagnosis.of_death(death)
        return probed

    def _death_of(self, node: Any) -> Death:
        returncode, words, stderr = None, "", ""
        process = compat.process_of(node)
        if process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                returncode = process.wait(timeout=60)
        if self._folder:
            with contextlib.suppress(OSError):
                words = (Path(self._folder.name) / node.gateway.id).read_text("utf-8", "replace")
                stderr = (Path(self._folder.name) / f"{node.gateway.id}{STDERR}").read_text("utf-8", "replace")
        return Death(returncode, words, stderr)
