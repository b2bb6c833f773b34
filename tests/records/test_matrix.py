"""The matrix: records side by side, where statements changed, and what is said of records that cannot be read."""

from __future__ import annotations

import json

import pytest

from tests.pretended.records import cell, record, write
from tf_conformance.records.matrix import RecordError, changes_along, find_column, read_column, read_matrix, spans


@pytest.fixture
def folder(tmp_path):
    """Records of six installs on three lines."""
    write(tmp_path, "tf2.9", tensorflow="2.9.3", keras="2.9.0", cells=[cell("thing.a"), cell("thing.b")])
    write(
        tmp_path, "tf2.10", tensorflow="2.10.1", keras="2.10.0", cells=[cell("thing.a"), cell("thing.b", "unchecked")]
    )
    changed = cell("thing.a", "changed", says="It is not.", instead="another")
    write(tmp_path, "tf2.16", tensorflow="2.16.2", keras="3.15.1", cells=[changed, cell("thing.b")])
    write(tmp_path, "tf2.16-keras3.10", tensorflow="2.16.2", keras="3.10.0", cells=[changed, cell("thing.b")])
    write(tmp_path, "tf2.16-keras3.9", tensorflow="2.16.2", keras="3.9.2", cells=[changed, cell("thing.b", "violated")])
    legacy = {"tensorflow": "2.16.2", "keras": "2.16.0", "keras_package": "tf_keras"}
    write(tmp_path, "tf2.16-legacy", cells=[cell("thing.a"), cell("thing.b")], **legacy)
    return tmp_path


def test_columns_stand_by_line_and_version(folder):
    """First TensorFlow with the Keras that comes with it, then with legacy Keras, then Keras 3; versions count as numbers."""
    matrix = read_matrix(folder)
    assert {line: [column.name for column in columns] for line, columns in matrix.lines().items()} == {
        "TensorFlow": ["tf2.9", "tf2.10", "tf2.16"],
        "Legacy Keras": ["tf2.16-legacy"],
        "Keras 3": ["tf2.16-keras3.9", "tf2.16-keras3.10"],
    }
    assert [column.label for column in matrix.columns] == ["2.9", "2.10", "2.16", "2.16", "3.9", "3.10"]
    assert matrix["tf2.16-keras3.9"].title == "TensorFlow 2.16.2 · Keras 3.9.2"


def test_counts(folder):
    """A column counts its verdicts."""
    column = read_matrix(folder)["tf2.16-keras3.9"]
    assert [column.count(verdict) for verdict in ("holds", "changed", "violated")] == [0, 1, 1]
    assert column.cells["thing.b"].failures == ("seen otherwise",)


def test_changes_have_their_first_version(folder):
    """A change stands at the first install on which it was seen."""
    columns = read_matrix(folder).lines()["TensorFlow"]
    (change,) = changes_along(columns, "thing.a")
    assert (change.column.name, change.before.says, change.after.says) == ("tf2.16", "It is.", "It is not.")


def test_unchecked_is_no_change(folder):
    """An install on which a statement was not checked neither begins nor ends a change."""
    columns = read_matrix(folder).lines()["TensorFlow"]
    assert list(changes_along(columns, "thing.b")) == []
    assert [(first.name, last.name, seen.verdict) for first, last, seen in spans(columns, "thing.b")] == [
        ("tf2.9", "tf2.9", "holds"),
        ("tf2.10", "tf2.10", "unchecked"),
        ("tf2.16", "tf2.16", "holds"),
    ]


def test_verdict_alone_is_a_change(folder):
    """A statement that is violated on one install and holds on the next is another one, though it says the same."""
    (change,) = changes_along(read_matrix(folder).lines()["Keras 3"], "thing.b")
    assert (change.before.verdict, change.after.verdict) == ("violated", "holds")


def test_column_by_name_or_by_file(folder):
    """A column is found by its published name and by the path of a record."""
    assert find_column("tf2.9", folder) == find_column(str(folder / "tf2.9.json"), folder)


def test_unknown_name_lists_those_that_there_are(folder):
    """The names stand in the order of their numbers."""
    with pytest.raises(RecordError) as error:
        find_column("tf2.99", folder)
    assert "tf2.99: no such file" in str(error.value)
    assert "tf2.9, tf2.10, tf2.16, tf2.16-keras3.9, tf2.16-keras3.10" in str(error.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "cannot be read"),
        ("{", "cannot be read"),
        ("[]", "no record of tf-conformance"),
        ('{"one": 1}', "no record of tf-conformance"),
        ('{"schema_version": 99}', "a record of version 99, this kit reads version 1"),
        ('{"schema_version": 1}', "damaged"),
        (json.dumps({**record(), "install": {}}), "damaged"),
        (json.dumps({**record(), "statements": [{"id": "thing.a"}]}), "damaged"),
        (json.dumps({**record(), "statements": 3}), "damaged"),
    ],
)
def test_what_is_no_record(tmp_path, text, says):
    """A file that is no record is named, with the reason, in one line."""
    path = tmp_path / "r.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecordError) as error:
        read_column(path)
    assert str(error.value).startswith(f"{path}: {says}")
    assert "\n" not in str(error.value)


def test_folder_without_records(tmp_path):
    """An empty folder is said to be empty."""
    with pytest.raises(RecordError, match="no records here"):
        read_matrix(tmp_path)
