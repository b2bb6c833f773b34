"""Verdicts: what follows from the outcomes of a statement's cases."""

from __future__ import annotations

import pytest

from tests.pretended.installs import INSTALL
from tests.pretended.records import SPEC_FILE, STARTED, function, run_of
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.problem import Problem
from tf_conformance.records.deviations import Deviation
from tf_conformance.records.run import Run
from tf_conformance.records.verdict import Outcome, Verdict
from tf_conformance.statements.catalogue import Catalogue
from tf_conformance.statements.form import Impact, Kind, holds

OBSTACLE = Obstacle("TensorFlow cannot be imported", "it is damaged", "ImportError", ("install it again",))


def statements_of(run, complete=True):
    """The statements of the run's record: thing.a, which has changed, and thing.b, which holds."""
    return run.record(STARTED, 1.0, complete).statements


@pytest.mark.parametrize(
    ("cases", "collected", "verdict", "reason"),
    [
        ("p", 1, Verdict.CHANGED, ""),
        ("pp", 2, Verdict.CHANGED, ""),
        ("pf", 2, Verdict.VIOLATED, "1 of 2 cases failed"),
        ("pu", 2, Verdict.UNCHECKED, "because"),
        ("uf", 2, Verdict.VIOLATED, "1 of 2 cases failed"),
        ("p", 3, Verdict.UNCHECKED, "2 of 3 cases did not run"),
        ("f", 3, Verdict.VIOLATED, "1 of 1 case failed"),
        ("", 3, Verdict.UNCHECKED, "not selected in this run"),
    ],
)
def test_verdict(cases, collected, verdict, reason):
    """A statement has the verdict of its form if all its cases ran and passed; one failure violates it."""
    statement, _ = statements_of(run_of({"test_new": cases}, collected={"thing.a": collected}))
    assert (statement.verdict, statement.reason, statement.says) == (verdict, reason, "It is new.")


@pytest.mark.parametrize(
    ("devices", "outcomes", "reason"),
    [
        (["CPU:0", "GPU:0"], "pf", "1 of 2 cases failed, on GPU:0 alone"),
        (["CPU:0", "GPU:0", "GPU:1"], "pff", "2 of 3 cases failed, on GPU:0 and GPU:1 alone"),
        (["CPU:0", "my_device:0"], "fp", "1 of 2 cases failed, on CPU:0 alone"),
        (["CPU:0", "GPU:0"], "ff", "2 of 2 cases failed"),
        (["GPU:0", "GPU:0"], "pf", "1 of 2 cases failed"),
        (["CPU:0", "GPU:0", None], "pff", "2 of 3 cases failed"),
        ([None, "GPU:0"], "pf", "1 of 2 cases failed"),
        (["CPU:0", "GPU:0"], "uf", "1 of 2 cases failed"),
    ],
)
def test_violated_on_a_device_alone(devices, outcomes, reason):
    """If a statement's cases fail on some devices and pass on others, the reason names those on which they fail."""
    run = run_of({"test_new": outcomes})
    for case, device in zip(run.results.values(), devices):
        case.device = device
    statement, _ = statements_of(run)
    assert (statement.verdict, statement.reason) == (Verdict.VIOLATED, reason)


def test_form_that_applies():
    """The record of a statement describes the form that applies to the install."""
    statement, _ = statements_of(run_of({"test_new": "p"}))
    assert (statement.kind, statement.era, statement.impact) == (Kind.CHANGED, "tensorflow>=2.2", Impact.SILENT)
    assert (statement.instead, statement.subject, statement.path) == ("new", "things", SPEC_FILE)


def test_unfinished_case():
    """A case that began and did not finish leaves its statement unchecked, and says so."""
    run = run_of({})
    run.case(f"{SPEC_FILE}::test_b")
    _, statement = statements_of(run)
    assert (statement.verdict, statement.reason) == (Verdict.UNCHECKED, "the case did not finish")


def test_first_line_is_the_reason():
    """Of an unchecked case that says more than one line the first is the statement's reason; none gets lost."""
    run = run_of({"test_b": "u"})
    run.case(f"{SPEC_FILE}::test_b[0]").message = "two files\na.json\nb.json"
    _, statement = statements_of(run)
    assert (statement.reason, statement.details) == ("two files", ["a.json", "b.json"])


def test_functions_left_out():
    """A form is checked only if each of its functions ran: here pytest was told to collect single cases."""
    statement, _ = statements_of(run_of({"test_new": "p"}, narrowed={"thing.a"}))
    assert (statement.verdict, statement.reason) == (Verdict.UNCHECKED, "not all of its cases were selected")


def test_not_selected():
    """Neither an obstacle nor an interruption is the reason for which a statement that was not selected is unchecked."""
    for known in ({}, {"obstacle": OBSTACLE}):
        for complete in (True, False):
            chosen, other = statements_of(run_of({}, selected={"thing.a"}, **known), complete)
            assert not other.selected
            assert chosen.selected == (bool(known) or not complete)


