"""The part of a worker that answers to the controller: it limits its own time, leaves last words, and reports.

A timer of Python's also ends a process that holds the interpreter's lock.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
from typing import IO, ContextManager, Generator, Iterator

import pytest

from tf_conformance.diagnosis.death import BREAKDOWN, IMPORTED, READS
from tf_conformance.plugin import compat
from tf_conformance.plugin.messages import Briefing, Observation
from tf_conformance.plugin.stderr import copied_stderr
from tf_conformance.plugin.workers import OBSERVED, REFUSED, STDERR

CAPTURING = {"capfd", "capfdbinary"}


class Worker:
    """The hooks of a process that runs cases for a controller."""

    def __init__(self, config: pytest.Config, briefing: Briefing) -> None:
        self._config = config
        self._last_words = _open(briefing.folder, compat.worker_name(config))
        self._stderr = _open(briefing.folder, f"{compat.worker_name(config)}{STDERR}")
        self._observation: Observation | None = None
        self._reported: Observation | None = None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionstart(self) -> Generator[None, None, None]:
        with self._limited(self._config.option.import_limit):
            yield

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self) -> Generator[None, object, object]:
        """Reading the spec files may not take forever, either. What pytest refuses then, the controller refuses."""
        with self._limited(self._config.option.import_limit):
            try:
                return (yield)
            except pytest.UsageError as error:
                compat.set_worker_output(self._config, REFUSED, list(map(str, error.args)))
                raise

    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        if isinstance(collector, pytest.Module):
            self._leave_word(f"{READS}{collector.nodeid}\n")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        with self._limited(self._config.option.time_limit):
            return (yield)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_setup(self) -> Generator[None, object, object]:
        with self._kept_stderr():
            return (yield)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Within pytest's capturing, whose file is lost with the process; a case that captures for itself keeps its own."""
        captures = CAPTURING & set(getattr(item, "fixturenames", []))
        with contextlib.nullcontext() if captures else self._kept_stderr():
            return (yield)

    def pytest_tf_conformance_imported(self) -> None:
        self._leave_word(IMPORTED)

    def pytest_tf_conformance_observed(self, observation: Observation) -> None:
        self._observation = observation

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Sends what was observed with the first report."""
        report = yield
        if self._observation and self._observation is not self._reported:
            compat.attach(report, self._observation.to_json())
            self._reported = self._observation
        return report

    def pytest_sessionfinish(self) -> None:
        """Sends what was observed if there was no report to send it with."""
        if self._observation and self._observation is not self._reported:
            compat.set_worker_output(self._config, OBSERVED, self._observation.to_json())

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: object) -> None:
        """Ends this process if pytest itself fails in it, so that this costs one case and not the run."""
        self._leave_word(f"{BREAKDOWN}{excrepr}")
        os._exit(pytest.ExitCode.INTERNAL_ERROR)

    @contextlib.contextmanager
    def _limited(self, limit: float) -> Iterator[None]:
        """Ends this process if what happens inside takes longer than the limit, in seconds."""
        faulthandler.enable(self._last_words)
        with contextlib.suppress(RuntimeError):  # no thread is left to watch the time
            faulthandler.dump_traceback_later(limit, exit=True, file=self._last_words)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()

    def _kept_stderr(self) -> ContextManager[None]:
        """Keeps what TensorFlow writes, for the case that it ends the process; without a folder that is not possible."""
        return contextlib.nullcontext() if self._stderr.name == os.devnull else copied_stderr(self._stderr)

    def _leave_word(self, text: str) -> None:
        self._last_words.write(text)
        self._last_words.flush()


def _open(folder: str | None, worker: str) -> IO[str]:
    """A file that is kept open for as long as the process lives: it is written to when nothing else works any more."""
    path = os.path.join(folder, worker) if folder else os.devnull
    try:
        return open(path, "w+", encoding="utf-8")  # noqa: SIM115
    except OSError:
        return open(os.devnull, "w+", encoding="utf-8")  # noqa: SIM115
