"""How a process ends if TensorFlow cannot be judged: one message, and a record; the standard library is all that this needs."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import platform
import sys
import time
import traceback
from pathlib import Path
from typing import Callable, Iterator, NoReturn

import tf_conformance
from tf_conformance.diagnosis.causes import NO_UTF_8
from tf_conformance.diagnosis.culprits import BUILD_AGAIN, COMPILED_MODULES, culprit_files, last_line, trace_of
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.diagnosis.suspects import Places
from tf_conformance.tree import ROOT

UNUSABLE = 10  # exit status
CANNOT_START = "TensorFlow cannot be judged"
# A run in another Python may be from a copy of the tree that is gone when somebody follows the advice.
REQUIREMENTS = os.environ.get("CONFORMANCE_REQUIREMENTS", str(ROOT / "requirements.txt"))
# What files of others raise where they are taken for the right ones; pytest's own refusals are not among these.
SURROUNDINGS = (ImportError, AttributeError, SyntaxError, TypeError, PermissionError, UnicodeEncodeError)

Leave = Callable[[str], NoReturn]


def leave_for(obstacle: Obstacle) -> NoReturn:
    """Ends the process with a message and a record, because nothing can be judged."""
    _exit(_last_words(obstacle))


@contextlib.contextmanager
def explained(leave: Leave | None = None) -> Iterator[None]:
    """Turns an error that the surroundings cause into an obstacle and a record, and leaves with status 10.

    Errors of the kit's own pass. ``leave`` ends the run with a message; without it the process exits.
    """
    try:
        yield
    except SURROUNDINGS as error:
        obstacle = why_no_start(error, Places.here())
        if obstacle is None:
            raise
        last_words = _last_words(obstacle)
    else:
        return
    (leave or _exit)(last_words)


def why_no_start(error: BaseException, places: Places) -> Obstacle | None:
    """What keeps the kit from starting; None if the error is the kit's own."""
    evidence, trace = last_line(error), trace_of(error)
    suspect = places.to_blame(culprit_files(error), evidence)
    if suspect:
        return _obstacle(suspect.cause, evidence, suspect.do, trace)
    if isinstance(error, UnicodeEncodeError) and error.reason == "surrogates not allowed":
        return _obstacle(NO_UTF_8.cause, evidence, NO_UTF_8.advice[0], trace)
    name = (error.name or "") if isinstance(error, ImportError) else _raiser(error)
    if not isinstance(error, ImportError) and name in sys.modules:
        return None  # what has been imported is used in a wrong way
    if name in COMPILED_MODULES:
        do = BUILD_AGAIN.replace("{found}", name)
        return _obstacle(f"{sys.executable} was built without {name}", evidence, do, trace)
    if name.partition(".")[0] == "tf_conformance":
        return None
    cause = f"the kit needs {name or 'a package'}, which cannot be imported"
    return _obstacle(cause, evidence, install_requirements(), trace)


def _raiser(error: BaseException) -> str:
    """The package in whose code an error was raised."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def install_requirements() -> str:
    """The command that installs what the kit needs, also where there is no pip."""
    pip = f"{sys.executable} -m pip install"
    return (
        f"{pip if importlib.util.find_spec('pip') else f'uv pip install --python {sys.executable}'} -r {REQUIREMENTS}"
    )


def _obstacle(cause: str, evidence: str, do: str, trace: str) -> Obstacle:
    return Obstacle(CANNOT_START, cause, evidence, (do,), trace)


def _last_words(obstacle: Obstacle) -> str:
    return "\n".join([*obstacle.lines(), *_unrecorded(obstacle)])


def _unrecorded(obstacle: Obstacle) -> Iterator[str]:
    """Writes the record, if one was asked for; yields what to say if that is impossible."""
    options = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    options.add_argument("--record")
    path = options.parse_known_args(sys.argv[1:])[0].record
    if not path:
        return
    try:
        Path(path).write_text(_record(obstacle), encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        yield f"ERROR: --record: cannot write {path}: {error.strerror}"


def _record(obstacle: Obstacle) -> str:
    """The record of a run that never began."""
    record = {
        "schema_version": 2,
        "kit_version": tf_conformance.__version__,
        "specification": {},
        "install": _unknown_install(),
        "problems": [],
        "started": time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()),
        "seconds": 0.0,
        "complete": True,
        "obstacle": {name: value for name, value in obstacle.to_json().items() if name != "trace"},
        "statements": [],
    }
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def _unknown_install() -> dict[str, object]:
    """An install of which nothing is known but its Python."""
    return {
        **dict.fromkeys(["tensorflow", "keras", "numpy"], "0"),
        "tensorflow_distribution": "tensorflow",
        "keras_package": "keras",
        "python": ".".join(map(str, sys.version_info[:3])),
        "platform": platform.platform(),
        "cpu": platform.machine(),
        "cpu_features": [],
        "environment": {},
        "devices": [],
        "build": {},
    }


def _exit(text: str) -> NoReturn:
    sys.stderr.write(f"{text}\n")
    raise SystemExit(UNUSABLE)
