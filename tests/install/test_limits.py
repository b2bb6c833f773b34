"""How little the system allows: threads, which are counted by starting some, memory and files."""

from __future__ import annotations

import pytest

from tf_conformance.install import limits
from tf_conformance.install.limits import (
    REFUSAL,
    explain_refusal,
    file_shortage,
    memory_shortage,
    startable_threads,
    thread_shortage,
)


@pytest.fixture
def allow(monkeypatch):
    """Has the system refuse all threads after so many."""

    start = limits._thread.start_new_thread

    def only(count):
        allowed = iter(range(count))

        def start_or_refuse(function, arguments):
            if next(allowed, None) is None:
                raise RuntimeError("can't start new thread")
            return start(function, arguments)

        monkeypatch.setattr(limits._thread, "start_new_thread", start_or_refuse)

    return only


def test_enough():
    """Where the system is generous there is nothing to say."""
    assert thread_shortage() is None


def test_too_few(allow):
    """The number that can still be started is told."""
    allow(5)
    assert thread_shortage().evidence.startswith(
        "the system lets this user start only 5 more threads or processes (ulimit -u is "
    )


def test_threads_end():
    """Threads that were started to be counted count no longer afterwards."""
    before = limits._thread._count()
    assert startable_threads(20) == 20
    assert limits._thread._count() <= before + 1


def test_obstacle(allow):
    """What to do about it is said, too."""
    allow(0)
    obstacle = thread_shortage().as_obstacle("TensorFlow cannot be started")
    assert "only 0 more" in obstacle.evidence
    assert "ulimit -u" in obstacle.advice


@pytest.mark.parametrize(("limit", "scarce"), [(None, False), (4 * 10**9, False), (4 * 10**9 - 1, True)])
def test_memory(monkeypatch, limit, scarce):
    """Less memory than TensorFlow's libraries and a case need is scarce; no limit is none."""
    monkeypatch.setattr(limits, "_limit", {"RLIMIT_AS": limit}.get)
    assert bool(memory_shortage()) is scarce


@pytest.mark.parametrize(("limit", "scarce"), [(None, False), (64, False), (63, True)])
def test_files(monkeypatch, limit, scarce):
    """Fewer open files than a run may need are scarce."""
    monkeypatch.setattr(limits, "_limit", {"RLIMIT_NOFILE": limit}.get)
    assert bool(file_shortage()) is scarce


def test_refused_threads(allow):
    """An error that tells of a refused thread is explained by how many can be started."""
    allow(5)
    assert "only 5 more" in explain_refusal("RuntimeError: can't start new thread", "x").evidence


@pytest.mark.parametrize("error", ["RuntimeError: can't start new thread", "MemoryError"])
def test_refused_memory(monkeypatch, error):
    """Where threads are not scarce a refusal is one of memory, if that is limited."""
    monkeypatch.setattr(limits, "_limit", {"RLIMIT_AS": 10**9, "RLIMIT_NPROC": None}.get)
    obstacle = explain_refusal(error, "x")
    assert obstacle.cause == "there is not enough memory"
    assert "only 1000 MB" in obstacle.evidence
    monkeypatch.setattr(limits, "_limit", {}.get)
    assert explain_refusal(error, "x") is None


def test_refused_files(monkeypatch):
    """So does one of a file."""
    monkeypatch.setattr(limits, "_limit", {"RLIMIT_NOFILE": 1024}.get)
    assert "only 1024 files open" in explain_refusal("OSError: [Errno 24] Too many open files: 'x'", "x").evidence


def test_other_errors_tell_of_no_limit(allow):
    """An error of another kind is not explained by a limit, whatever is scarce."""
    allow(0)
    assert explain_refusal("ValueError: no", "x") is None


def test_refusals_are_known():
    """The words of Python and of the system for a refused thread or process."""
    assert REFUSAL.search("BlockingIOError: [Errno 11] Resource temporarily unavailable")
    assert REFUSAL.search("OSError: [Errno 12] Cannot allocate memory")
