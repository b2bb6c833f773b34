"""Which of the problems that were found before the import explains an error better than its text does."""

from __future__ import annotations

import os
import re
from typing import Iterator, Sequence

from tf_conformance.diagnosis.suspects import ADVICE, VARIABLE
from tf_conformance.install.problem import USE, Problem

FILE = re.compile(r"[^\s,:;()]*(?:/[^\s,:;()]+|\.(?:so|py)\b[^\s,:;()]*)")

# The variables of the loader explain errors that name the libraries only which miss something, or none at all.
LOADER = ("LD_LIBRARY_PATH ", "LD_PRELOAD ")
OF_LIBRARIES = re.compile(r"undefined symbol|symbol lookup error|version [`'].*' not found|died of SIG(?:SEGV|ABRT)")


def finding_behind(error: str, problems: Sequence[Problem], cause: str) -> Problem | None:
    """The first problem that names a file or a variable which the error names, too, and the cause does not; None if none does.

    ``error``: all that was written about it. A cause that names the same does not contradict the problem, and says more.
    A problem that breaks a use need not be named; with one that breaks the import, none is tried.
    """
    said = ADVICE.sub("", error)
    for problem in problems:
        names = [name for name in _names(problem.says) if re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", said)]
        if names and not any(name in cause for name in names):
            return problem
    replaces = LOADER if OF_LIBRARIES.search(error) else ()
    return next((each for each in problems if each.says.startswith(replaces) or each.breaks == USE), None)


def _names(text: str) -> Iterator[str]:
    """The variables, and the files by their last part, that a problem names. ``tensorflow`` and ``__init__.py`` tell nothing."""
    yield from VARIABLE.findall(text)
    for path in FILE.findall(text):
        name = os.path.basename(path.rstrip("/."))
        if name not in ("", "__init__.py", "tensorflow", "site-packages") and ("." in name or os.path.isabs(path)):
            yield name
