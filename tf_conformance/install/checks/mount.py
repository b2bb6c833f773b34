"""Whether the system lets code be loaded from where the packages are."""

from __future__ import annotations

import os
from typing import Iterator

from tf_conformance.install.checks.whole import LIBRARY
from tf_conformance.install.environment import Environment
from tf_conformance.install.problem import Problem

NOEXEC = getattr(os, "ST_NOEXEC", 0)  # of Linux


def mounted_noexec(environment: Environment) -> Iterator[Problem]:
    """Folders on file systems from which no library can be loaded, wherever links to these may lead from."""
    libraries = (
        next((each.locate(file.path) for file in each.files or () if LIBRARY.search(file.path)), "")
        for each in environment.distributions.stack
    )
    for folder in dict.fromkeys(os.path.dirname(os.path.realpath(library)) for library in libraries if library):
        if NOEXEC and os.path.isdir(folder) and os.statvfs(folder).f_flag & NOEXEC:
            do = "mount it without noexec, or install in a folder elsewhere"
            yield Problem(
                f"{folder} is on a file system that is mounted noexec: no library is loaded from there", do, True
            )
