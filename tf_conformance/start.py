"""The kit's first steps: they need the standard library alone, and import the rest, or say in a few lines why they cannot."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
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
    hear_of_children()
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - it was closed, and pytest writes to it
    os.environ.setdefault("HYPOTHESIS_NO_PLUGINS", "1")  # those of others take time, and one that is broken ends it all
    # Python looks in no other entries, and neither hypothesis nor importlib.metadata can bear these.
    sys.path[:] = [entry for entry in sys.path if isinstance(entry, str)]
    with explained():
        for name in NEEDED:
            importlib.import_module(name)
        importlib.import_module("tf_conformance.plugin")


def hear_of_children() -> None:
    """Has the system tell how child processes end, which what some daemons start does not hear: all would seem well then."""
    # Windows has no such signal, and only the main thread may change it.
    with contextlib.suppress(AttributeError, ValueError):
        if signal.getsignal(signal.SIGCHLD) is signal.SIG_IGN:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)


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


def require_folders() -> None:
    """Ends the process with one message where what pytest needs is missing: working folder, temporary folder or /dev/null."""
    try:
        os.getcwd()
    except FileNotFoundError as error:
        give_up("the working folder has been deleted", str(error), "cd to another folder")
    if not os.path.exists(os.devnull):
        give_up(f"{os.devnull} is missing", "a file that every system has", "mount it: mount -t devtmpfs dev /dev")
    try:
        tempfile.gettempdir()
    except FileNotFoundError as error:
        give_up(NO_TEMPORARY_FOLDER.cause, str(error), *NO_TEMPORARY_FOLDER.advice)


def give_up(cause: str, evidence: str, *do: str) -> NoReturn:
    """Ends the process with one message, and a record, because nothing can be judged."""
    leave_for(Obstacle(CANNOT_START, cause, evidence, do))
