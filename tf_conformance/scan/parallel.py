"""Many files at once, on all processors."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Iterator, Sequence

from tf_conformance.scan.bite import Bite
from tf_conformance.scan.scanner import Scanned, scan_file

MANY = 100  # files that are worth further processes
_bites: list[Bite] = []  # of a further process


def scan_files(paths: Sequence[Path], bites: Sequence[Bite]) -> Iterator[Scanned]:
    """The result for each file, in order."""
    pool = _pool(bites) if len(paths) > MANY else None
    if pool is None:
        yield from (scan_file(path, bites) for path in paths)
        return
    with pool:
        yield from pool.map(_scan, paths, chunksize=10)


def _pool(bites: Sequence[Bite]) -> ProcessPoolExecutor | None:
    """A process for each processor; None if there is just one, or if the system has no shared memory for processes."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if processors == 1:
        return None
    try:
        return ProcessPoolExecutor(processors, initializer=_begin, initargs=(bites,))
    except (OSError, NotImplementedError):  # no semaphores, as where /dev/shm is read-only
        return None


def _begin(bites: Sequence[Bite]) -> None:
    """Each process keeps what it looks for, because it may have been started from scratch rather than as a copy of this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the first process, which ends the others
    _bites[:] = bites


def _scan(path: Path) -> Scanned:
    return scan_file(path, _bites)
