"""Verdicts: what follows from the outcomes of a statement's cases."""

from __future__ import annotations

import pytest

from tf_conformance.install.install import Install
from tf_conformance.records.run import FAILED, PASSED, UNCHECKED, Run
from tf_conformance.records.summary import summary_lines
from tf_conformance.statements.catalogue import Catalogue, Check
from tf_conformance.statements.form import Verdict, changed, holds

INSTALL = Install(
    "2.21.0", "tensorflow", "3.15.1", "keras", "2.5.0", "3.13.0", "Linux", "a CPU", ["avx2"], {}, ["CPU:0"]
)


def check(function, form, says):
    """A check of one spec file."""
    return Check(form, says, "Week 1, Section", "spec/test_a.py", function, 1)


CATALOGUE = Catalogue(
    [
        check("test_old", holds("thing.a", when="tensorflow<2.2"), "It is old."),
        check("test_new", changed("thing.a", when="tensorflow>=2.2", instead="new"), "It is new."),
        check("test_b", holds("thing.b"), "It is."),
    ],
    digest="0" * 64,
)


def run_of(collected=None, **outcomes):
    """A run in which these functions' cases had these outcomes: a letter a case."""
    letters = {"p": PASSED, "f": FAILED, "u": UNCHECKED}
    run = Run(CATALOGUE, INSTALL, collected=collected or {})
    for function, cases in outcomes.items():
        for number, letter in enumerate(cases):
            case = run.case("spec/test_a.py::%s[%d]" % (function, number))
            case.outcome, case.message = letters[letter], "because" if letter != "p" else ""
    return run


@pytest.mark.parametrize(
    ("cases", "collected", "verdict", "reason"),
    [
        ("p", 1, Verdict.CHANGED, ""),
        ("pp", 2, Verdict.CHANGED, ""),
        ("pf", 2, Verdict.VIOLATED, "1 of 2 cases failed"),
        ("pu", 2, Verdict.UNCHECKED, "because"),
        ("uf", 2, Verdict.VIOLATED, "1 of 2 cases failed"),
        ("p", 3, Verdict.UNCHECKED, "2 of 3 cases were not run"),
        ("f", 3, Verdict.VIOLATED, "1 of 1 cases failed"),
        ("", 3, Verdict.UNCHECKED, "not selected in this run"),
    ],
)
def test_verdict(cases, collected, verdict, reason):
    """A statement has its form's verdict when all its cases were run and passed; one failure violates it."""
    result = run_of({"thing.a": collected}, test_new=cases).statements()[0]
    assert (result.verdict, result.reason, result.says) == (verdict, reason, "It is new.")


def test_unfinished_case():
    """A case that was begun and not ended leaves its statement unchecked, and says so."""
    run = run_of()
    run.case("spec/test_a.py::test_b")
    assert (run.statements()[1].verdict, run.statements()[1].reason) == (
        Verdict.UNCHECKED,
        "the case did not come to its end",
    )


@pytest.mark.parametrize(
    ("outcomes", "last"),
    [
        (
            {"test_new": "p", "test_b": "p"},
            "  verdict: this install does what TensorFlow 2.21 should (2 statements, 2 cases, 7 s)",
        ),
        ({"test_new": "p", "test_b": "f"}, "  verdict: this install violates 1 statement (2 statements, 2 cases, 7 s)"),
        ({"test_new": "u", "test_b": "u"}, "  verdict: nothing was checked (2 statements, 2 cases, 7 s)"),
    ],
)
def test_last_line(outcomes, last):
    """The last line of the summary judges the install."""
    assert summary_lines(run_of(**outcomes), 7.2)[-1] == last


def test_summary():
    """The summary counts verdicts a week, then lists what changed, what is violated and what was not checked."""
    assert summary_lines(run_of(test_new="p", test_b="f"), 1.0)[1:-1] == [
        "  week 1     2 statements                  1 changed                                 1 violated",
        "  changed since the notes:",
        "    thing.a: It is new.",
        "      instead: new",
        "  violated:",
        "    thing.b: It is.",
        "      1 of 1 cases failed",
    ]
    assert "  not selected: 1 statements" in summary_lines(run_of(test_b="p"), 1.0)
