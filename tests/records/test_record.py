"""The record: valid under its schema, and written whole or not at all."""

from __future__ import annotations

import json
import os

import jsonschema
import pytest

from tests import SCHEMA
from tests.records.test_run import run_of
from tf_conformance.records.record import record_of, write_record

STARTED = "2026-01-02T03:04:05+00:00"


def problems(record):
    """What the schema has against a record."""
    return [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(record)]


def test_schema_is_one():
    """The schema is itself valid."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("outcomes", [{}, {"test_new": "pp", "test_b": "p"}, {"test_new": "f", "test_b": "u"}], ids=str)
def test_records_are_valid(outcomes):
    """The records of runs are valid."""
    assert problems(record_of(run_of(**outcomes), STARTED, 1.23456, complete=True)) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda record: record.pop("install"),
        lambda record: record["statements"][0].update(verdict="fine"),
        lambda record: record["statements"][0].update(verdict="violated", reason=None),
        lambda record: record["statements"][0].update(cases=[]),
        lambda record: record.update(comment="edited by hand"),
    ],
)
def test_other_records_are_not(spoil):
    """A record that lacks a part, has another one, or contradicts itself is not valid."""
    record = record_of(run_of(test_new="p", test_b="p"), STARTED, 1.0, complete=True)
    spoil(record)
    assert problems(record) != []


def test_content():
    """A statement's record has its form, verdict, advice, and each of its cases."""
    record = record_of(run_of(test_new="pf", test_b="p"), STARTED, 1.23456, complete=False)
    assert (record["seconds"], record["complete"], record["started"]) == (1.235, False, STARTED)
    assert record["statements"][0] == {
        "id": "thing.a",
        "place": "Week 1, Section",
        "says": "It is new.",
        "form": {"kind": "changed", "era": "tensorflow>=2.2"},
        "verdict": "violated",
        "instead": "new",
        "reason": "1 of 2 cases failed",
        "deviation": None,
        "cases": [
            {"id": "spec/test_a.py::test_new[0]", "outcome": "passed", "seconds": 0.0, "device": None, "message": None},
            {
                "id": "spec/test_a.py::test_new[1]",
                "outcome": "failed",
                "seconds": 0.0,
                "device": None,
                "message": "because",
            },
        ],
    }


def test_written_with_usual_permissions(tmp_path):
    """The file can be read by whom the user's mask lets read."""
    write_record({"one": 1}, tmp_path / "r.json")
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8")) == {"one": 1}
    (tmp_path / "usual").touch()
    assert (tmp_path / "r.json").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_failed_write_loses_nothing(tmp_path):
    """Where writing fails the old record stays, and nothing is left beside it."""
    write_record({"one": 1}, tmp_path / "r.json")
    with pytest.raises(TypeError):
        write_record({"two": object()}, tmp_path / "r.json")
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8")) == {"one": 1}
    assert os.listdir(str(tmp_path)) == ["r.json"]
