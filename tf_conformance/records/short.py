"""The published matrix in short: one file with what questions about all records need, read in a fraction of the time."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Iterator

from tf_conformance.records.matrix import PUBLISHED, Column, Matrix, read_matrix
from tf_conformance.records.record import Record, StatementRecord

SHORT = PUBLISHED.parent / "matrix.json"


def matrix_in_short(folder: Path = PUBLISHED, short: Path = SHORT) -> Matrix:
    """The matrix of all records in a folder, with only those cases that have errors. Raises RecordError.

    What is in short was made of other records if its digest is not theirs; then, and if it is damaged, the records are read.
    """
    data = _data(short)
    if data.get("digest") != _digest(folder):
        return read_matrix(folder)
    statements = [StatementRecord.from_json(statement) for statement in data["statements"]]
    return Matrix(_columns(data["records"], statements))


def _data(short: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(short.read_bytes()))
    except (OSError, ValueError):
        return {}


def _columns(records: dict[str, Any], statements: list[StatementRecord]) -> Iterator[Column]:
    for name, record in records.items():
        its = tuple(statements[number] for number in record["statements"])
        yield Column(name, replace(Record.from_json({**record, "statements": []}), statements=its))


def short_text(matrix: Matrix, folder: Path = PUBLISHED) -> str:
    """The matrix of the records in a folder as the text of the short file, which has what several records share only once."""
    numbers: dict[str, int] = {}
    records: dict[str, dict[str, Any]] = {}
    for column in matrix.columns:
        texts = [json.dumps(without_details(each).to_json(), ensure_ascii=False) for each in column.record.statements]
        its = [numbers.setdefault(text, len(numbers)) for text in texts]
        records[column.name] = {**replace(column.record, specification={}, statements=()).to_json(), "statements": its}
    data = {"digest": _digest(folder), "records": records, "statements": [*map(json.loads, numbers)]}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"


def without_details(statement: StatementRecord) -> StatementRecord:
    """The statement with the errors of its cases alone."""
    return replace(statement, cases=tuple(replace(case, seconds=0.0) for case in statement.cases if case.errors))


def _digest(folder: Path) -> str:
    """Of the names and the contents of all records in a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.json")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
