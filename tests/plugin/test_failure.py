"""What a person reads when a case fails."""

from __future__ import annotations

import pytest

from tf_conformance.plugin.failure import Comparison, failure_message
from tf_conformance.statements.catalogue import Check
from tf_conformance.statements.form import holds
from tf_conformance.statements.near import near
from tf_conformance.statements.refused import Mismatch

CHECK = Check(holds("thing.size"), "It has a size.", "Week 1, Section", "spec/test_thing.py", "test_size", 3)


def lines(error, comparison=None):
    """The message of a failure, line by line."""
    return failure_message(
        "spec/test_thing.py::test_size", CHECK, "tensorflow 2.21.0", error, comparison, "a.py:7"
    ).splitlines()


def test_whole_message():
    """The message has the statement, what it says, what was expected and seen, on what, and where."""
    assert lines(AssertionError(), Comparison("==", 3, 4)) == [
        "spec/test_thing.py::test_size  VIOLATED",
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
    """Expected and seen come from the comparison, from the mismatch or from the error; long values are cut to what differs."""
    assert lines(error, comparison)[3:5] == ["  expected   " + expected, "  seen       " + seen]


def test_long_texts_are_cut():
    """A message of many lines becomes one line of bearable length."""
    (seen,) = [line for line in lines(ValueError("word\n" * 1000)) if line.startswith("  seen")]
    assert len(seen) < 300
    assert seen.endswith("...")
