"""The answer at the end of a run, in words."""

from __future__ import annotations

import pytest

from tests import CATALOGUE
from tests.pretended.installs import INSTALL
from tests.pretended.records import record, run_of, statement
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.accelerators import Accelerator
from tf_conformance.install.problem import Problem
from tf_conformance.records.answer import Tell, answer
from tf_conformance.records.record import CaseRecord
from tf_conformance.records.run import Run
from tf_conformance.records.verdict import Outcome
from tf_conformance.statements.form import Impact

OBSTACLE = Obstacle("TensorFlow cannot be imported", "it is damaged", "ImportError", ("install it again", "ask"))
HOLDS, VIOLATED = statement("thing.holds"), statement("thing.violated", "violated", reason="1 of 2 cases failed")
CHANGED = statement("thing.changed", "changed", says="It is new.", instead="new()", impact=Impact.ERROR)


def middle(*statements, tell=Tell.VERDICT, **fields):
    """The answer between the table and the verdict, for these statements."""
    lines = answer(record(statements, **fields), tell)
    return lines[lines.index(next(line for line in lines if line.startswith("  things"))) + 1 : -1]


@pytest.mark.parametrize(
    ("statements", "fields", "verdict"),
    [
        ([HOLDS, HOLDS], {}, "this install does what TensorFlow 2.21 should (2 statements, 2 cases, 1 s)"),
        ([HOLDS], {}, "this install does what TensorFlow 2.21 should (1 statement, 1 case, 1 s)"),
        (
            [HOLDS, statement("thing.b", "violated", deviation="patch 42")],
            {},
            "this install does what TensorFlow 2.21 should, but for 1 known deviation (2 statements, 2 cases, 1 s)",
        ),
        ([HOLDS, VIOLATED], {}, "this install violates 1 statement (2 statements, 2 cases, 1 s)"),
        ([VIOLATED] * 2, {}, "this install violates 2 statements (2 statements, 2 cases, 1 s)"),
        (
            [HOLDS, VIOLATED],
            {"complete": False},
            "this install violates 1 statement; the run did not finish (2 statements, 2 cases, 1 s)",
        ),
        (
            [HOLDS],
            {"complete": False},
            "the run did not finish; nothing is violated so far (1 statement, 1 case, 1 s)",
        ),
        ([statement("thing.b", "unchecked")], {}, "nothing was checked (1 statement, 1 case, 1 s)"),
        (
            [HOLDS],
            {"obstacle": OBSTACLE},
            "TensorFlow cannot be imported: it is damaged (1 statement, 1 case, 1 s)",
        ),
    ],
)
def test_last_line(statements, fields, verdict):
    """The last line judges the install."""
    assert answer(record(statements, **fields))[-1] == f"verdict: {verdict}"


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, " (1 test outside the specification failed)"), (3, " (3 tests outside the specification failed)")],
)
def test_failures_elsewhere(count, words):
    """The verdict does not hide that other tests of the same run failed."""
    assert answer(record([HOLDS]), elsewhere=count)[-1].endswith(f"should (1 statement, 1 case, 1 s){words}")


def test_counts():
    """A table counts the verdicts of each subject; only verdicts that occur have a column."""
    statements = [
        *[statement(f"one.n{number}", subject="the install") for number in range(12)],
        statement("two.a", "changed", subject="callbacks"),
        statement("one.b", "unchecked", subject="the install"),
    ]
    assert answer(record(statements))[:4] == [
        str(INSTALL),
        "               holds  changed  unchecked",
        "  the install     12                   1",
        "  callbacks                 1",
    ]


def test_counts_despite_an_obstacle():
    """If the install cannot be judged, the table counts only what was checked nevertheless."""
    unchecked = statement("two.a", "unchecked", subject="callbacks", reason=str(OBSTACLE))
    assert answer(record([statement("one.a", subject="the install"), unchecked], obstacle=OBSTACLE)) == [
        str(INSTALL),
        "               holds",
        "  the install      1",
        "  TensorFlow cannot be imported: it is damaged",
        "    evidence  ImportError",
        "    do 1      install it again",
        "    do 2      ask",
        "verdict: TensorFlow cannot be imported: it is damaged (2 statements, 2 cases, 1 s)",
    ]


def test_nothing_could_be_checked():
    """There is no table if there is nothing to count."""
    unchecked = statement("one.a", "unchecked", reason=str(OBSTACLE))
    assert answer(record([unchecked], obstacle=OBSTACLE))[1] == "  TensorFlow cannot be imported: it is damaged"


def test_problems():
    """What was found before the import is listed with what to do; the same advice is given once."""
    again = "install it again"
    problems = (
        Problem("a file is missing", again),
        Problem("KERAS_BACKEND is set", "unset it"),
        Problem("another, too", again),
    )
    assert middle(HOLDS, problems=problems) == [
        "  found before TensorFlow was imported:",
        "    a file is missing",
        "    another, too",
        "      do        install it again",
        "    KERAS_BACKEND is set",
        "      do        unset it",
    ]


def test_violations():
    """What is violated is listed with the reason and what the user can do."""
    lines = middle(HOLDS, VIOLATED)
    assert lines[:3] == ["  violated:", "    thing.violated: It is.", "      1 of 2 cases failed"]
    assert [line[:8] for line in lines[3:]] == ["    do 1", "    do 2"]
    assert "pytest spec/ -v --statement thing.violated" in lines[3]


