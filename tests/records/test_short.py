"""The published matrix in short says what the records say, or is not used."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.pretended.records import statement, write
from tf_conformance.records.matrix import PUBLISHED, read_matrix
from tf_conformance.records.record import CaseRecord
from tf_conformance.records.short import SHORT, matrix_in_short, short_text, without_details
from tf_conformance.records.verdict import Outcome

ERRING = CaseRecord("spec/test_a.py::test_a", Outcome.PASSED, 0.5, "CPU:0", "", errors=("ValueError: no",))
PLAIN = CaseRecord("spec/test_a.py::test_b", Outcome.PASSED, 0.5)


def told(matrix):
    """What a matrix says of each install, but for what questions about all of them do not need."""
    return [
        replace(column.record, specification={}, statements=tuple(map(without_details, column.record.statements)))
        for column in matrix.columns
    ]


@pytest.fixture
def folder(tmp_path):
    """Records of two installs that share a statement."""
    (tmp_path / "records").mkdir()
    shared = statement("thing.a", cases=(ERRING, PLAIN))
    write(tmp_path / "records", "tf2.9", [shared], install={"tensorflow": "2.9.3"})
    write(tmp_path / "records", "tf2.16", [shared, statement("thing.b", "violated")], install={"tensorflow": "2.16.2"})
    return tmp_path / "records"


@pytest.fixture
def short(folder, tmp_path):
    """The file in short that was made of them."""
    path = tmp_path / "matrix.json"
    path.write_text(short_text(read_matrix(folder), folder), encoding="utf-8")
    return path


def test_published():
    """What is published in short was made of the published records, and says the same."""
    whole = read_matrix()
    assert SHORT.read_text(encoding="utf-8") == short_text(whole, PUBLISHED)
    read = matrix_in_short()
    assert told(read) == told(whole)
    assert [(column.name, column.series) for column in read.columns] == [
        (column.name, column.series) for column in whole.columns
    ]


def test_errors_stay(folder, short):
    """Of the cases, those with errors stay, without the time that they took."""
    (kept,) = matrix_in_short(folder, short)["tf2.9"].statements["thing.a"].cases
    assert kept == replace(ERRING, seconds=0.0)


def test_what_records_share_is_read_once(folder, short):
    """A statement that two records share is one object: the records themselves were not read."""
    before, after = (column.statements["thing.a"] for column in matrix_in_short(folder, short).columns)
    assert before is after


@pytest.mark.parametrize(
    "edit",
    [
        lambda folder: write(
            folder, "tf2.16", [statement("thing.a", says="Edited.")], install={"tensorflow": "2.16.2"}
        ),
        lambda folder: write(folder, "tf2.17", [statement("thing.a", says="Added.")], install={"tensorflow": "2.17.1"}),
        lambda folder: (folder / "tf2.16.json").unlink(),
        lambda folder: (folder / "tf2.16.json").rename(folder / "other.json"),
    ],
)
def test_other_records_are_read_themselves(folder, short, edit):
    """After a record was edited, added, deleted or renamed, all are read."""
    edit(folder)
    assert [column.record for column in matrix_in_short(folder, short).columns] == [
        column.record for column in read_matrix(folder).columns
    ]


@pytest.mark.parametrize("content", [None, "{", '["not", "a matrix"]'])
def test_without_a_whole_file(folder, tmp_path, content):
    """Without a file in short, or with a damaged one, the records are read."""
    short = tmp_path / "matrix.json"
    if content:
        short.write_text(content, encoding="utf-8")
    read = matrix_in_short(folder, short)
    assert [column.record for column in read.columns] == [column.record for column in read_matrix(folder).columns]
