"""What the system limits: threads and processes, which it counts together, memory, processor time, files and their size."""

from __future__ import annotations

import _thread
import errno
import os
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator, NamedTuple, Sequence

from tf_conformance.install.filesystem import text_of
from tf_conformance.install.problem import Problem

MEMBERSHIP, GROUPS = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")
SMALL_STACK = 1 << 16  # bytes
FEWEST_FILES = 20  # with which pytest and two workers can start
REFUSED_ON_PRINCIPLE = (errno.EPERM, errno.EACCES, errno.ENOSYS)  # a limit is told by EAGAIN, or by ENOMEM


class Resource(NamedTuple):
    """A resource that can be scarce: how its lack reads in errors, as a cause in plain words, and what to do.

    ``ample``: how much is enough; ``says``: how a limit is told.
    """

    error: str
    cause: str
    do: str
    ample: int = 0
    says: Callable[[int], str] = str


THREADS = Resource(
    r"can't start new thread|pthread_create|Resource temporarily unavailable|no active workers available"
    r"|resources for OMP thread",
    "the system refuses to start another thread or process",
    "raise ulimit -u, or the container's limit on processes (pids.max)",
)
THREADS_OF_GROUP = THREADS._replace(
    do="raise the container's or job's limit on processes: pids.max (docker run --pids-limit)"
)
FORBIDDEN_THREADS = Resource(
    THREADS.error,
    "a filter of system calls (seccomp) refuses to start threads",
    "update the container's engine (Docker 20.10.10, runc 1.0 and libseccomp 2.5 know clone3), or allow the call:"
    " --security-opt seccomp=unconfined",
)
MEMORY = Resource(
    r"MemoryError|Cannot allocate memory|std::bad_alloc",
    "there is not enough memory",
    "free memory, or raise ulimit -v and -d or the container's limit",
    4 * 10**9,  # bytes: one worker takes half of it, most of that for TensorFlow's libraries
    lambda limit: f"the system allows a process only {limit // 10**6} MB of address space (ulimit -v or -d)",
)
MEMORY_OF_GROUP = Resource(
    r"died of SIGKILL",
    "the system kills processes that use more memory than the container or job may use",
    "raise the container's or job's limit on memory: memory.max (docker run --memory)",
    10**9,  # bytes: that a process has touched, about half of which TensorFlow does when it is imported
    lambda limit: f"the system lets this container or job use only {limit // 10**6} MB of memory (its memory.max)",
)
PROCESSOR_TIME = Resource(
    r"died of SIG(?:KILL|XCPU)",
    "the system kills processes that use more processor time than they may",
    "raise ulimit -t",
    120,  # seconds: in which a process checks the whole specification
    lambda limit: f"the system lets a process use only {limit} s of processor time (ulimit -t)",
)
FILES = Resource(
    r"Too many open files",
    "the system refuses to open another file",
    "raise ulimit -n",
    64,
    lambda limit: f"the system allows a process only {limit} open files (ulimit -n)",
)
FILE_SIZE = Resource(
    r"File too large",
    "the system refuses to write a larger file",
    "raise ulimit -f",
    10**8,  # bytes: models and records are smaller by far
    lambda limit: f"the system lets a process write no file of more than {limit} bytes (ulimit -f)",
)
RESOURCES = (FILES, FILE_SIZE, THREADS, MEMORY)  # of which an error speaks


class Shortage(NamedTuple):
    """A resource of which there is too little, and how little there is."""

    resource: Resource
    evidence: str

    def as_problem(self) -> Problem:
        """The shortage as something that can be seen before TensorFlow is imported."""
        return Problem(self.evidence, self.resource.do)


