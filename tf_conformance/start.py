"""The kit's first steps: they need the standard library alone, and import the rest, or say in a few lines why they cannot."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from typing import NoReturn

from tf_conformance.diagnosis.causes import NO_TEMPORARY_FOLDER
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.unusable import CANNOT_START, explained, leave_for

NEEDED = ("ctypes", "packaging.requirements", "hypothesis")  # named in this order: all the rest depends on these
RUNNING = ("pytest", "xdist")


def begin() -> None:
    """Imports what the kit needs of others, and the kit itself; ends the process with one message if that fails."""
    os.environ.setdefault("HYPOTHESIS_NO_PLUGINS", "1")  # those of others take time, and one that is broken ends it all
    with explained():
        for name in NEEDED:
            importlib.import_module(name)
        importlib.import_module("tf_conformance.plugin")


def run_pytest() -> NoReturn:
    """Does what the process's arguments ask of pytest; ends it with one message if that cannot be imported.

    Where the working folder is last on the path, it comes first from then on, as it does in ``python -m pytest``.
    """
    with explained():
        for name in RUNNING:
            importlib.import_module(name)
    if sys.path[-1] == "":
        sys.path.insert(0, sys.path.pop())
    raise SystemExit(sys.modules["pytest"].main())


def require_temporary_folder() -> None:
    """Ends the process with one message if there is no folder for temporary files, without which pytest cannot begin."""
    try:
        tempfile.gettempdir()
    except FileNotFoundError as error:
        leave_for(Obstacle(CANNOT_START, NO_TEMPORARY_FOLDER.cause, str(error), NO_TEMPORARY_FOLDER.advice))
