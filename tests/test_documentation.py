"""Every command in the README, in CONTRIBUTING, in docs/ and in each --help is executed: here, or where ELSEWHERE says."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT
from tests.pretended import tensorflow
from tf_conformance.command import MODULES

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
READERS = sorted((ROOT / "docs" / "readers").glob("*.md"))
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(?:console)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^    (\S.*)$", re.MULTILINE)
SPAN = re.compile(r"`([^`]+)`")
PROGRAM = re.compile(
    r"(?:python3?|pip|pytest|tox|tf-conformance|git|docker|reframe|sbatch|apt-get|export|\.venv/\S+) +(?!-m$)\S"
)
COMMAND = ("tf-conformance ", "python -m tf_conformance ")  # in the environment of the tests, the kit is not installed

# What changes the environment that these tests run in is executed by CI, on a fresh machine.
INSTALLS = re.compile(r"pip install|-m venv|apt-get install")
TOX = re.compile(r"tox run (?:-m|-e) (\S+)")
# Which commands are not executed here: where they are, or why they are not.
ELSEWHERE = {
    INSTALLS.pattern: "by .ci/run; Slurm is installed by whoever runs tests/contrib/test_slurm.py",
    r"^tox ": "see test_commands_of_tox_are_run",
    r"^reframe ": "by tests/contrib/test_reframe.py and test_slurm.py, with paths of this machine",
    r"^sbatch ": "by tests/contrib/test_slurm.py",
    r"^docker run": "by tests/command/test_bundle.py, without docker, but with all that these options take away",
    r"^python (bundle|/apps/tf-conformance) ": "by tests/contrib/test_ci.py, where the bundle is",
    r"^export LD_LIBRARY_PATH": "by tests/gallery/test_cuda_wheels.py, which does what the kit says",
    r"tests\.gallery\.cuda_wheels": "nowhere: it fetches 6 GB for each TensorFlow",
    r"tests\.mutants": "nowhere: it takes hours; tests/mutants tests what it does",
    r"^python -m reports timings": "by tests/reports/test_timings.py, with times that are made up",
    r"^python -m benchmarks (?!.*--help)|^pytest benchmarks/ -": "by tests/benchmarks/test_documentation.py",
}
# Many pages have this command. Here it judges a pretended TensorFlow; those that call pytest judge the real one.
CHECK = "^(tf-conformance|python -m tf_conformance) check"
# What would run everything runs a part of it, and the specification is checked in a single process.
NARROWED = {
    "spec/$": "-n 0 -m smoke",
    CHECK: "-n 0 --statement=install.keras-defaults",
    "^tf-conformance bench": "--collect-only -n 0",
    "spec/|build/bundle": "-n 0",
    "tests/test_house.py$": "-k 'one_form or imports'",
    "benchmarks/$": "--benchmark-disable -k dense-SGD-16-function",
}
BUNDLES = "bundle build/bundle"
SCANS_ALL = "scan . "  # here, all of the user's course
RUN_IN_CI = ("own-tests", "quick", "next", "lint", "actionlint", "types", "candidate")
MAY_FIND = ("reports stale", "reports check", "tf-conformance scan")  # status 1 if they find something
# These take longer than CI has; tests/test_tox.py says what their environments hold.
RUN_TO_PUBLISH = ("matrix", "report", "benchmarks", "timings", "mixtures", "cuda", "faults")
# These need Slurm and ReFrame.
RUN_FOR_CLUSTERS = ("reframe", "slurm")

# The files of a user that commands name.
FILES = {
    "course/week1.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": ["import tensorflow as tf\n"]}]}),
    "train.py": "import tensorflow as tf\n",
    "model.py": "def build():\n    pass\n",
    "output.txt": "AttributeError: 'Adam' object has no attribute 'lr'\n",
    "known.toml": "",
}


def without_comment(line: str) -> str:
    """A line of a block without its comment."""
    return line.partition("  #")[0].strip()


def blocks_of(text: str) -> list[str]:
    """The commands in the blocks of a page; what a command prints is not one."""
    lines = [without_comment(line) for block in BLOCK.findall(text) for line in block.splitlines()]
    return list(filter(PROGRAM.match, lines))


def mentions_of(text: str) -> list[str]:
    """The commands that a page has in its sentences, or indented."""
    prose = FENCED.sub("", text)
    texts = [*INDENTED.findall(prose), *(" ".join(span.split()) for span in SPAN.findall(prose))]
    return list(filter(PROGRAM.match, texts))


def help_of(command: str) -> str:
    """What --help of a command prints, or of all commands if it is empty."""
    arguments = [sys.executable, "-m", "tf_conformance", *filter(None, [command]), "--help"]
    return subprocess.run(arguments, cwd=str(ROOT), capture_output=True, encoding="utf-8", check=True).stdout


def examples_of(command: str) -> list[str]:
    """The examples at the end of a command's --help."""
    _, _, examples = help_of(command).partition("\nexamples:\n")
    return [line.strip() for line in examples.splitlines() if line.startswith("  tf-conformance ")]


IN_PAGES = {page.relative_to(ROOT).as_posix(): blocks_of(page.read_text(encoding="utf-8")) for page in PAGES}
IN_BLOCKS = [command for commands in IN_PAGES.values() for command in commands]
MENTIONED = [
    mention
    for mention in dict.fromkeys(each for page in PAGES for each in mentions_of(page.read_text(encoding="utf-8")))
    if not any(mention in command for command in IN_BLOCKS)
]