def test_deviations():
    """Known deviations are listed, and what is to be removed from the file."""
    assert middle(
        statement("thing.a", "violated", deviation="patch 42"),
        statement("thing.b", deviation="patch 43", outdated=("patch 43",)),
        statement("thing.c", "unchecked", deviation="patch 44", lacks="a GPU"),
        statement("thing.d", "violated", deviation="patch 45", outdated=("GPU:0: patch 45",)),
    )[:6] == [
        "  known deviations:",
        "    thing.a: patch 42",
        "    thing.d: patch 45",
        "  no longer violated; remove them from the file:",
        "    thing.b: patch 43",
        "    thing.d: GPU:0: patch 45",
    ]


def test_unchecked():
    """What was not checked is listed by reason, one line per reason."""
    alone = statement("one.a", "unchecked", reason="no engine answers")
    many = [statement(f"two.n{number}", "unchecked", reason="it took too long") for number in range(6)]
    assert middle(alone, *many) == [
        "  unchecked:",
        "    no engine answers: one.a",
        "    it took too long: two.n0, two.n1, two.n2, two.n3 and 2 more",
    ]


def test_details_of_what_is_unchecked():
    """A case may say more than the line that sums it up: that is offered, and told with all else."""
    case = CaseRecord("x", message="two files\na.json\nb.json")
    files = statement("install.files", "unchecked", reason="two files", cases=(case,))
    told = ["  unchecked:", "    two files: install.files"]
    assert middle(files)[-3:] == [*told, "  to see everything that was left unchecked: --tell all"]
    assert middle(files, tell=Tell.ALL)[-4:] == [*told, "      a.json", "      b.json"]


def test_what_is_not_needed():
    """What right installs need not have takes one line for all."""
    hub = [statement(f"hub.n{number}", "unchecked", lacks="tensorflow_hub") for number in range(2)]
    weights = statement("zoo.a", "unchecked", lacks="ImageNet's weights; --allow-downloads fetches them")
    assert middle(*hub, weights) == [
        "  not available, and not needed: tensorflow_hub (2 statements), ImageNet's weights (1; --allow-downloads fetches them)"
    ]


@pytest.mark.parametrize(("count", "words"), [(1, "1 statement"), (2, "2 statements")])
def test_not_selected(count, words):
    """What was not selected is counted apart."""
    left = [statement(f"left.n{number}", "unchecked", reason="not selected in this run") for number in range(count)]
    assert middle(HOLDS, *left) == [f"  not selected: {words}"]
    assert answer(record([HOLDS, *left]))[-1].endswith("(1 statement, 1 case, 1 s)")


def test_more_is_offered():
    """What differs from the notes is listed only on request; the answer says how to ask."""
    (line,) = middle(HOLDS, CHANGED)
    assert "--tell changes" in line
    assert "--tell all" in line


def test_changes():
    """What differs from the notes is listed by impact, the worst first, then by subject, with what to write instead."""
    lines = middle(
        CHANGED,
        statement("thing.a", "defect", says="It is a.", impact=Impact.SILENT, subject="others"),
        statement("thing.b", "misstated", says="It is b.", instead="b", impact=Impact.SILENT),
        statement("thing.c", "changed", says="It is c.", impact=None),
        HOLDS,
        tell=Tell.CHANGES,
    )
    assert lines[1:] == [
        "  code that relies on the notes runs, but does something else (2 statements):",
        "    thing.a (others, defect): It is a.",
        "    thing.b (things, misstated): It is b.",
        "      instead: b",
        "  code that relies on the notes stops with an error (1 statement):",
        "    thing.changed (things, changed): It is new.",
        "      instead: new()",
        "  impact unknown (1 statement):",
        "    thing.c (things, changed): It is c.",
    ]


def test_everything():
    """All statements are listed, by subject."""
    assert middle(HOLDS, VIOLATED, CHANGED, tell=Tell.ALL)[:5] == [
        "  things:",
        "    holds      thing.holds: It is.",
        "    violated   thing.violated: It is.",
        "    changed    thing.changed: It is new.",
        "      instead: new()",
    ]


@pytest.mark.parametrize(("capability", "lines"), [("8.6", 1), ("9.0", 2)])
def test_accelerators(capability, lines):
    """Accelerators are described, with a word on those for which TensorFlow has no code ready."""
    gpu = Accelerator("GPU:0", "NVIDIA H200", 150 * 10**9, capability)
    build = {"cuda_compute_capabilities": "['sm_60', 'sm_80', 'compute_90']"}
    told = answer(record([], {"accelerators": [gpu], "build": build}))[1:-1]
    assert told[0] == f"  GPU:0: NVIDIA H200, 140 GiB, compute capability {capability}"
    assert len(told) == lines


def test_healthy_answer_is_short():
    """A run of the whole specification in which all is well takes no more than 20 lines."""
    run = Run(CATALOGUE, INSTALL)
    for function in CATALOGUE.functions():
        run.case(function.nodeid).outcome = Outcome.PASSED
    for number, function in enumerate(list(CATALOGUE.functions())[-3:]):
        case = run.case(function.nodeid)
        case.outcome, case.lacks = Outcome.UNCHECKED, f"part {number}"
    assert len(answer(run.record("", 32.0, True))) <= 20


def test_empty_run():
    """A run without cases has an answer as well."""
    assert answer(run_of({}).record("", 0.0, True)) == [
        str(INSTALL),
        "  not selected: 2 statements",
        "verdict: nothing was checked (0 statements, 0 cases, 0 s)",
    ]
