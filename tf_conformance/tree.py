"""Where the specification, the benchmarks and the published records are: beside this package, or within it once installed.

Needs the standard library alone, because the kit's first steps ask.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Iterator

PACKAGE = Path(__file__).resolve().parent
LAUNCHER = PACKAGE / "launch.py"  # runs a module of the kit, or one of its workers, in any Python
WITHIN = PACKAGE / "checkout"  # where a wheel has what a checkout has beside the package
ROOT = WITHIN if WITHIN.is_dir() else PACKAGE.parent
RUNNING = ("spec", "benchmarks", "conftest.py", "pyproject.toml", "requirements.txt")
OTHERS = ("tests", "reports")
UNNEEDED = shutil.ignore_patterns("__pycache__", WITHIN.name)


def is_of_kit(path: str) -> bool:
    """Whether a file or a folder belongs to the kit."""
    real = Path(os.path.realpath(path))
    roots = [PACKAGE, *(ROOT / part for part in (*RUNNING, *OTHERS))]
    return any(real == root or root in real.parents for root in roots)


def copy_tree(folder: Path) -> None:
    """Copies into an existing folder what another Python needs to run the kit, and nothing that is installed around it."""
    shutil.copytree(str(PACKAGE), str(folder / PACKAGE.name), ignore=UNNEEDED)
    for part in RUNNING:
        if (ROOT / part).is_dir():
            shutil.copytree(str(ROOT / part), str(folder / part), ignore=UNNEEDED)
        else:
            shutil.copy(str(ROOT / part), str(folder))


@contextlib.contextmanager
def tree_for_any_python() -> Iterator[Path]:
    """The root of a tree that any Python can run: the checkout, or a copy for as long as the context lasts."""
    if PACKAGE.parent == ROOT:
        yield ROOT
        return
    with tempfile.TemporaryDirectory(prefix="tf-conformance-") as folder:
        copy_tree(Path(folder))
        yield Path(folder)
