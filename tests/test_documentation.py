"""Every command in the README, in CONTRIBUTING and in docs/ is executed: here, or in CI."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAMS = ("python", "python3", "pip", "pytest", "tox", "tf-conformance", "git", ".venv")
COMMAND = ("tf-conformance ", "python -m tf_conformance ")  # in the environment of the tests, the kit is not installed

# What changes the environment that these tests run in is executed by CI, on a fresh machine.
INSTALLS = re.compile(r"pip install|-m venv")
TOX = re.compile(r"tox run (?:-m|-e) (\S+)")
# What would run everything runs a part of it, and all that runs pytest does so in a single process.
NARROWED = {
    "spec/$": "-m smoke",
    "tests/test_house.py$": "-k 'one_form or imports'",
    "benchmarks/$": "--benchmark-disable -k dense-SGD-16-function",
    "^tf-conformance check": "--statement=install.*",
}
RUN_IN_CI = ("own-tests", "quick", "lint,types")
MAY_FIND = ("reports stale", "tf-conformance scan")  # status 1 if they find something
# These take longer than CI has; tests/test_tox.py says what their environments hold.
RUN_TO_PUBLISH = ("matrix", "report", "benchmarks", "timings", "mixtures", "cuda")
# These need Slurm and ReFrame.
RUN_FOR_CLUSTERS = ("reframe", "slurm")


def commands_of(page: Path) -> list[str]:
    """The commands in the blocks of a page, without comments; what a command prints is not one."""
    lines = [line for block in BLOCK.findall(page.read_text(encoding="utf-8")) for line in block.splitlines()]
    commands = [line.partition("  #")[0].strip() for line in lines]
    return [command for command in commands if command.startswith(PROGRAMS)]


def without_installing(command: str) -> str:
    """A command without its parts that change the environment; empty if nothing is left of it."""
    parts = command.split(" && ")
    return "" if ".venv" in command else " && ".join(part for part in parts if not INSTALLS.search(part))


def cases():
    """Each page with the commands that are executed here, one after the other."""
    for page in PAGES:
        here = [without_installing(each) for each in commands_of(page) if not each.startswith("tox ")]
        commands = [command for command in here if command]
        if commands and page.name != "benchmarks.md":  # tests/benchmarks/test_documentation.py executes its commands
            yield pytest.param(commands, id=page.name)


@pytest.fixture
def checkout(tmp_path):
    """A copy of the repository, in which commands may write."""
    unneeded = shutil.ignore_patterns(".git", ".tox", ".venv", "build", "__pycache__", ".*_cache")
    return shutil.copytree(ROOT, tmp_path / "checkout", ignore=unneeded)


@pytest.mark.parametrize("commands", list(cases()))
def test_commands_work(commands, checkout):
    """The commands of a page do what they should, in their order."""
    for command in commands:
        run = subprocess.run(
            command.replace(*COMMAND),
            shell=True,
            cwd=checkout,
            env=variables(command),
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode in statuses(command), f"{command}\n{run.stdout[-3000:]}{run.stderr[-3000:]}"


def variables(command: str) -> dict[str, str]:
    """The environment in which a command runs: that of these tests."""
    narrowed = next((options for what, options in NARROWED.items() if re.search(what, command)), "")
    return {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTEST_ADDOPTS": f"-p no:cacheprovider -n 0 {narrowed}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "GITHUB_STEP_SUMMARY": os.devnull,
    }


def statuses(command: str) -> tuple[int, ...]:
    """The exit statuses with which a command has done its work on an install for CPUs."""
    if "--require-device gpu" in command:
        return (11,)
    return (0, 1) if any(asks in command for asks in MAY_FIND) else (0,)


def test_commands_of_tox_are_run():
    """Each environment that a page runs is run in CI, to publish the matrix, or where there is a cluster's software."""
    named = {match for page in PAGES for command in commands_of(page) for match in TOX.findall(command)}
    known = {*RUN_IN_CI, *RUN_TO_PUBLISH, *RUN_FOR_CLUSTERS}
    assert {name for name in named if name not in known and not re.match(r"tf2\.\d+-\w+", name)} == set()


def test_ci_runs_the_first_command_of_the_readme():
    """CI follows the README on a fresh machine."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    first = commands_of(ROOT / "README.md")[0]
    assert [part for part in first.split(" && ") if part not in script] == []
