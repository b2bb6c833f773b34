"""Hostile surroundings: the verdicts are the same."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys

import pytest

from tests import ROOT
from tests.gallery.damages import CANNOT_BEGIN

STATEMENTS = [
    "install.*",
    "checkpoint.file-name",
    "weights.*",
    "flatten.*",
    "dropout.*",
    "initializers.dense-bias-zeros",
]


def limit_files():
    """Lets a process open few files at a time."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def limit_memory():
    """Lets a process map little memory: 6 GB, of which TensorFlow's libraries take the half."""
    resource.setrlimit(resource.RLIMIT_AS, (6 * 10**9, 6 * 10**9))


def limit_memory_further():
    """Lets a process map 3.5 GB: enough, but worth a word."""
    resource.setrlimit(resource.RLIMIT_AS, (3_500_000_000, 3_500_000_000))


SURROUNDINGS = {
    "no home": {"environment": {"HOME": "/proc/nowhere"}},
    "no temporary folder": {"environment": {"TMPDIR": "/proc/nowhere"}},
    "optimised": {"python": ["-O"]},
    "optimised twice": {"python": ["-OO"], "pytest": ["-n", "0"]},
    "warnings are errors": {"python": ["-W", "error"], "environment": {"PYTHONWARNINGS": "error"}},
    "C locale": {"environment": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}},
    "without oneDNN": {"environment": {"TF_ENABLE_ONEDNN_OPTS": "0"}},
    "with oneDNN": {"environment": {"TF_ENABLE_ONEDNN_OPTS": "1"}},
    "one thread": {
        "environment": {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}
    },
    "many threads": {"environment": {"TF_NUM_INTRAOP_THREADS": "32"}},
    "few files": {"limit": limit_files},
    "little memory": {"limit": limit_memory},
    "less memory": {"limit": limit_memory_further},
    "other precisions": {"environment": {"NVIDIA_TF32_OVERRIDE": "0", "TF_ENABLE_AUTO_MIXED_PRECISION": "1"}},
}


def judge(tree, record, surroundings):
    """A run of the kit in ``tree``: its exit status and what it printed."""
    command = [*surroundings.get("within", []), sys.executable, *surroundings.get("python", [])]
    command += ["-m", "pytest", "spec", "-p", "no:cacheprovider", "-n", "1", "--record", str(record)]
    command += surroundings.get("pytest", [])
    for statement in STATEMENTS:
        command += ["--statement", statement]
    run = subprocess.run(
        command,
        cwd=tree,
        env={**_clean_environment(), **surroundings.get("environment", {})},
        preexec_fn=surroundings.get("limit"),
        capture_output=True,
        timeout=300,
        check=False,
    )
    return run.returncode, (run.stdout + run.stderr).decode("utf-8", "replace")


def verdicts_in(tree, record, surroundings):
    """The verdicts of a run of the kit in ``tree``, at which nothing was violated."""
    status, output = judge(tree, record, surroundings)
    assert status == 0, output[-3000:]
    return {statement["id"]: statement["verdict"] for statement in statements_in(record)}


def statements_in(record):
    """The statements of a record that were checked."""
    return [each for each in json.loads(record.read_text(encoding="utf-8"))["statements"] if each["cases"]]


def _clean_environment():
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TF_", "OMP_"))}


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    """The verdicts where nothing is hostile."""
    return verdicts_in(ROOT, tmp_path_factory.mktemp("usual") / "r.json", {})


@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_verdicts_are_the_same(usual, tmp_path, surroundings):
    """No setting of the process's surroundings changes a verdict."""
    assert verdicts_in(ROOT, tmp_path / "r.json", SURROUNDINGS[surroundings]) == usual


# In a mount namespace of its own: a file system of 64 kB at $TMPDIR, filled; then the command.
WITHIN_A_FULL_TMPDIR = """
mount -t tmpfs -o size=64k tmpfs "$TMPDIR"
head -c 1M /dev/zero >"$TMPDIR/filler" 2>/dev/null && exit 99
exec "$@"
"""


def test_full_temporary_folder(usual, tmp_path):
    """Where the temporary folder has no byte left, another one is taken."""
    full = tmp_path / "full"
    full.mkdir()
    within = ["env", f"TMPDIR={full}", "unshare", "--mount", "sh", "-c", WITHIN_A_FULL_TMPDIR, "sh"]
    skip_unless_possible(within)
    assert verdicts_in(ROOT, tmp_path / "r.json", {"within": within}) == usual


def with_processes(limit, folder):
    """As a user of their own, who may read and write all files but have only so many threads and processes."""
    number = 54300 + limit  # the system counts what a user runs, so that no other test may run as the same
    user = ["setpriv", "--reuid=%d" % number, "--regid=%d" % number, "--clear-groups"]
    files = "+dac_override,+dac_read_search"
    return [
        "env",
        f"TMPDIR={folder}",
        *user,
        "--inh-caps",
        files,
        "--ambient-caps",
        files,
        "prlimit",
        "--nproc=%d" % limit,
    ]


