"""A folder with everything that a run needs: python DIR judges the environment of that Python, without network or installation."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Sequence

from tf_conformance.command.task import add_task
from tf_conformance.records.matrix import PUBLISHED
from tf_conformance.records.record import RecordError
from tf_conformance.records.short import SHORT
from tf_conformance.tree import ROOT, copy_tree

PYTHONS = ("3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
MAIN = '''\
"""Judges the environment of the Python that runs this folder. Other commands: python FOLDER --help."""

import sys

if sys.version_info < (3, 7):  # any Python understands these lines
    sys.stderr.write("tf-conformance: %s is Python %d.%d, but the kit needs Python 3.7 or later\\n"
                     % ((sys.executable,) + tuple(sys.version_info[:2])))
    sys.exit(10)

from tf_conformance.launch import complete_path

complete_path()

from tf_conformance.command import main

commands = sys.argv[1:2]
if not commands or (commands[0].startswith("-") and commands[0] not in ("-h", "--help")):
    sys.argv.insert(1, "check")
sys.exit(main())
'''

EXAMPLES = {"build/bundle --for-python 3.12": "then, where that Python has a TensorFlow: python build/bundle -m smoke"}


def add_to(tasks: Any) -> None:
    """Adds the command to the subparsers of a parser."""
    bundle = add_task(tasks, "bundle", "make a folder that judges the environment of any Python that runs it", EXAMPLES)
    bundle.add_argument("folder", metavar="DIR", type=Path, help="a folder that does not exist yet")
    bundle.add_argument(
        "--for-python",
        metavar="VERSION",
        choices=PYTHONS,
        action="append",
        help=f"a Python that will run it; repeatable (default: {PYTHONS[0]} to {PYTHONS[-1]})",
    )
    bundle.set_defaults(task=_bundle)


def _bundle(options: argparse.Namespace) -> int:
    if options.folder.exists():
        raise RecordError(f"{options.folder} exists already")
    with tempfile.TemporaryDirectory(prefix="tf-conformance-") as unfinished:
        _fill(Path(unfinished), options.for_python or PYTHONS)
        shutil.copytree(os.path.join(unfinished, ""), str(options.folder))
    options.folder.chmod(0o755)  # readable for whoever is to run it, unlike a temporary folder
    print(f"{options.folder}: run it with the Python of the environment to judge: python {options.folder}")
    return 0


def _fill(folder: Path, pythons: Sequence[str]) -> None:
    copy_tree(folder)
    shutil.copytree(str(PUBLISHED), str(folder / "reports" / PUBLISHED.name))
    shutil.copy(str(SHORT), str(folder / "reports"))
    (folder / "__main__.py").write_text(MAIN, encoding="utf-8")
    for python in pythons:
        _fetch_needs(folder / "needs" / python, python)


def _fetch_needs(folder: Path, python: str) -> None:
    """Installs what the kit needs into a folder, for a Python other than this one if necessary."""
    install = ["pip", "install", "--quiet", "--target", str(folder), "--python-version", python]
    requirements = ["--only-binary", ":all:"]
    for part in (ROOT, ROOT / "benchmarks"):
        requirements += ["--requirement", str(part / "requirements.txt")]
    done = subprocess.run([*_uv(), *install, *requirements], stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:]
        raise RecordError(f"what the kit needs on Python {python} cannot be fetched: {' '.join(last)}")


def _uv() -> list[str]:
    """The command that runs uv, which resolves requirements for Pythons that are not on this machine."""
    if subprocess.run([sys.executable, "-m", "uv", "--version"], capture_output=True, check=False).returncode == 0:
        return [sys.executable, "-m", "uv"]
    found = shutil.which("uv")
    if found is None:
        raise RecordError(f"uv is needed to make a bundle: {sys.executable} -m pip install uv")
    return [found]
