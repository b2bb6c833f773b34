"""What changes for a user who moves from one install to another."""

from __future__ import annotations

import json

import pytest

from tests.pretended.records import cell, write
from tf_conformance.records.difference import as_json, as_markdown, as_text, difference_of
from tf_conformance.records.matrix import read_column

BEFORE = [
    cell("same.a"),
    cell("moved.a", says="It was."),
    cell("moved.b", "changed", says="It was first.", instead="first"),
    cell("moved.c", says="It works."),
    cell("lost.a", "unchecked"),
    cell("lost.b"),
]
AFTER = [
    cell("same.a"),
    cell("moved.a", "changed", says="It is a|b.", instead="new"),
    cell("moved.b", "changed", says="It is second.", instead="second"),
    cell("moved.c", "violated", says="It works."),
    cell("lost.a"),
    cell("only.b"),
]


@pytest.fixture
def difference(tmp_path):
    """Two installs that differ in every way."""
    before = read_column(write(tmp_path, "tf2.15", tensorflow="2.15.1", keras="2.15.0", cells=BEFORE))
    after = read_column(write(tmp_path, "tf2.16", tensorflow="2.16.2", keras="3.15.1", cells=AFTER))
    return difference_of(before, after)


def test_what_changed(difference):
    """Another verdict, another sentence, or both, is a change; what one side did not check is told apart."""
    assert [after.id for _, after in difference.changes] == ["moved.a", "moved.b", "moved.c"]
    assert difference.uncompared == [
        ("lost.a", "unchecked on tf2.15: because"),
        ("only.b", "not in the record of tf2.15"),
        ("lost.b", "not in the record of tf2.16"),
    ]
    assert difference.unchanged == 1


def test_text(difference):
    """The text names both installs, and each change with what to write instead."""
    assert as_text(difference).splitlines() == [
        "from  TensorFlow 2.15.1 · Keras 2.15.0",
        "to    TensorFlow 2.16.2 · Keras 3.15.1",
        "3 statements differ, 1 are the same, 3 could not be compared",
        "",
        "Week 1, Section",
        "  moved.a",
        "    from     holds      It was.",
        "    to       changed    It is a|b.",
        "    instead  new",
        "  moved.b",
        "    from     changed    It was first.",
        "    to       changed    It is second.",
        "    instead  second",
        "  moved.c",
        "    from     holds      It works.",
        "    to       violated   It works.",
        "",
        "Not compared",
        "  lost.a: unchecked on tf2.15: because",
        "  only.b: not in the record of tf2.15",
        "  lost.b: not in the record of tf2.16",
    ]


def test_markdown(difference):
    """A row a change; what would end a cell of the table is escaped."""
    rows = [line for line in as_markdown(difference).splitlines() if line.startswith("| `")]
    assert rows == [
        "| `moved.a` | *holds*: It was. | *changed*: It is a\\|b. | new |",
        "| `moved.b` | *changed*: It was first. | *changed*: It is second. | second |",
        "| `moved.c` | *holds*: It works. | *violated*: It works. |  |",
    ]


def test_json(difference):
    """The data say the same."""
    data = json.loads(as_json(difference))
    assert data["from"] == {"name": "tf2.15", "tensorflow": "2.15.1", "keras": "2.15.0"}
    assert (data["unchanged"], len(data["uncompared"])) == (1, 3)
    assert data["changes"][0] == {
        "id": "moved.a",
        "place": "Week 1, Section",
        "from": {"verdict": "holds", "says": "It was.", "instead": None},
        "to": {"verdict": "changed", "says": "It is a|b.", "instead": "new"},
    }


def test_same_install_differs_in_nothing(tmp_path):
    """An install is the same as itself."""
    column = read_column(write(tmp_path, "tf2.15", cells=BEFORE))
    difference = difference_of(column, column)
    assert (difference.changes, difference.unchanged) == ([], 5)
