"""Runs a module of this tree in a Python in which the kit is not installed: PYTHON tf_conformance/launch.py MODULE ...

What pytest needs may be in the tree's folder needs/, too. It comes last on the path, so that it shadows nothing of the
environment under test. Needs the standard library alone.
"""

from __future__ import annotations

import os
import runpy
import sys
from typing import NoReturn

FOLDER = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(FOLDER)
NEEDS = os.path.join(ROOT, "needs")
VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
WORKER = ["-u", "-c"]  # how execnet starts one: these options, and the code to run


def complete_path() -> None:
    """Makes the tree, and last what it needs, importable instead of the folder of this file.

    A tree that Python finds anyway keeps its place: first on the path, site-packages would hide modules of Python's library.
    Ends the process if the tree is a bundle that was not made for this Python.
    """
    others = [entry for entry in sys.path if entry != FOLDER]  # with PYTHONSAFEPATH it is not there
    is_found = any(os.path.realpath(entry) == os.path.realpath(ROOT) for entry in others if entry)
    sys.path[:] = others if is_found else [ROOT, *others]
    if os.path.isdir(NEEDS):
        there = sorted(os.listdir(NEEDS), key=lambda version: [int(part) for part in version.split(".")])
        if VERSION not in there:
            _leave(f"this bundle is for Python {', '.join(there)}, and {sys.executable} is Python {VERSION}")
        sys.path.append(os.path.join(NEEDS, VERSION))


def main() -> None:
    """Does what the arguments ask for, and ends the process."""
    complete_path()
    if sys.argv[1:3] == WORKER:
        code, sys.argv[:] = sys.argv[3], ["-c"]
        exec(code, {"__name__": "__main__"})
        return
    sys.dont_write_bytecode = True
    module = sys.argv.pop(1)
    if module != "pytest":
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        return
    from tf_conformance.start import run_pytest  # it can be imported once the path is complete

    run_pytest()


def _leave(why: str) -> NoReturn:
    from tf_conformance.unusable import UNUSABLE  # it can be imported once the path is complete

    sys.stderr.write(f"tf-conformance: {why}\n")
    sys.exit(UNUSABLE)


if __name__ == "__main__":
    main()
