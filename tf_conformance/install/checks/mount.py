"""Whether the system lets code be loaded from where the packages are."""

from __future__ import annotations

import mmap
import os
from typing import Iterator

from tf_conformance.install.checks.whole import LIBRARY
from tf_conformance.install.distribution import Distribution
from tf_conformance.install.environment import Environment
from tf_conformance.install.problem import IMPORT, Problem

NOEXEC = getattr(os, "ST_NOEXEC", 0)  # of Linux


def mounted_noexec(environment: Environment) -> Iterator[Problem]:
    """Folders on file systems from which no library can be loaded, wherever links to these may lead from."""
    libraries = filter(None, map(_first_library, environment.distributions.stack))
    own = _first_library(environment.tensorflow) if environment.tensorflow else ""
    for folder in dict.fromkeys(map(os.path.dirname, libraries)):
        if NOEXEC and os.path.isdir(folder) and os.statvfs(folder).f_flag & NOEXEC:
            do = "mount it without noexec, or install in a folder elsewhere"
            says = f"{folder} is on a file system that is mounted noexec: no library is loaded from there"
            yield Problem(says, do, IMPORT if os.path.dirname(own) == folder and _refuses_code(own) else "")


def _first_library(distribution: Distribution) -> str:
    """A library of a distribution, where it really is; empty if it has none."""
    libraries = (file.path for file in distribution.files or () if LIBRARY.search(file.path))
    return next((os.path.realpath(distribution.locate(path)) for path in libraries), "")


def _refuses_code(library: str) -> bool:
    """Whether the system refuses what its loader begins with: code from this file in memory."""
    try:
        with open(library, "rb") as file:
            mmap.mmap(file.fileno(), 1, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_EXEC).close()
    except PermissionError:
        return True
    return False
