"""What changes for a user who moves from one install to another."""

from __future__ import annotations

import json

import pytest

from tests.pretended.records import record, statement, write
from tf_conformance.records.difference import difference_of
from tf_conformance.records.difference_formats import as_json, as_markdown, as_text
from tf_conformance.records.matrix import Column, read_column
from tf_conformance.statements.form import Impact

BEFORE = [
    statement("same.a"),
    statement("moved.a", says="It was."),
    statement("moved.b", "changed", says="It was first.", instead="first", impact=Impact.LOOKS),
    statement("moved.c", says="It works."),
    statement("moved.d", "defect", says="It is broken.", impact=Impact.ERROR),
    statement("moved.e", says="It is old."),
    statement("lost.a", "unchecked"),
    statement("lost.b"),
]
AFTER = [
    statement("same.a"),
    statement("moved.b", "changed", says="It is second.", instead="second", impact=Impact.LOOKS),
    statement("moved.d", says="It works again."),
    statement("moved.a", "changed", says="It is a|b.", instead="new", impact=Impact.SILENT),
    statement("moved.c", "violated", says="It works."),
    statement("moved.e", "changed", says="It is new.", impact=None),
    statement("lost.a"),
    statement("only.b"),
]


@pytest.fixture
def difference(tmp_path):
    """Two installs that differ in every way."""
    before = write(tmp_path, "tf2.15", BEFORE, install={"tensorflow": "2.15.1", "keras": "2.15.0"})
    after = write(tmp_path, "tf2.16", AFTER, install={"tensorflow": "2.16.2", "keras": "3.15.1"})
    return difference_of(read_column(before), read_column(after))


def test_what_changed(difference):
    """Another verdict, another sentence, or both, is a change; what one side did not check is listed apart."""
    assert {move.after.id for move in difference.moves} == {"moved.a", "moved.b", "moved.c", "moved.d", "moved.e"}
    assert difference.uncompared == {
        "lost.a": "unchecked on tf2.15: because",
        "only.b": "not in the record of tf2.15",
        "lost.b": "not in the record of tf2.16",
    }
    assert difference.unchanged == 1


def test_worst_first(difference):
    """A violation comes first, then what is silent, an error, only looks different, and what has no known impact."""
    assert [(move.after.id, move.impact) for move in difference.moves] == [
        ("moved.c", None),
        ("moved.a", Impact.SILENT),
        ("moved.d", Impact.ERROR),
        ("moved.b", Impact.LOOKS),
        ("moved.e", None),
    ]


def test_text(difference):
    """The text names both installs, and each change with what to write instead."""
    assert as_text(difference).splitlines() == [
        "from  TensorFlow 2.15.1 · Keras 2.15.0",
        "to    TensorFlow 2.16.2 · Keras 3.15.1",
        "5 statements different, 1 the same, 3 not compared",
        "",
        "violated",
        "  moved.c  (things)",
        "    from     holds      It works.",
        "    to       violated   It works.",
        "    violated because",
        "",
        "silent: the same code runs, but does something else",
        "  moved.a  (things)",
        "    from     holds      It was.",
        "    to       changed    It is a|b.",
        "    instead  new",
        "",
        "error: the same code stops with an error",
        "  moved.d  (things)",
        "    from     defect     It is broken.",
        "    to       holds      It works again.",
        "",
        "looks: the same code does the same, but a name, a text or a warning differs",
        "  moved.b  (things)",
        "    from     changed    It was first.",
        "    to       changed    It is second.",
        "    instead  second",
        "",
        "impact unknown",
        "  moved.e  (things)",
        "    from     holds      It is old.",
        "    to       changed    It is new.",
        "",
        "not compared",
        "  unchecked on tf2.15: because: lost.a",
        "  not in the record of tf2.15: only.b",
        "  not in the record of tf2.16: lost.b",
    ]


def test_markdown(difference):
    """There is one row per change; what would end a cell of the table is escaped."""
    rows = [line for line in as_markdown(difference).splitlines() if line.startswith("| `")]
    assert rows == [
        "| `moved.c` |  | *holds*: It works. | *violated*: It works. (because) |  |",
        "| `moved.a` | silent | *holds*: It was. | *changed*: It is a\\|b. | new |",
        "| `moved.d` | error | *defect*: It is broken. | *holds*: It works again. |  |",
        "| `moved.b` | looks | *changed*: It was first. | *changed*: It is second. | second |",
        "| `moved.e` |  | *holds*: It is old. | *changed*: It is new. |  |",
    ]


def test_json(difference):
    """The data say the same."""
    data = json.loads(as_json(difference))
    assert data["from"] == {"name": "tf2.15", "tensorflow": "2.15.1", "keras": "2.15.0"}
    assert (data["unchanged"], len(data["uncompared"])) == (1, 3)
    assert data["changes"][1] == {
        "id": "moved.a",
        "place": "Week 1, Section",
        "subject": "things",
        "impact": "silent",
        "from": {"verdict": "holds", "says": "It was.", "instead": None, "reason": None},
        "to": {"verdict": "changed", "says": "It is a|b.", "instead": "new", "reason": None},
    }


def test_same_install_differs_in_nothing(tmp_path):
    """An install is the same as itself."""
    column = read_column(write(tmp_path, "tf2.15", BEFORE))
    difference = difference_of(column, column)
    assert (difference.moves, difference.unchanged) == ([], 7)
    assert as_text(difference).splitlines()[2] == "0 statements different, 7 the same, 1 not compared"


def test_what_is_not_compared_for_one_reason():
    """Of many statements that are not compared for one reason, a few are named: a run of the core leaves out hundreds."""
    ids = [f"thing.{letter}" for letter in "abcdef"]
    all_of_them = Column("tf2.21", record(list(map(statement, ids))))
    core = Column("mine", record([statement(id_, "unchecked", reason="not selected in this run") for id_ in ids]))
    text = as_text(difference_of(all_of_them, core))
    assert text.splitlines()[-2:] == [
        "not compared",
        "  unchecked on mine: not selected in this run: thing.a, thing.b, thing.c, thing.d and 2 more",
    ]
