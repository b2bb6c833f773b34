"""docs/benchmarks.md: its commands can be run, and its table of modes is complete."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

import pytest

from benchmarks.workload import MODES
from tests import ROOT
from tests.benchmarks import DOCUMENTATION, documented


def commands(program):
    """The arguments of each command that begins with these words."""
    blocks = re.findall(r"^```\n(.*?)^```$", DOCUMENTATION, flags=re.DOTALL | re.MULTILINE)
    lines = [line.partition("#")[0].strip() for line in "".join(blocks).splitlines()]
    return [line[len(program) :] for line in lines if line.startswith(program)]


def run(folder, *arguments):
    """What a module of Python prints when it runs in this folder."""
    command = [sys.executable, "-m", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=str(folder), env=environment, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("arguments", commands("python -m benchmarks"))
def test_comparisons(arguments, worker, tmp_path):
    """Each comparison can be run, here with workers that make up their times and only one pair."""
    chosen = [worker if word.startswith("PYTHON") else word for word in shlex.split(arguments)]
    assert "interval" in run(tmp_path, "benchmarks", *chosen, "--pair-time", "0", "--time-limit", "0")


@pytest.mark.parametrize("arguments", commands("pytest benchmarks/"))
def test_selections(arguments, tmp_path):
    """Each call of pytest selects benchmarks."""
    everything = ["pytest", str(ROOT / "benchmarks"), "--collect-only", "-q", "-n", "0", "-p", "no:cacheprovider"]
    assert "test_training_step[cnn-SGD-16-eager]" in run(tmp_path, *everything, *shlex.split(arguments))


def test_modes():
    """Every mode is explained."""
    assert documented("mode") == list(MODES)
