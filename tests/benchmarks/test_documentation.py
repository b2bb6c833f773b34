"""docs/benchmarks.md: its commands can be run, and its table of modes is complete."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys

import pytest

from benchmarks.workload import MODES
from tests import ROOT
from tests.benchmarks import DOCUMENTATION, documented

# Selections as the first argument, in one process: each prints its exit status and what else it printed.
SELECT_EACH = """
import contextlib, io, json, sys
import pytest
for arguments in json.loads(sys.argv[1]):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        status = pytest.main(arguments)
    print(json.dumps([status, printed.getvalue()]))
"""


def commands(program):
    """The arguments of each command that begins with these words."""
    blocks = re.findall(r"^```\n(.*?)^```$", DOCUMENTATION, flags=re.DOTALL | re.MULTILINE)
    lines = [line.partition("#")[0].strip() for line in "".join(blocks).splitlines()]
    return [line[len(program) :] for line in lines if line.startswith(program)]


@pytest.fixture
def folder(tmp_path):
    """Where the commands run: it has the file of the user's own network that they name."""
    path = tmp_path / "path" / "to" / "file.py"
    path.parent.mkdir(parents=True)
    path.touch()
    return tmp_path


def run(folder, *arguments, statuses=(0,)):
    """What Python prints when it runs in this folder with these arguments."""
    command = [sys.executable, *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(command, cwd=str(folder), env=environment, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode in statuses, done.stdout + done.stderr
    return done.stdout


def compare(arguments, worker, folder):
    """Runs a comparison with workers that make up their times, and only one pair: too few to tell anything."""
    chosen = [worker if re.match("PYTHON|.*/bin/python", word) else word for word in shlex.split(arguments)]
    statuses = (3,) if "--fail-slower" in chosen else (0,)
    limits = ("--pair-time", "0", "--time-limit", "0")
    assert "interval" in run(folder, "-m", "benchmarks", *chosen, *limits, statuses=statuses)


@pytest.mark.parametrize("arguments", commands("python -m benchmarks"))
def test_comparisons(arguments, worker, folder):
    """Each comparison can be run."""
    compare(arguments, worker, folder)


def test_examples_of_help(worker, folder):
    """So can those at the end of --help, which calls the program as the user did."""
    lines = run(folder, "-m", "benchmarks", "compare", "--help").splitlines()
    examples = [line.strip() for line in lines if line.startswith("  python -m benchmarks compare")]
    assert len(examples) == 3
    for example in examples:
        compare(example.partition("benchmarks")[2], worker, folder)


def test_selections(folder):
    """Each call of pytest selects benchmarks."""
    calls = commands("pytest benchmarks/")
    everything = [str(ROOT / "benchmarks"), "--collect-only", "-q", "-n", "0", "-p", "no:cacheprovider"]
    chosen = [[*everything, *shlex.split(arguments)] for arguments in calls]
    lines = run(folder, "-c", SELECT_EACH, json.dumps(chosen)).splitlines()
    for arguments, (status, printed) in zip(calls, map(json.loads, lines)):
        network = "file.py:build" if "--network" in arguments else "cnn"
        assert (status, f"test_training_step[{network}-SGD-16-eager]" in printed) == (0, True), arguments
    assert len(lines) == len(calls)


def test_modes():
    """Every mode is explained."""
    assert documented("mode") == list(MODES)
