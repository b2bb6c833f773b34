"""Runs of the specification and of the benchmarks, in this Python or another one."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shlex
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

from tf_conformance.command.task import add_task
from tf_conformance.launch import NEEDS
from tf_conformance.records.record import RecordError
from tf_conformance.start import give_up, hear_of_children, require_folders
from tf_conformance.tree import ROOT, tree_for_any_python

# The working folder comes first for what is judged, but last for the kit and pytest: a file in it may hide a module of Python's.
RUN_PYTEST = """
import sys
if sys.path[0] == "":  # with PYTHONSAFEPATH it is not there
    sys.path.append(sys.path.pop(0))
from tf_conformance.start import run_pytest
run_pytest()
"""
FIRST_PYTHON = (3, 7)  # whose syntax the kit is written in
# Variables that keep a Python from starting if they are meant for another one.
MISLEADING = ("PYTHONHOME", "PYTHONPATH", "PYTHONPLATLIBDIR", "LD_LIBRARY_PATH", "LD_PRELOAD")
MAKE_AGAIN = "make this environment again, or install this Python again"
TELL_VERSION = "import sys; sys.stdout.write('%d.%d' % sys.version_info[:2])"  # what every Python understands
# What a Python says of itself, or the loader of one that lacks a library.
WORDS_OF_PYTHON = re.compile(r"Python|shared librar|symbol lookup|dyld")
FIRST_PLUGIN = "tf_conformance.foreign"
OF_CHECK = {
    "-m smoke": "the core, in little more than the time of TensorFlow's import",
    "--record record.json --junitxml junit.xml": "write the verdicts as JSON, and the cases as JUnit",
    "--tell changes": "also print what differs from the notes, and what to write instead",
    "--statement 'install.keras-*' -n 0": "only some statements, in one process",
    "--require-version 'tensorflow==2.21.*'": "stop unless the install has this version",
    "--require-device gpu": "stop, and say why, unless TensorFlow uses a GPU",
    "--device CPU:0": "run numeric cases on one device",
    "--verify-files --deviations known.toml": "compare the contents of files; allow for what is known",
    "--python /opt/tf/bin/python": "judge the TensorFlow of another Python",
}
OF_BENCH = {
    '-k "cnn and SGD" --benchmark-json times.json': "some trainings, with all results as JSON",
    "--device CPU:0 --network model.py:build": "your own model, on this device",
}


class _HelpOfCheck(argparse.Action):
    """Prints the help with the options of the specification, which are left to pytest to read."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        with contextlib.suppress(ImportError):  # a Python that only starts the check elsewhere may have no pytest
            from tf_conformance.plugin.options import add_options

            add_options(parser.add_argument_group("options of the specification").add_argument)
        parser.print_help()
        parser.exit()


def add_to(tasks: Any) -> None:
    """Adds the commands that run something to the subparsers of a parser."""
    check = add_task(tasks, "check", "judge a TensorFlow; takes all options of pytest, too", OF_CHECK, add_help=False)
    check.add_argument("-h", "--help", action=_HelpOfCheck, nargs=0, help="show this help message and exit")
    check.set_defaults(task=partial(_run_of, "spec"), takes_more=True)
    bench = add_task(tasks, "bench", "time training steps; takes all options of pytest-benchmark, too", OF_BENCH)
    bench.set_defaults(task=partial(_run_of, "benchmarks"), takes_more=True)
    for task in (check, bench):
        task.add_argument("--python", metavar="PATH", help="another Python, whose environment has what pytest needs")
    compare = tasks.add_parser("compare", add_help=False, help="whether one install trains faster than another")
    compare.set_defaults(task=_compare, takes_more=True)


def _run_of(part: str, options: argparse.Namespace) -> int:
    require_folders()
    given = os.environ.get("PYTEST_ADDOPTS", "")
    try:
        shlex.split(given)
    except ValueError as error:
        give_up("PYTEST_ADDOPTS cannot be split into options", f"{error}: {given}", "unset PYTEST_ADDOPTS")
    # Before those of others, PYTEST_ADDOPTS's among them, pytest loads the plugin that looks after them.
    first = {"PYTEST_ADDOPTS": f"-p {FIRST_PLUGIN} {given}"}
    if options.python is None and not Path(NEEDS).is_dir():
        return _status_of([sys.executable, "-c", RUN_PYTEST, *_arguments(ROOT, part), *options.more], **first)
    python = sys.executable if options.python is None else _python(options.python)
    with tree_for_any_python() as root:
        command = [python, *_launched(root, "pytest"), *_arguments(root, part), *options.more]
        return _status_of(command, CONFORMANCE_REQUIREMENTS=str(ROOT / "requirements.txt"), **first)


def _python(path: str) -> str:
    """The program at a path, or of a name, if the kit can run in it; a folder is most likely an environment."""
    if Path(path).is_dir():
        raise RecordError(f"{path}: a folder, not a Python; name the one in it: {Path(path) / 'bin' / 'python'}")
    asked = _answer(path, "-c", TELL_VERSION)
    if asked.returncode and WORDS_OF_PYTHON.search(asked.stderr + _answer(path, "-V").stdout):
        said = asked.stderr.partition("\nCurrent thread")[0].strip().rpartition("\n")[2]
        misleading = [f"unset {name}, if it is for another Python" for name in MISLEADING if os.environ.get(name)]
        give_up(f"{path} cannot start", said, *misleading, f"{'otherwise ' if misleading else ''}{MAKE_AGAIN}")
    version = re.search(r"(\d+)\.(\d+)$", asked.stdout)
    if version is None:
        raise RecordError(f"{path}: not a Python")
    if tuple(map(int, version.groups())) < FIRST_PYTHON:
        raise RecordError(f"{path}: Python {version[0]}, but the kit needs Python 3.7 or later")
    return path


def _answer(path: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a program says that is started with these arguments, and given nothing to read."""
    try:
        return subprocess.run(
            [path, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError:
        raise _no_python(path) from None


def _compare(options: argparse.Namespace) -> int:
    require_folders()
    with tree_for_any_python() as root:
        command = [sys.executable, *_launched(root, "benchmarks"), "compare", *options.more]
        return _status_of(command, CONFORMANCE_PROGRAM="tf-conformance")


def _launched(root: Path, module: str) -> list[str]:
    return [str(root / "tf_conformance" / "launch.py"), module]


def _arguments(root: Path, part: str) -> list[str]:
    """The options that make pytest run a part of a tree as in a checkout, and write nothing there."""
    arguments = [str(root / part), f"--rootdir={root}", "-c", str(root / "pyproject.toml"), "-p", "no:cacheprovider"]
    if part == "spec" and Path(NEEDS).is_dir():
        arguments += ["-p", "no:benchmark"]  # a bundle has it for the benchmarks; it warns of parallel runs
    return arguments


def _status_of(command: list[str], **variables: str) -> int:
    """Runs a command in a Python; after Ctrl-C, which reaches the command too, it can still print its last words."""
    hear_of_children()
    try:
        process = subprocess.Popen(command, env={**os.environ, **variables})
    except OSError:
        raise _no_python(command[0]) from None
    with process:
        while True:
            try:
                status = process.wait()
            except KeyboardInterrupt:
                continue
            return status if status >= 0 else 128 - status


def _no_python(path: str) -> RecordError:
    return RecordError(f"{path}: no such Python, or it cannot be run")
