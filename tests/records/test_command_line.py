"""python -m tf_conformance: questions to records, answered by a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests import ROOT
from tests.pretended.records import cell, write


@pytest.fixture
def folder(tmp_path):
    """Two records."""
    write(tmp_path, "tf2.9", tensorflow="2.9.3", keras="2.9.0", cells=[cell("thing.a"), cell("other.b")])
    changed = cell("thing.a", "changed", says="It is not – any more.", instead="another")
    write(tmp_path, "tf2.16", tensorflow="2.16.2", keras="3.15.1", cells=[changed, cell("other.b", "violated")])
    return tmp_path


@pytest.fixture
def ask(folder):
    """Asks a question, in the C locale; returns the exit status, the answer and what was complained of."""

    def run(*arguments):
        command = [sys.executable, "-m", "tf_conformance", *arguments, "--records", str(folder)]
        environment = {
            **os.environ,
            "LC_ALL": "C",
            "PYTHONIOENCODING": "",
            "PYTHONUTF8": "0",
            "PYTHONCOERCECLOCALE": "0",
        }
        done = subprocess.run(command, cwd=str(ROOT), env=environment, capture_output=True, check=False)
        return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")

    return run


def test_diff(ask):
    """diff compares two published records."""
    status, answer, _ = ask("diff", "tf2.9", "tf2.16")
    assert status == 0
    assert "    to       changed    It is not – any more.\n    instead  another" in answer


def test_diff_of_files_as_json(ask, folder):
    """diff takes record files, and answers in JSON."""
    status, answer, _ = ask("diff", str(folder / "tf2.9.json"), str(folder / "tf2.16.json"), "--format", "json")
    assert status == 0
    assert [change["id"] for change in json.loads(answer)["changes"]] == ["thing.a", "other.b"]


def test_history(ask):
    """history tells the stretches of versions on which a statement is the same."""
    status, answer, _ = ask("history", "thing.a")
    assert status == 0
    assert answer.splitlines() == [
        "thing.a  (Week 1, Section)",
        "  TensorFlow",
        "    2.9            holds      It is.",
        "    2.16           changed    It is not – any more.",
        "                   instead    another",
    ]


def test_history_of_several(ask):
    """history takes a pattern."""
    _, answer, _ = ask("history", "*.b")
    assert answer.startswith("other.b  (Week 1, Section)")
    assert "why        because" in answer


def test_summary_of_one(ask):
    """summary of one record counts, quotes the violations and lists the rest."""
    status, answer, _ = ask("summary", "tf2.16")
    assert status == 0
    assert "| TensorFlow 2.16.2 · Keras 3.15.1 | 0 | 1 | 0 | 0 | 1 | 0 | ✗ violated |" in answer
    assert "```\nseen otherwise\n```" in answer
    assert "| `thing.a` | It is not – any more. | another |" in answer


def test_summary_of_several(ask):
    """summary of several records is a row each, and the violations."""
    _, answer, _ = ask("summary", "tf2.9", "tf2.16")
    assert "| TensorFlow 2.9.3 · Keras 2.9.0 | 2 | 0 | 0 | 0 | 0 | 0 | ✓ as specified |" in answer
    assert "changed since the notes" not in answer


@pytest.mark.parametrize(
    ("question", "complaint"),
    [
        (["diff", "tf2.9", "tf9.9"], "tf9.9: no such file, and no published record; there are: tf2.9, tf2.16"),
        (["history", "thing.z"], "no statement matches 'thing.z'; see pytest --list-statements"),
        (["summary", "pyproject.toml"], "pyproject.toml: cannot be read"),
    ],
)
def test_bad_questions(ask, question, complaint):
    """What cannot be answered is said in one line, with status 2."""
    status, answer, error = ask(*question)
    assert (status, answer) == (2, "")
    assert error.startswith("tf_conformance: " + complaint)
    assert error.count("\n") == 1
