"""How few threads and processes the system allows, found out by starting some."""

import threading

import pytest

from tf_conformance import process_limit
from tf_conformance.process_limit import REFUSAL, thread_shortage


@pytest.fixture
def allow(monkeypatch):
    """Has the system refuse all threads after so many."""

    def only(count):
        started = iter(range(count))

        class Thread(threading.Thread):
            def start(self):
                if next(started, None) is None:
                    raise RuntimeError("can't start new thread")
                super().start()

        monkeypatch.setattr(process_limit.threading, "Thread", Thread)

    return only


def test_enough():
    """Where the system is generous there is nothing to say."""
    assert thread_shortage() is None


def test_too_few(allow):
    """The number that can still be started is told, and none is left running."""
    before = threading.active_count()
    allow(5)
    assert str(thread_shortage()).startswith(
        "the system lets this user start only 5 more threads or processes (ulimit -u is "
    )
    assert threading.active_count() == before


def test_obstacle(allow):
    """What to do about it is said, too."""
    allow(0)
    obstacle = thread_shortage().as_obstacle("TensorFlow cannot be started")
    assert "only 0 more" in obstacle.evidence
    assert "ulimit -u" in obstacle.advice


def test_refusals_are_known():
    """The words of Python and of the system for a refused thread or process."""
    assert REFUSAL.search("RuntimeError: can't start new thread")
    assert REFUSAL.search("BlockingIOError: [Errno 11] Resource temporarily unavailable")
    assert not REFUSAL.search("ValueError: no")