def test_few_processes(usual, tmp_path):
    """Where threads are scarce, that is said; the verdicts are the same but for cases that ask for more, and name it."""
    within = with_processes(24, tmp_path)
    skip_unless_possible(within)
    _, output = judge(ROOT, tmp_path / "r.json", {"within": within})
    scarcity = "the system lets this user start only 23 more threads or processes (ulimit -u is 24)"
    assert "before the import: " + scarcity in output
    results = {statement["id"]: statement for statement in statements_in(tmp_path / "r.json")}
    assert results.keys() == usual.keys()
    differing = [results[id_] for id_, verdict in usual.items() if results[id_]["verdict"] != verdict]
    failed = [case for result in differing for case in result["cases"] if case["outcome"] == "failed"]
    assert len(differing) < len(usual) / 2
    assert all(scarcity in case["message"] for case in failed)


@pytest.mark.parametrize("limit", [3, 8])
def test_too_few_processes(tmp_path, limit):
    """Where threads are refused, the limit is named in one message, and there is a record of what was checked until then."""
    within = with_processes(limit, tmp_path)
    skip_unless_possible(within)
    status, output = judge(ROOT, tmp_path / "r.json", {"within": within})
    assert status == CANNOT_BEGIN, output[-3000:]
    assert "(ulimit -u is %d)" % limit in output
    assert "do        raise ulimit -u" in output
    assert "INTERNALERROR" not in output
    obstacle = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["obstacle"]
    assert obstacle["cause"] == "the system lets it start no further thread or process"


@pytest.mark.parametrize(("limit", "status"), [(12, pytest.ExitCode.USAGE_ERROR), (40, pytest.ExitCode.OK)])
def test_few_files(tmp_path, limit, status):
    """Where few files may be open at once, that is said; where too few, in one line."""

    def limit_files_further():
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))

    seen, output = judge(ROOT, tmp_path / "r.json", {"limit": limit_files_further})
    assert seen == status, output[-3000:]
    assert "the system lets a process have only %d files open (ulimit -n): raise ulimit -n" % limit in output
    assert "INTERNALERROR" not in output


def limit_memory_to_too_little():
    """Lets a process map 900 MB, which TensorFlow's libraries and what they ask for exceed."""
    resource.setrlimit(resource.RLIMIT_AS, (900_000_000, 900_000_000))


def test_too_little_memory(tmp_path):
    """Where memory is refused, the limit is named in one message."""
    status, output = judge(ROOT, tmp_path / "r.json", {"limit": limit_memory_to_too_little})
    assert status == CANNOT_BEGIN, output[-3000:]
    assert "only 900 MB of address space (ulimit -v)" in output
    assert "do        raise ulimit -v" in output
    assert "INTERNALERROR" not in output


def test_record_on_a_full_disk(tmp_path):
    """A record that cannot be written is said in one line; the verdicts are there, and the status is not that of success."""
    full = tmp_path / "full"
    full.mkdir()
    within = ["env", f"TMPDIR={full}", "unshare", "--mount", "sh", "-c", WITHIN_A_FULL_TMPDIR, "sh"]
    skip_unless_possible(within)
    status, output = judge(ROOT, full / "r.json", {"within": within})
    assert status == pytest.ExitCode.USAGE_ERROR
    assert "this install does what TensorFlow" in output
    assert "ERROR: --record: cannot write %s: No space left on device" % (full / "r.json") in output
    assert "Traceback" not in output


def skip_unless_possible(within):
    """Skips the test where this user or this system cannot run a command so."""
    try:
        possible = subprocess.run([*within, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        possible = False
    if not possible:
        pytest.skip("not permitted here: {}".format(" ".join(within[:4])))


def test_temporary_folder_of_another_user(tmp_path):
    """Where pytest's folder belongs to somebody else, that is said in one line, with what to do."""
    (tmp_path / "pytest-of-me").mkdir()
    os.chown(tmp_path / "pytest-of-me", 54321, 54321)
    status, output = judge(ROOT, tmp_path / "r.json", {"environment": {"TMPDIR": str(tmp_path), "LOGNAME": "me"}})
    assert status == pytest.ExitCode.USAGE_ERROR
    assert "pytest-of-me is not owned by the current user" in output
    assert "name another one with TMPDIR" in output
    assert "Traceback" not in output


def test_path_with_spaces_and_other_letters(usual, tmp_path):
    """A path with spaces and letters that are not ASCII changes nothing either."""
    tree = tmp_path / "ä é" / "名前"
    for name in ("spec", "tf_conformance"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tree / name)
    assert verdicts_in(tree, tmp_path / "r.json", {}) == usual
