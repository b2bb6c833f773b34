"""Whether the system lets this user start the threads and processes that TensorFlow needs; it counts them together."""

import os
import re
import threading
from typing import List, NamedTuple, Optional

from tf_conformance.obstacle import Obstacle

# What systems say who refuse a thread or a process.
REFUSAL = re.compile(r"can't start new thread|Resource temporarily unavailable|no active workers available")
ADVICE = "raise ulimit -u, or the container's limit of processes (pids.max)"


class Shortage(NamedTuple):
    """How many more threads can be started, where these are fewer than TensorFlow may ask for."""

    possible: int
    limit: str

    def __str__(self) -> str:
        return "the system lets this user start only %d more threads or processes (ulimit -u is %s)" % (
            self.possible,
            self.limit,
        )

    def as_obstacle(self, what: str) -> Obstacle:
        """The shortage as what stands in the way."""
        return Obstacle(what, "the system lets it start no further thread or process", str(self), ADVICE)


def thread_shortage() -> Optional[Shortage]:
    """What is found by starting threads; None where there are enough, also for a machine's many processors."""
    needed = 16 + 8 * min(os.cpu_count() or 1, 16)
    possible = _startable(needed)
    return Shortage(possible, _limit()) if possible < needed else None


def _startable(wanted: int) -> int:
    """How many threads of those wanted can be started at once."""
    end = threading.Event()
    started: List[threading.Thread] = []
    try:
        for _ in range(wanted):
            thread = threading.Thread(target=end.wait)
            thread.start()
            started.append(thread)
    except RuntimeError:
        pass  # the limit is reached
    finally:
        end.set()
    for thread in started:
        thread.join()
    return len(started)


def _limit() -> str:
    try:
        import resource
    except ImportError:  # Windows
        return "unknown"
    soft, _ = resource.getrlimit(resource.RLIMIT_NPROC)
    return "unlimited" if soft == resource.RLIM_INFINITY else str(soft)
