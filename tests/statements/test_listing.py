"""--list-statements: every statement, without TensorFlow."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests import CATALOGUE, ROOT

WITHOUT_TENSORFLOW = (
    "import sys; sys.modules.update(tensorflow=None, numpy=None, keras=None); "
    "import pytest; sys.exit(pytest.main(sys.argv[1:]))"
)


@pytest.fixture(scope="module")
def listed():
    """Runs --list-statements where neither TensorFlow nor NumPy can be imported."""

    def run(*arguments):
        command = [sys.executable, "-c", WITHOUT_TENSORFLOW, "--list-statements", "-p", "no:cacheprovider", *arguments]
        ran = subprocess.run(command, cwd=str(ROOT), capture_output=True, text=True, encoding="utf-8", check=False)
        assert (ran.returncode, ran.stderr) == (0, "")
        return ran.stdout.splitlines()

    return run


def test_every_statement_is_listed(listed):
    """Each statement is listed with its place, its forms, their eras and what to write instead."""
    lines = listed()
    heads = [line for line in lines if not line.startswith(" ")]
    assert heads == [f"{statement.id}  ({statement.place})" for statement in CATALOGUE]
    assert sum(line.startswith("  ") and line[2] != " " for line in lines) == sum(len(s.forms) for s in CATALOGUE)


def test_selection(listed):
    """--statement narrows the list."""
    assert listed("--statement", "compile.read-back") == [
        "compile.read-back  (Week 2, Compile Method)",
        "  holds      keras<3",
        "             model.loss is what was given, and model.optimizer.lr is the learning rate.",
        "  changed    keras>=3",
        "             model.loss is what was given; the learning rate is model.optimizer.learning_rate, and lr is no attribute.",
        "             instead: model.optimizer.learning_rate",
    ]
