"""Hostile surroundings: the verdicts are the same."""

import json
import os
import resource
import shutil
import subprocess
import sys

import pytest

from tests import ROOT

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
    "other precisions": {"environment": {"NVIDIA_TF32_OVERRIDE": "0", "TF_ENABLE_AUTO_MIXED_PRECISION": "1"}},
}


def verdicts_in(tree, record, surroundings):
    """The verdicts of a run of the kit in ``tree``."""
    command = [
        *surroundings.get("within", []),
        sys.executable,
        *surroundings.get("python", []),
        "-m",
        "pytest",
        "spec",
        "-p",
        "no:cacheprovider",
        "-n",
        "1",
    ]
    command += ["--record", str(record), *surroundings.get("pytest", [])]
    for statement in STATEMENTS:
        command += ["--statement", statement]
    run = subprocess.run(
        command,
        cwd=tree,
        env={**_clean_environment(), **surroundings.get("environment", {})},
        preexec_fn=surroundings.get("limit"),
        capture_output=True,
        check=False,
    )
    output = (run.stdout + run.stderr).decode("utf-8", "replace")
    assert run.returncode == 0, output[-3000:]
    statements = json.loads(record.read_text(encoding="utf-8"))["statements"]
    return {statement["id"]: statement["verdict"] for statement in statements if statement["cases"]}


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
    within = ["env", "TMPDIR=%s" % full, "unshare", "--mount", "sh", "-c", WITHIN_A_FULL_TMPDIR, "sh"]
    skip_unless_possible(within)
    assert verdicts_in(ROOT, tmp_path / "r.json", {"within": within}) == usual


def skip_unless_possible(within):
    """Skips the test where this user or this system cannot run a command so."""
    try:
        possible = subprocess.run([*within, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        possible = False
    if not possible:
        pytest.skip("not permitted here: %s" % " ".join(within[:3]))


def test_path_with_spaces_and_other_letters(usual, tmp_path):
    """A path with spaces and letters that are not ASCII changes nothing either."""
    tree = tmp_path / "ä é" / "名前"
    for name in ("spec", "tf_conformance"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tree / name)
    assert verdicts_in(tree, tmp_path / "r.json", {}) == usual
