"""The record: its fields are those of its schema, and it can be read again."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import jsonschema
import pytest

from tests import ROOT, SCHEMA
from tests.pretended.installs import INSTALL
from tests.pretended.records import STARTED, record, run_of, statement
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.accelerators import Accelerator
from tf_conformance.install.install import Install
from tf_conformance.install.problem import Problem
from tf_conformance.records.record import CaseRecord, Record, RecordError, StatementRecord, read_record
from tf_conformance.records.verdict import Outcome, Verdict
from tf_conformance.statements.form import ID, Impact, Kind

OBSTACLE = Obstacle(
    "TensorFlow cannot be imported", "it is damaged", "ImportError", ("first this", "then that"), "trace"
)
PROBLEM = Problem("a file is missing", "install it again")
STATEMENTS = {
    "holds": statement("thing.a"),
    "changed": statement("thing.a", "changed", instead="new"),
    "violated": statement("thing.a", "violated", deviation="patch 42"),
    "unchecked": statement("thing.a", "unchecked", lacks="tensorflow_hub", impact=Impact.LOOKS, kind=Kind.DEFECT),
    "not selected": statement("thing.a", "unchecked", cases=()),
    "files": statement("install.files", "violated", files=("a.py", "b.py"), outdated=("c.py: patch 42",)),
}
RECORDS = {
    **{name: record([each]) for name, each in STATEMENTS.items()},
    "accelerators": record(
        [STATEMENTS["holds"]],
        install={
            "devices": ["CPU:0", "GPU:0", "TPU:0"],
            "accelerators": [
                Accelerator("GPU:0", "NVIDIA H200", 2**37, "9.0", "580.159.04", "12.9", "9.28.0"),
                Accelerator("TPU:0"),
            ],
        },
    ),
    "run": run_of({"test_new": "pf", "test_b": "u"}, problems=(PROBLEM,)).record(STARTED, 1.23456, False),
    "obstacle": record(list(STATEMENTS.values()), obstacle=OBSTACLE, problems=(PROBLEM,)),
}


def complaints(data):
    """What the schema has against a record."""
    return [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(data)]


def test_schema_is_one():
    """The schema itself is valid."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("kind", "schema", "more", "less", "optional"),
    [
        (Record, SCHEMA, {"schema_version"}, set(), set()),
        (Install, SCHEMA["$defs"]["install"], set(), set(), {"accelerators"}),
        (Accelerator, SCHEMA["$defs"]["accelerator"], set(), set(), set()),
        (Problem, SCHEMA["$defs"]["problem"], set(), {"breaks"}, set()),
        (Obstacle, SCHEMA["$defs"]["obstacle"], set(), {"trace"}, set()),
        (StatementRecord, SCHEMA["$defs"]["statement"], set(), set(), {"files", "outdated"}),
        (CaseRecord, SCHEMA["$defs"]["case"], set(), set(), {"errors"}),
    ],
)
def test_schema_has_each_field_and_no_other(kind, schema, more, less, optional):
    """Each field of a record is in the schema, which allows no other; an obstacle's trace, and whether a problem breaks, are not recorded.

    All are required but what was added since version 2 of the schema.
    """
    expected = ({field.name for field in fields(kind)} | more) - less
    assert set(schema["properties"]) == expected
    assert set(schema["required"]) == expected - optional
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("words", "schema"),
    [
        (Kind, SCHEMA["$defs"]["statement"]["properties"]["kind"]),
        (Verdict, SCHEMA["$defs"]["statement"]["properties"]["verdict"]),
        (Outcome, SCHEMA["$defs"]["case"]["properties"]["outcome"]),
        ((*Impact, None), SCHEMA["$defs"]["statement"]["properties"]["impact"]),  # a form that holds has none
    ],
)
def test_schema_has_each_word(words, schema):
    """The schema knows the words of the code."""
    assert schema["enum"] == list(words)


def test_ids():
    """The schema and the decorators ask for the same ids."""
    assert SCHEMA["$defs"]["statement"]["properties"]["id"]["pattern"] == f"^{ID.pattern}$"


@pytest.mark.parametrize("name", RECORDS)
def test_records_are_valid(name):
    """A written record is valid."""
    assert complaints(json.loads(RECORDS[name].to_text())) == []


@pytest.mark.parametrize("name", RECORDS)
def test_read_again(name):
    """A record that is read again is the same."""
    assert Record.from_json(json.loads(RECORDS[name].to_text())) == RECORDS[name]


