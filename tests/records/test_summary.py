"""Records as Markdown, for the step summary of a CI job."""

from __future__ import annotations

import pytest

from tests.pretended.records import record, statement
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.problem import Problem
from tf_conformance.records.matrix import Column
from tf_conformance.records.summary import step_summary

HOLDS, VIOLATED = statement("thing.a"), statement("thing.b", "violated")
OBSTACLE = Obstacle("TensorFlow uses no GPU", "there is no driver", "nothing found", ("install one", "ask"))


def summary(*statements, **fields):
    """The summary of one record."""
    return step_summary([Column("mine", record(statements, **fields))])


@pytest.mark.parametrize(
    ("statements", "fields", "standing"),
    [
        ([HOLDS], {}, "✓ as specified"),
        ([HOLDS, VIOLATED], {}, "✗ violated"),
        ([HOLDS], {"complete": False}, "⚠ incomplete"),
        ([statement("thing.c", "unchecked")], {}, "⚠ nothing checked"),
        ([statement("thing.c", "unchecked")], {"obstacle": OBSTACLE}, "✗ cannot be judged"),
    ],
)
def test_standing(statements, fields, standing):
    """The table has the standing of each record."""
    assert summary(*statements, **fields).splitlines()[4].endswith(f"| {standing} |")


def test_counts():
    """The table has one row per record."""
    columns = [Column(name, record([HOLDS, VIOLATED])) for name in ("one", "two")]
    row = "| TensorFlow 2.21.0 · Keras 3.15.1 | 1 | 0 | 0 | 0 | 1 | 0 | ✗ violated |"
    assert step_summary(columns).splitlines()[2:6] == [
        "| install | holds | changed | misstated | defect | violated | unchecked |  |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
        row,
        row,
    ]


def test_what_is_wrong():
    """Violations are quoted; an obstacle and problems say what to do."""
    text = summary(VIOLATED, obstacle=OBSTACLE, problems=(Problem("a file is missing", "install it again"),))
    assert "```\nseen otherwise\n```" in text
    assert "TensorFlow uses no GPU: there is no driver" in text
    assert "1. install one\n1. ask" in text
    assert "- a file is missing: install it again" in text


def test_outdated():
    """What no longer deviates is told, even if something else still does."""
    text = summary(statement("thing.a", "violated", deviation="patch 42", outdated=("GPU:0: patch 42",)))
    assert "; remove from the known deviations:\n\n- `thing.a`: GPU:0: patch 42" in text


def test_aside():
    """Of a single record all else is listed, too, but not what was not selected."""
    text = summary(
        statement("thing.a", "changed", says="It is a|b.", instead="new"),
        statement("thing.b", "unchecked", reason="no engine answers"),
        statement("thing.c", "violated", deviation="patch 42"),
        statement("thing.d", "unchecked", reason="not selected in this run"),
    )
    assert "<summary>1 changed since the notes</summary>\n\n| statement |  | instead |" in text
    assert "| `thing.a` | It is a\\|b. | new |" in text
    assert "<summary>1 unchecked</summary>\n\n| statement |  | why |" in text
    assert "| `thing.b` | It is. | no engine answers |" in text
    assert (
        "<summary>1 known deviations</summary>\n\n| statement |  | why |\n|---|---|---|\n| `thing.c` | It is. | patch 42 |"
        in text
    )
    assert "thing.d" not in text


def test_several_records_have_no_aside():
    """Of several records only what is wrong is listed."""
    columns = [Column(name, record([statement("thing.a", "changed", instead="new")])) for name in ("one", "two")]
    assert "changed since the notes" not in step_summary(columns)
