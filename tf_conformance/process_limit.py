"""Whether the system lets this user start the threads and processes that TensorFlow needs; it counts them together."""

import os
import re
import threading
from typing import List, Optional

from tf_conformance.obstacle import Obstacle

# What systems say who refuse a thread or a process.
REFUSAL = re.compile(r"can't start new thread|Resource temporarily unavailable|no active workers available")
ADVICE = "raise ulimit -u, or the container's limit of processes (pids.max)"


def thread_shortage() -> Optional[str]:
    """How many threads can still be started, where these are fewer than TensorFlow may ask for; None where all can."""
    needed = 16 + 8 * (os.cpu_count() or 1)
    possible = _startable(needed)
    if possible >= needed:
        return None
    return "the system lets this user start only %d more threads or processes (ulimit -u is %s)" % (possible, _limit())


def shortage_obstacle(what: str) -> Optional[Obstacle]:
    """The shortage as what stands in the way; None where there is none."""
    shortage = thread_shortage()
    return (
        Obstacle(what, "the system lets it start no further thread or process", shortage, ADVICE) if shortage else None
    )


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