@dataclass(frozen=True)
class Limits:
    """How much the system allows; None for each resource that is ample or unlimited.

    ``threads``: how many more threads can be started, if TensorFlow may want more on this machine; ``forbidden``: whether
    they are refused on principle, and not for their number; ``processes``: the user's limit on processes;
    ``group_processes`` and ``group_memory``: those of the control group, as a container or a job has one, the latter in
    bytes; ``memory``: bytes of address space or of data; ``files``: open at once; ``file_size``: bytes;
    ``processor_time``: seconds.
    """

    threads: int | None = None
    processes: int | None = None
    memory: int | None = None
    files: int | None = None
    forbidden: bool = False
    file_size: int | None = None
    group_processes: int | None = None
    group_memory: int | None = None
    processor_time: int | None = None

    @classmethod
    def measure(cls) -> Limits:
        """The limits of this process. Threads are counted by starting as many as TensorFlow may want."""
        wanted = 16 + 8 * min(os.cpu_count() or 1, 16)
        possible = startable_threads(wanted)
        return cls(
            threads=possible if possible < wanted else None,
            processes=_limit("RLIMIT_NPROC"),
            memory=min(filter(None, (_limit("RLIMIT_AS"), _limit("RLIMIT_DATA"))), default=None),
            files=_limit("RLIMIT_NOFILE"),
            forbidden=possible == 0 and _refusal_of_thread() in REFUSED_ON_PRINCIPLE,
            file_size=_limit("RLIMIT_FSIZE"),
            group_processes=group_limit("pids", ("pids.max",)),
            group_memory=group_limit("memory", ("memory.max", "memory.limit_in_bytes")),
            processor_time=_limit("RLIMIT_CPU"),
        )

    def shortages(self) -> Iterator[Shortage]:
        """The resources that are scarce."""
        yield from filter(None, [self.of_threads()])
        yield from self._limited(only_scarce=True)

    def shortage_behind(self, error: str) -> Shortage | None:
        """The limit that an error reports; None if it reports none, or nothing is limited."""
        # A thread is also refused if there is no memory for it.
        words = {MEMORY: f"{THREADS.error}|{MEMORY.error}"}
        if self.threads is not None and re.search(words[MEMORY], error):
            return self.of_threads()
        # A process is killed for many reasons.
        limited = self._limited(only_scarce="died of SIG" in error)
        return next((each for each in limited if re.search(words.get(each.resource, each.resource.error), error)), None)

    def of_threads(self) -> Shortage | None:
        """The shortage of threads, if there is one."""
        if self.threads is None:
            return None
        if self.forbidden:
            return Shortage(FORBIDDEN_THREADS, "the container's seccomp profile lets a process start no thread at all")
        few = f"only {self.threads} more threads or processes"
        if self.group_processes is not None and (self.processes is None or self.group_processes < self.processes):
            group = f"the system lets this container or job start {few} (its pids.max is {self.group_processes})"
            return Shortage(THREADS_OF_GROUP, group)
        limit = "unlimited" if self.processes is None else self.processes
        return Shortage(THREADS, f"the system lets this user start {few} (ulimit -u is {limit})")

    def _limited(self, only_scarce: bool) -> Iterator[Shortage]:
        """The resources other than threads that are limited, or are scarce for that."""
        limits = {
            MEMORY: self.memory,
            MEMORY_OF_GROUP: self.group_memory,
            PROCESSOR_TIME: self.processor_time,
            FILES: self.files,
            FILE_SIZE: self.file_size,
        }
        for resource, limit in limits.items():
            if limit is not None and not (only_scarce and limit >= resource.ample):
                yield Shortage(resource, resource.says(limit))


def startable_threads(wanted: int) -> int:
    """How many threads, of those wanted, can be started at once, as far as their number matters and not their memory."""
    end, ended = threading.Event(), threading.Semaphore(0)

    def wait() -> None:
        end.wait()
        ended.release()

    started = 0
    usual_size = threading.stack_size(SMALL_STACK)
    try:
        while started < wanted:
            # threading.Thread waits forever for a thread that starts and then finds no memory.
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


def group_limit(
    controller: str, files: Sequence[str], membership: Path = MEMBERSHIP, groups: Path = GROUPS
) -> int | None:
    """The lowest limit of this process's control group and of those around it; None if there is none.

    ``files``: what it is called in either version of Linux's groups. In a container, the group may be called as on the
    host, and be the root of what is mounted there.
    """
    limits = []
    for _, controllers, name in (line.split(":", 2) for line in text_of(membership).splitlines()):
        if controllers in ("", controller):  # version 2 has one hierarchy for all controllers
            root = groups / controllers
            folder = root / name.lstrip("/")
            around = [each for each in (folder, *folder.parents) if root in (each, *each.parents)]
            limits += [_number_in(each / file) for each in around for file in files]
    return min((limit for limit in limits if limit is not None), default=None)


def _number_in(file: Path) -> int | None:
    try:
        return int(text_of(file))
    except ValueError:  # nothing, or max
        return None


def _refusal_of_thread() -> int:
    """The error number with which the system refuses a thread; 0 if it starts one, or nobody can ask.

    Python keeps the number to itself.
    """
    try:
        import ctypes

        library, thread = ctypes.CDLL(None), ctypes.c_ulong()
        return int(library.pthread_create(ctypes.byref(thread), None, library.getpid, None))
    except (ImportError, OSError, AttributeError, TypeError):
        return 0


def _limit(name: str) -> int | None:
    """A limit of the system; None if there is none, or the system has no such limits or does not tell them."""
    try:
        import resource

        soft, _ = resource.getrlimit(getattr(resource, name))
    except (ImportError, OSError):  # Windows; a filter of system calls
        return None
    return None if soft == resource.RLIM_INFINITY else int(soft)
