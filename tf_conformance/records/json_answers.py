"""What answers in JSON have in common."""

from __future__ import annotations

import json
from typing import Any

from tf_conformance.records.matrix import Column
from tf_conformance.records.record import StatementRecord


def json_text(data: Any) -> str:
    """An answer as text."""
    return json.dumps(data, indent=1, ensure_ascii=False)


def install_data(column: Column) -> dict[str, str]:
    """Which install is meant."""
    install = column.record.install
    return {"name": column.name, "tensorflow": install.tensorflow, "keras": install.keras}


def statement_data(statement: StatementRecord) -> dict[str, Any]:
    """What a statement is on an install."""
    return {
        "verdict": statement.verdict,
        "says": statement.says,
        "instead": statement.instead or None,
        "reason": statement.reason or None,
    }