@pytest.mark.parametrize(
    ("obstacle", "complete", "reason"),
    [
        (OBSTACLE, True, "TensorFlow cannot be imported: it is damaged"),
        (OBSTACLE, False, "TensorFlow cannot be imported: it is damaged"),
        (None, False, "the run ended before this statement was checked"),
    ],
)
def test_why_nothing_ran(obstacle, complete, reason):
    """What was to be checked and was not is unchecked because of the obstacle, or because the run ended early."""
    assert {each.reason for each in statements_of(run_of({}, obstacle=obstacle), complete)} == {reason}


@pytest.mark.parametrize(
    ("lacks", "expected"),
    [(["tensorflow_hub", ""], "tensorflow_hub"), (["", "tensorflow_hub"], ""), (["", ""], "")],
)
def test_lacks(lacks, expected):
    """A statement lacks what its unchecked cases lack, unless one of them is unchecked for another reason."""
    run = run_of({"test_b": "up" if lacks[0] and not lacks[1] else "uu"})
    for number, part in enumerate(lacks):
        run.case(f"{SPEC_FILE}::test_b[{number}]").lacks = part
    assert statements_of(run)[1].lacks == expected


def test_violated_statement_lacks_nothing():
    """What a violated statement lacks does not matter."""
    run = run_of({"test_b": "fu"})
    run.case(f"{SPEC_FILE}::test_b[1]").lacks = "tensorflow_hub"
    assert (statements_of(run)[1].verdict, statements_of(run)[1].lacks) == (Verdict.VIOLATED, "")


def test_record_is_a_snapshot():
    """What a record says does not change when the run goes on."""
    run = run_of({"test_b": "p"}, problems=(Problem("a file is missing", "install it again"),))
    record = run.record(STARTED, 1.23456, False)
    run.case(f"{SPEC_FILE}::test_b[0]").outcome = Outcome.FAILED
    assert record.statements[1].cases[0].outcome is Outcome.PASSED
    assert (record.seconds, record.complete, record.started) == (1.235, False, STARTED)
    assert [problem.says for problem in record.problems] == ["a file is missing"]


@pytest.mark.parametrize("outcome", "pf")
def test_deviation(outcome):
    """The reason of a known deviation is recorded, whether or not the statement is violated."""
    run = run_of({"test_b": outcome}, deviations={"thing.b": [Deviation("patch 42")]})
    assert statements_of(run)[1].deviation == "patch 42"
    assert statements_of(run)[1].outdated == (("patch 42",) if outcome == "p" else ())


@pytest.mark.parametrize(("outcome", "collected"), [("u", 1), ("p", 2), ("", 1)])
def test_deviation_that_was_not_checked(outcome, collected):
    """Of a statement without a verdict nobody knows whether it still deviates."""
    known = {"deviations": {"thing.b": [Deviation("patch 42")]}, "collected": {"thing.b": collected}}
    assert statements_of(run_of({"test_b": outcome}, **known))[1].outdated == ()


@pytest.mark.parametrize(
    ("failing", "deviation", "reason", "outdated"),
    [
        (["GPU:0"], "patch 42", "1 of 2 cases failed, on GPU:0 alone", ()),
        (["CPU:0"], "", "1 of 2 cases failed, on CPU:0 alone; not known: CPU:0", ("GPU:0: patch 42",)),
        (["CPU:0", "GPU:0"], "", "2 of 2 cases failed; not known: CPU:0", ()),
        ([], "patch 42", "", ("GPU:0: patch 42",)),
    ],
)
def test_deviation_on_a_device(failing, deviation, reason, outdated):
    """A deviation on one device explains no failure on another."""
    run = run_of({"test_b": "pp"}, deviations={"thing.b": [Deviation("patch 42", parts=("GPU:0",))]})
    for case, device in zip(run.results.values(), ("CPU:0", "GPU:0")):
        case.device, case.outcome = device, Outcome.FAILED if device in failing else Outcome.PASSED
    thing = statements_of(run)[1]
    assert (thing.deviation, thing.reason, thing.outdated) == (deviation, reason, outdated)


@pytest.mark.parametrize(
    ("damaged", "verified", "deviation", "outdated"),
    [
        (["a.py", "b.py"], True, "patch 42", ()),
        (["a.py"], True, "patch 42", ("b.py: patch 42",)),
        (["a.py"], False, "patch 42", ()),
        (["a.py", "c.py"], True, "", ("b.py: patch 42",)),
    ],
)
def test_deviation_of_files(damaged, verified, deviation, outdated):
    """A deviation of some files explains no other; only if their content was compared are the others known to be right."""
    catalogue = Catalogue([function("test_files", holds("install.files"), "They are whole.")], {})
    known = {"install.files": [Deviation("patch 42", parts=("a.py", "b.py"))]}
    run = Run(catalogue, INSTALL, deviations=known, damaged=tuple(damaged), verified=verified)
    run.case(f"{SPEC_FILE}::test_files").outcome = Outcome.FAILED
    (files,) = statements_of(run)
    assert (files.deviation, files.outdated, files.files) == (deviation, outdated, tuple(damaged))
