"""Hostile surroundings: the verdicts are the same, or the message says what is too scarce."""

from __future__ import annotations

import json
import os
import resource
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Callable

import pytest

from tests import ROOT
from tests.gallery.damage import FINE, OF_THE_INSTALL, UNUSABLE
from tests.gallery.environment import copy_kit, skip_unless_possible
from tests.shared import locked

# Cases that import, train, write and read files, and none that takes long.
STATEMENTS = (
    "install.*",
    "checkpoint.file-name",
    "weights.flipped-bit",
    "flatten.*",
    "dropout.*",
    "initializers.dense-bias-zeros",
)
SELECTION = [argument for statement in STATEMENTS for argument in ("--statement", statement)]


@dataclass(frozen=True)
class Surroundings:
    """What is unusual around a run: variables, Python's arguments, limits of its process, a command that runs it."""

    variables: dict[str, str] = field(default_factory=dict)
    python: tuple[str, ...] = ()
    limit: Callable[[], None] | None = None
    within: tuple[str, ...] = ()
    workers: int = 1


def limited(kind, limit):
    """Limits a resource of a process, before it becomes another program."""
    return partial(resource.setrlimit, kind, (limit, limit))


SPACES = "no assertions, no docstrings, warnings are errors, little memory, spaces in the path of the kit"
C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
# Several at once, as each run imports TensorFlow.
HARMLESS = {
    "usual": Surroundings(),
    "no home, no temporary folder, C locale, few files": Surroundings(
        {"HOME": "/proc/nowhere", "TMPDIR": "/proc/nowhere", **C_LOCALE}, limit=limited(resource.RLIMIT_NOFILE, 64)
    ),
    # TensorFlow's libraries take 3 of these 3.5 GB.
    SPACES: Surroundings(
        {"PYTHONOPTIMIZE": "2", "PYTHONWARNINGS": "error"},
        python=("-W", "error"),
        limit=limited(resource.RLIMIT_AS, 3_500_000_000),
    ),
    "one thread and no oneDNN": Surroundings(
        {
            "TF_ENABLE_ONEDNN_OPTS": "0",
            "TF_NUM_INTRAOP_THREADS": "1",
            "TF_NUM_INTEROP_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        },
        workers=0,
    ),
    "many threads, oneDNN and other precisions": Surroundings(
        {
            "TF_ENABLE_ONEDNN_OPTS": "1",
            "TF_NUM_INTRAOP_THREADS": "32",
            "NVIDIA_TF32_OVERRIDE": "0",
            "TF_ENABLE_AUTO_MIXED_PRECISION": "1",
        },
        workers=0,
    ),
}


def judge(environment, surroundings, *arguments):
    """A run of the kit: its exit status, and what it printed."""
    run = replace(environment, variables=surroundings.variables).judge(
        *SELECTION,
        *arguments,
        workers=surroundings.workers,
        python=surroundings.python,
        within=surroundings.within,
        limit=surroundings.limit,
    )
    return run.returncode, run.stdout + run.stderr


def record_of(environment):
    """The record of the run."""
    return json.loads((environment.folder / "r.json").read_text(encoding="utf-8"))


def checked(environment):
    """The statements that the run has checked, by id."""
    return {each["id"]: each for each in record_of(environment)["statements"] if each["cases"]}


def verdicts(environment, surroundings):
    """The verdicts of a run in which nothing was violated."""
    status, output = judge(environment, surroundings)
    assert status == FINE, output[-3000:]
    return {id_: statement["verdict"] for id_, statement in checked(environment).items()}


@pytest.fixture
def usual(healthy, shared_folder):
    """The verdicts if nothing is hostile."""
    known = shared_folder / "usual.json"
    with locked(shared_folder / "usual.lock"):
        if not known.exists():
            known.write_text(json.dumps(verdicts(healthy, HARMLESS["usual"])), encoding="utf-8")
    return json.loads(known.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [name for name in HARMLESS if name not in ("usual", SPACES)])
def test_verdicts_are_the_same(usual, healthy, name):
    """Nothing in the surroundings of a process changes a verdict."""
    assert verdicts(healthy, HARMLESS[name]) == usual


def test_path_with_spaces_and_other_letters(usual, healthy, tmp_path):
    """A path with spaces and letters that are not ASCII changes nothing, either; nor does what is unusual besides."""
    tree = tmp_path / "ä é" / "名前"
    copy_kit(ROOT, tree)
    assert verdicts(replace(healthy, tree=tree), HARMLESS[SPACES]) == usual


# In a mount namespace: a file system of 64 kB at $TMPDIR, filled; then the command.
FILL_TMPDIR = """
mount -t tmpfs -o size=64k tmpfs "$TMPDIR"
head -c 1M /dev/zero >"$TMPDIR/filler" 2>/dev/null && exit 99
exec "$@"
"""


@pytest.fixture
def full(tmp_path):
    """A folder, and surroundings in which it has no byte left and is the temporary folder."""
    folder = tmp_path / "full"
    folder.mkdir()
    within = ("env", f"TMPDIR={folder}", "unshare", "--mount", "sh", "-c", FILL_TMPDIR, "sh")
    skip_unless_possible(within)
    return folder, Surroundings(within=within)


def test_full_temporary_folder(usual, healthy, full):
    """If the temporary folder has no byte left, another one is taken."""
    _, surroundings = full
    assert verdicts(healthy, surroundings) == usual


def test_record_on_a_full_disk(pretended, full):
    """A record that cannot be written is told in one line; the verdict is there, and the status is not that of success."""
    folder, surroundings = full
    arguments = ("--statement", OF_THE_INSTALL, "--record", str(folder / "r.json"))
    run = pretended.judge(*arguments, within=surroundings.within)
    status, output = run.returncode, run.stdout + run.stderr
    assert status == pytest.ExitCode.USAGE_ERROR
    assert "verdict: this install does what TensorFlow" in output
    assert f"ERROR: --record: cannot write {folder / 'r.json'}: No space left on device" in output
    assert "Traceback" not in output


def with_processes(limit, folder):
    """As another user, who may read and write all files but has only so many threads and processes."""
    number = 54300 + limit  # the system counts what a user runs, so no other test may run as the same user
    user = ("setpriv", f"--reuid={number}", f"--regid={number}", "--clear-groups")
    files = "+dac_override,+dac_read_search"
    within = (
        "env",
        f"TMPDIR={folder}",
        *user,
        "--inh-caps",
        files,
        "--ambient-caps",
        files,
        "prlimit",
        f"--nproc={limit}",
    )
    skip_unless_possible(within)
    return Surroundings(within=within)


def test_few_processes(usual, healthy, tmp_path):
    """If threads are scarce, that is told; the verdicts are the same, but for cases that need more, and say so."""
    _, output = judge(healthy, with_processes(24, tmp_path))
    scarcity = "the system lets this user start only 23 more threads or processes (ulimit -u is 24)"
    assert f"before the import: {scarcity}\n" in output
    results = checked(healthy)
    assert results.keys() == usual.keys()
    differing = [results[id_] for id_, verdict in usual.items() if results[id_]["verdict"] != verdict]
    failed = [case for result in differing for case in result["cases"] if case["outcome"] == "failed"]
    assert len(differing) < len(usual) / 2
    assert all(scarcity in case["message"] for case in failed)


@pytest.mark.parametrize("limit", [3, 8])
def test_too_few_processes(healthy, tmp_path, limit):
    """If threads are refused, the limit is named in one message, and there is a record of what was checked until then."""
    status, output = judge(healthy, with_processes(limit, tmp_path))
    assert status == UNUSABLE, output[-3000:]
    assert f"(ulimit -u is {limit})" in output
    assert "do        raise ulimit -u" in output
    assert "INTERNALERROR" not in output
    assert record_of(healthy)["obstacle"]["cause"] == "the system refuses to start another thread or process"


@pytest.mark.parametrize(
    ("limit", "workers", "status"),
    [(12, 0, pytest.ExitCode.USAGE_ERROR), (12, 1, pytest.ExitCode.USAGE_ERROR), (40, 1, pytest.ExitCode.OK)],
)
def test_few_files(healthy, limit, workers, status):
    """If few files may be open at once, that is told; if too few, in one line."""
    seen, output = judge(healthy, Surroundings(limit=limited(resource.RLIMIT_NOFILE, limit), workers=workers))
    assert seen == status, output[-3000:]
    assert f"the system allows a process only {limit} open files (ulimit -n)" in output
    assert "raise ulimit -n\n" in output
    assert "INTERNALERROR" not in output


def test_small_files(healthy):
    """If no file may be larger than a model's, that is told, and TensorFlow is not to be installed again for it."""
    _, output = judge(healthy, Surroundings(limit=limited(resource.RLIMIT_FSIZE, 8192), workers=0))
    assert "the system lets a process write no file of more than 8192 bytes (ulimit -f)" in output
    assert "raise ulimit -f\n" in output
    assert "INTERNALERROR" not in output
    assert "reinstall" not in output


def test_too_little_memory(healthy):
    """If memory is refused, the limit is named in one message: TensorFlow's libraries alone take more than 900 MB."""
    status, output = judge(healthy, Surroundings(limit=limited(resource.RLIMIT_AS, 900_000_000)))
    assert status == UNUSABLE, output[-3000:]
    assert "the system allows a process only 900 MB of address space (ulimit -v or -d)" in output
    assert "raise ulimit -v" in output
    assert "INTERNALERROR" not in output


def test_temporary_folder_of_another_user(healthy, tmp_path):
    """If pytest's folder belongs to somebody else, that is told in one line, with what to do."""
    try:
        (tmp_path / "pytest-of-me").mkdir()
        os.chown(tmp_path / "pytest-of-me", 54321, 54321)
    except PermissionError:
        pytest.skip("only root can give a folder away")
    status, output = judge(healthy, Surroundings({"TMPDIR": str(tmp_path), "LOGNAME": "me"}))
    assert status == pytest.ExitCode.USAGE_ERROR
    assert "pytest-of-me is not owned by the current user" in output
    assert "name another one with TMPDIR" in output
    assert "Traceback" not in output
