"""What the system lets this user have too little of: threads and processes, which it counts together, memory, files."""

from __future__ import annotations

import _thread
import math
import os
import re
import threading
from typing import NamedTuple

from tf_conformance.diagnosis.obstacle import Obstacle

# What systems say who refuse a thread, a process or memory. A thread is refused for want of memory, too.
REFUSAL = re.compile(
    r"can't start new thread|Resource temporarily unavailable|no active workers available"
    r"|MemoryError|Cannot allocate memory"
)
SMALL_STACK = 1 << 16  # bytes
AMPLE_MEMORY = 4 * 10**9  # bytes: one worker takes half of it, most of that TensorFlow's libraries
AMPLE_FILES = 64
FEWEST_FILES = 20  # with which pytest and two workers can begin


class Shortage(NamedTuple):
    """What there is too little of, how little there is, and what to do."""

    cause: str
    evidence: str
    advice: str

    def as_obstacle(self, what: str) -> Obstacle:
        """The shortage as what stands in the way."""
        return Obstacle(what, *self)


def thread_shortage() -> Shortage | None:
    """Whether fewer threads can be started than TensorFlow may ask for on this machine; found out by starting some."""
    needed = 16 + 8 * min(os.cpu_count() or 1, 16)
    possible = startable_threads(needed)
    if possible >= needed:
        return None
    limit = _limit("RLIMIT_NPROC")
    return Shortage(
        "the system lets it start no further thread or process",
        "the system lets this user start only %d more threads or processes (ulimit -u is %s)"
        % (possible, "unlimited" if limit is None else limit),
        "raise ulimit -u, or the container's limit of processes (pids.max)",
    )


def memory_shortage(ample: float = AMPLE_MEMORY) -> Shortage | None:
    """Whether a process may have less memory than is ample, in bytes."""
    limit = _limit("RLIMIT_AS")
    if limit is None or limit >= ample:
        return None
    return Shortage(
        "there is not enough memory",
        "the system lets a process have only %d MB of address space (ulimit -v)" % (limit // 10**6),
        "raise ulimit -v",
    )


def file_shortage(ample: float = AMPLE_FILES) -> Shortage | None:
    """Whether a process may have fewer files open at once than is ample."""
    limit = _limit("RLIMIT_NOFILE")
    if limit is None or limit >= ample:
        return None
    return Shortage(
        "the system lets it open no further file",
        "the system lets a process have only %d files open (ulimit -n)" % limit,
        "raise ulimit -n",
    )


def explain_refusal(error: str, what: str) -> Obstacle | None:
    """The limit that an error tells of; None where it tells of none, or none is known."""
    shortage = None
    if "Too many open files" in error:
        shortage = file_shortage(math.inf)
    elif REFUSAL.search(error):
        shortage = thread_shortage() or memory_shortage(math.inf)
    return shortage.as_obstacle(what) if shortage else None


def startable_threads(wanted: int) -> int:
    """How many threads of those wanted can be started at once, as far as their number matters and not their memory."""
    end, ended = threading.Event(), threading.Semaphore(0)

    def wait() -> None:
        end.wait()
        ended.release()

    started = 0
    usual_size = threading.stack_size(SMALL_STACK)
    try:
        while started < wanted:
            # threading.Thread waits for ever for a thread that begins and then finds no memory.
            _thread.start_new_thread(wait, ())
            started += 1
    except RuntimeError:
        pass  # the limit is reached
    finally:
        end.set()
        threading.stack_size(usual_size)
    for _ in range(started):
        ended.acquire(timeout=1)
    return started


def _limit(name: str) -> int | None:
    """A limit of the system's; None where there is none, or the system has no such limits."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    soft, _ = resource.getrlimit(getattr(resource, name))
    return None if soft == resource.RLIM_INFINITY else int(soft)