def executed_here(commands: list[str]) -> list[str]:
    """Commands without those parts that change the environment, and without those that are executed elsewhere."""
    parts = [[part for part in command.split(" && ") if not INSTALLS.search(part)] for command in commands]
    rest = [" && ".join(part) for command, part in zip(commands, parts) if ".venv" not in command]
    return [command for command in rest if command and not any(re.search(each, command) for each in ELSEWHERE)]


def cases():
    """Commands that are executed one after the other: those of the README, of each page beyond these, and of all sentences."""
    readme = IN_PAGES["README.md"]
    for name, commands in {**IN_PAGES, "sentences": MENTIONED}.items():
        here = executed_here([command for command in commands if commands is readme or command not in readme])
        if here:
            yield pytest.param(here, id=name)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Runs a command in a copy of the repository, in which it may write; returns the finished process.

    What several pages have is run once: what it leaves in the copy stays there.
    """
    folder = tmp_path_factory.mktemp("documentation")
    unneeded = shutil.ignore_patterns(".git", ".tox", ".venv", "build", "__pycache__", ".*_cache")
    checkout = Path(shutil.copytree(ROOT, folder / "checkout", ignore=unneeded))
    tensorflow.install(folder / "pretended")
    for name, text in FILES.items():
        (checkout / name).parent.mkdir(exist_ok=True)
        (checkout / name).write_text(text, encoding="utf-8")

    def run(command):
        return subprocess.run(
            command.replace(*COMMAND).replace("/opt/tf/bin/python", sys.executable),
            shell=True,
            cwd=checkout / ("course" if SCANS_ALL in command else ""),
            env=variables(command, checkout, folder / "pretended"),
            capture_output=True,
            text=True,
            check=False,
        )

    run_once = functools.lru_cache(maxsize=None)(run)

    def run_here(command):
        if BUNDLES not in command:
            return run_once(command)
        shutil.rmtree(checkout / "build" / "bundle", ignore_errors=True)  # there are bundles for several Pythons
        return run(command)

    return run_here


def variables(command: str, checkout: Path, pretended: Path) -> dict[str, str]:
    """The environment in which a command runs: that of these tests, or with the pretended TensorFlow before the real one."""
    narrowed = next((options for what, options in NARROWED.items() if re.search(what, command)), "")
    first = pretended if re.search(CHECK, command) else checkout if SCANS_ALL in command else None
    return {
        **os.environ,
        **({"PYTHONPATH": str(first)} if first else {}),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTEST_ADDOPTS": f"-p no:cacheprovider {narrowed}",
        "GITHUB_STEP_SUMMARY": os.devnull,
    }


def statuses(command: str) -> tuple[int, ...]:
    """The exit statuses with which a command has done its work on an install for CPUs."""
    if "--require-device gpu" in command:
        return (11,)
    return (0, 1) if any(asks in command for asks in MAY_FIND) else (0,)


@pytest.mark.parametrize("commands", list(cases()))
def test_commands_work(commands, run):
    """The commands of a page do what they should, in their order."""
    for command in commands:
        done = run(command)
        assert done.returncode in statuses(command), f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"


def test_examples_of_help_work(run):
    """So do the examples of each --help, in the order in which --help lists the commands."""
    examples = {command: examples_of(command) for command in ("", *MODULES)}
    assert [command for command, commands in examples.items() if not commands] == []
    del examples["compare"]  # tests/benchmarks/test_documentation.py has workers for it
    for command in executed_here([each for commands in examples.values() for each in commands]):
        done = run(command)
        assert done.returncode in statuses(command), f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"


@pytest.mark.parametrize("pattern", ELSEWHERE)
def test_commands_that_are_executed_elsewhere(pattern):
    """There is such a command."""
    assert any(re.search(pattern, command) for command in [*IN_BLOCKS, *MENTIONED])


def test_commands_of_tox_are_run():
    """Each environment that a page runs is run in CI, to publish the matrix, or where there is a cluster's software."""
    lists = [names for command in [*IN_BLOCKS, *MENTIONED] for names in TOX.findall(command)]
    names = {name for each in lists for name in each.split(",")}
    known = {*RUN_IN_CI, *RUN_TO_PUBLISH, *RUN_FOR_CLUSTERS}
    assert {name for name in names if name not in known and not re.match(r"tf2\.\d+-\w+", name)} == set()


def test_ci_runs_the_first_command_of_the_readme():
    """CI follows the README on a fresh machine."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    first = IN_PAGES["README.md"][0]
    assert [part for part in first.split(" && ") if part not in script] == []


@pytest.mark.parametrize("page", READERS, ids=lambda page: page.name)
def test_pages_for_readers_are_short(page):
    """A page for readers has at most twenty lines."""
    lines = page.read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line and not line.startswith("```")]) <= 20


def test_exit_statuses():
    """The table of exit statuses has those of --help."""
    table = (ROOT / "docs" / "command.md").read_text(encoding="utf-8").partition("## Exit status")[2]
    documented = re.findall(r"^\| (\d+) \| (.*) \|$", table.replace("`", ""), re.MULTILINE)
    assert documented == re.findall(r"^ +(\d+)  (.*)$", help_of("").partition("exit status:")[2], re.MULTILINE)
