"""What a person reads when a case fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tf_conformance.plugin.failure import Comparison, failure_message
from tf_conformance.statements.catalogue import Function
from tf_conformance.statements.form import holds
from tf_conformance.statements.near import near
from tf_conformance.statements.refused import Mismatch

FUNCTION = Function(
    holds("thing.size"), "It has a size.", "Week 1, Section", "things", "spec/test_thing.py", "test_size", 3
)
NODEID = "spec/test_thing.py::test_size[CPU:0]"


def lines(error, comparison=None):
    """The message of a failure, line by line."""
    return failure_message(NODEID, FUNCTION, "tensorflow 2.21.0", error, comparison, "a.py:7").splitlines()


def test_whole_message():
    """A message has the statement, what it says, what was expected and seen, on which install, and where."""
    assert lines(AssertionError(), Comparison("==", 3, 4)) == [
        f"{NODEID}  VIOLATED",
        "  statement  thing.size (notes: Week 1, Section)",
        "  says       It has a size.",
        "  expected   4",
        "  seen       3",
        "  on         tensorflow 2.21.0",
        "  at         a.py:7",
    ]


@pytest.mark.parametrize(
    ("error", "comparison", "expected", "seen"),
    [
        (AssertionError("assert False"), None, "the assertion to be true", "assert False"),
        (AssertionError(), Comparison("<", 3, 2), "< 2", "3"),
        (AssertionError(), Comparison("is", None, True), "True", "None"),
        (AssertionError(), Comparison("in", 3, (1, 2)), "in (1, 2)", "3"),
        (AssertionError(), Comparison("==", 2.0, near(1.0)), "1", "2"),
        (Mismatch("TypeError", "no error"), None, "TypeError", "no error"),
        (KeyError("k"), Comparison("==", 1, 2), "no error", "KeyError: 'k'"),
        (AssertionError(), Comparison("==", [0] * 99 + [1], [0] * 100), "0 at [99]", "1 at [99]"),
        (AssertionError(), Comparison("==", [0] * 100, [0] * 99), "the end at [99]", "0 at [99]"),
        (
            AssertionError(),
            Comparison("==", {"a": 1, "b" * 80: 2}, {"a": 3, "b" * 80: 2}),
            "{'a': 3} (what differs)",
            "{'a': 1} (what differs)",
        ),
    ],
)
def test_expected_and_seen(error, comparison, expected, seen):
    """Expected and seen come from the comparison, the mismatch or the error; of long values only what differs is shown."""
    assert lines(error, comparison)[3:5] == [f"  expected   {expected}", f"  seen       {seen}"]


@pytest.mark.parametrize(
    ("error", "comparison"),
    [(ValueError("word\n" * 1000), None), (AssertionError(), Comparison("==", "word" * 1000, ""))],
)
def test_long_text(error, comparison):
    """A long text becomes one line that is cut."""
    (seen,) = [line for line in lines(error, comparison) if line.startswith("  seen")]
    assert len(seen) < 300
    assert "..." in seen


def test_example():
    """The example that Hypothesis found is at the end of the message."""
    error = AssertionError()
    error.__notes__ = ["Falsifying example: test_size(\n    n=1,\n)", ""]
    assert lines(error)[-3:] == [
        "  example    Falsifying example: test_size(",
        "  example        n=1,",
        "  example    )",
    ]


def test_statement_beyond_the_notes():
    """A statement that is not one of the notes is not said to be."""
    function = replace(FUNCTION, place="Install, Import")
    message = failure_message(NODEID, function, "tensorflow 2.21.0", AssertionError(), None, "a.py:7")
    assert message.splitlines()[1] == "  statement  thing.size (Install, Import)"
