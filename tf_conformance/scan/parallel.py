"""Many files at once, on all processors."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Iterator, Sequence

from tf_conformance.scan.bite import Bite
from tf_conformance.scan.scanner import Scanned, scan_file

MANY = 100  # files that are worth further processes
_bites: list[Bite] = []  # of a further process


def scan_files(paths: Sequence[Path], bites: Sequence[Bite]) -> Iterator[Scanned]:
    """What comes of each file, in their order."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if len(paths) <= MANY or processors == 1:
        yield from (scan_file(path, bites) for path in paths)
        return
    with ProcessPoolExecutor(processors, initializer=_bites.extend, initargs=(bites,)) as pool:
        yield from pool.map(_scan, paths, chunksize=10)


def _scan(path: Path) -> Scanned:
    return scan_file(path, _bites)
