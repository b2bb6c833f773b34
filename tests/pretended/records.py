"""Small records, for the tests of what is made of records."""

from __future__ import annotations

import json

from tests.records.test_run import INSTALL


def cell(id_, verdict="holds", says="It is.", instead="", kind=None, place="Week 1, Section"):
    """The record of a statement with one case."""
    outcome = {"violated": "failed", "unchecked": "unchecked"}.get(verdict, "passed")
    kind = kind or ("holds" if outcome != "passed" else verdict)
    return {
        "id": id_,
        "place": place,
        "says": says,
        "form": {"kind": kind, "era": ""},
        "verdict": verdict,
        "instead": instead or None,
        "reason": None if outcome == "passed" else "because",
        "deviation": None,
        "cases": [
            {
                "id": "spec/test_a.py::test_{}".format(id_.partition(".")[2]),
                "outcome": outcome,
                "seconds": 0.1,
                "device": None,
                "message": "seen otherwise" if outcome == "failed" else None,
            }
        ],
    }


def record(cells=(), complete=True, specification="0" * 64, **install):
    """A record of an install."""
    return {
        "schema_version": 1,
        "kit_version": "0.1.0",
        "specification": specification,
        "install": {**INSTALL.as_json(), **install},
        "started": "2026-01-02T03:04:05+00:00",
        "seconds": 1.0,
        "complete": complete,
        "obstacle": None,
        "statements": list(cells),
    }


def write(folder, name, **settings):
    """Writes a record to a folder; returns its path."""
    path = folder / (name + ".json")
    path.write_text(json.dumps(record(**settings)), encoding="utf-8")
    return path