def test_trace_is_not_on_record():
    """The trace of an obstacle is long and has the user's paths."""
    assert "trace" not in RECORDS["obstacle"].to_json()["obstacle"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("install"),
        lambda data: data.update(comment="edited by hand"),
        lambda data: data.update(specification="0" * 64),
        lambda data: data["statements"][0].update(verdict="fine"),
        lambda data: data["statements"][0].update(verdict="violated", reason=None),
        lambda data: data["statements"][0].update(cases=[]),
        lambda data: data["statements"][0].update(impact="silent"),
        lambda data: data["statements"][0].update(comment="edited by hand"),
        lambda data: data["statements"][0]["cases"][0].pop("lacks"),
    ],
)
def test_other_records_are_not_valid(spoil):
    """A record that lacks a part, has another one or contradicts itself is not valid."""
    data = record([statement("thing.a")]).to_json()
    spoil(data)
    assert complaints(data) != []


def test_absent_texts_are_null():
    """Programs find null if there is nothing to say."""
    (data,) = record([statement("thing.a")]).to_json()["statements"]
    assert [data[name] for name in ("impact", "instead", "reason", "deviation", "lacks")] == [None] * 5
    assert [data["cases"][0][name] for name in ("device", "message", "lacks")] == [None] * 3


VERSION_1 = {
    "schema_version": 1,
    "kit_version": "0.1.0",
    "specification": "0" * 64,
    "install": INSTALL.to_json(),
    "started": STARTED,
    "seconds": 1.0,
    "complete": True,
    "obstacle": {"what": "it", "cause": "because", "evidence": "error", "advice": "do this"},
    "statements": [
        {
            "id": "thing.a",
            "place": "Week 1, Section",
            "says": "It is.",
            "form": {"kind": "changed", "era": "keras>=3"},
            "verdict": "changed",
            "instead": "new",
            "reason": None,
            "deviation": None,
            "cases": [{"id": "a::b", "outcome": "passed", "seconds": 0.1, "device": "CPU:0", "message": None}],
        }
    ],
}


def test_version_1_is_read():
    """A record of the first version of the schema lacks some facts; its place takes the part of the subject."""
    old = Record.from_json(VERSION_1)
    assert (old.specification, old.problems, old.obstacle.advice) == ({}, (), ("do this",))
    expected = statement(
        "thing.a", "changed", instead="new", era="keras>=3", impact=None, subject="Week 1, Section", path=""
    )
    assert old.statements == (replace(expected, cases=(CaseRecord("a::b", Outcome.PASSED, 0.1, "CPU:0", message=""),)),)


def test_published_records_are_read():
    """The published records can be read, whichever version of the schema they have."""
    paths = sorted((ROOT / "reports" / "records").glob("*.json"))
    assert paths
    assert all(read_record(path).statements for path in paths)


def test_file_from_windows(tmp_path):
    """What an editor on Windows made of a record can be read: with a mark at the beginning, and other line ends."""
    text = "\ufeff" + record().to_text().replace("\n", "\r\n")
    (tmp_path / "r.json").write_bytes(text.encode("utf-8"))
    assert read_record(tmp_path / "r.json") == record()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "cannot be read: it is empty"),
        ("{", "cannot be read: it is not JSON, or was cut off in line 1"),
        ("[" * 100_000, "cannot be read: maximum recursion depth"),
        ("[]", "not a record of tf-conformance"),
        ("null", "not a record of tf-conformance"),
        ('{"schema_version": "2"}', "not a record of tf-conformance"),
        ('{"one": 1}', "not a record of tf-conformance"),
        ('{"schema_version": 99}', "a record of version 99, but this kit reads versions 1 to 2"),
        ('{"schema_version": 1}', "damaged"),
        ('{"schema_version": 2}', "damaged"),
        (json.dumps({**record().to_json(), "install": {}}), "damaged"),
        (json.dumps({**record().to_json(), "comment": ""}), "damaged"),
        (json.dumps({**record().to_json(), "statements": [{"id": "thing.a"}]}), "damaged"),
        (json.dumps({**record().to_json(), "statements": 3}), "damaged"),
        (json.dumps({**VERSION_1, "statements": 3}), "damaged"),
    ],
)
def test_other_files(tmp_path, text, says):
    """A file that is not a record is named, with the reason, in one line."""
    path = tmp_path / "r.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecordError) as error:
        read_record(path)
    assert str(error.value).startswith(f"{path}: {says}")
    assert "\n" not in str(error.value)
