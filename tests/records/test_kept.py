"""What earlier releases wrote, and users wrote for them, is kept in kept/, a file for each format, and still works."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from tf_conformance.records.deviations_file import deviations_file, read_deviations
from tf_conformance.records.difference import difference_of
from tf_conformance.records.history import History, matching_ids
from tf_conformance.records.matrix import Matrix, read_column
from tf_conformance.records.record import read_record

KEPT = Path(__file__).parent / "kept"
RECORDS = sorted(KEPT.glob("*.json"))
VERSIONS = {"tensorflow": Version("2.21"), "keras": Version("3.15"), "numpy": Version("2"), "python": Version("3.13")}


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_record(path, catalogue):
    """A record of an earlier release is read, each of its ids is that of a statement, and its known deviations are there."""
    record = read_record(path)
    assert len(record.statements) >= 4
    assert [statement.id for statement in record.statements if statement.id not in catalogue] == []
    assert 'reason = "our patch 4' in deviations_file(record)


@pytest.mark.parametrize("path", sorted(KEPT.glob("*.toml")), ids=lambda path: path.stem)
def test_deviations(path, catalogue):
    """A deviations file of an earlier release is read."""
    assert "checkpoint.save-freq" in read_deviations(path, catalogue, VERSIONS).by_statement


def test_comparison():
    """Records from before and after an id was changed are compared, and have one history, which the earlier id finds too."""
    columns = [read_column(path) for path in RECORDS]
    assert len(columns) == 3
    difference = difference_of(*columns[:2])
    assert [id_ for id_, reason in difference.uncompared.items() if "not in the record" in reason] == [
        "install.cuda-libraries"  # which the first did not have
    ]
    matrix = Matrix(columns[:2])
    assert matching_ids(matrix, "reduce-lr.behaviour") == ["reduce-lr.behavior"]
    assert next(History(matrix, "reduce-lr.behavior").lines()).startswith("reduce-lr.behavior  (")
