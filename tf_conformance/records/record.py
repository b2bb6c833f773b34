"""The record of a run: one JSON file, described by reports/record.schema.json."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tf_conformance import __version__
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.records.run import Run, StatementResult

SCHEMA_VERSION = 1


def record_of(run: Run, started: str, seconds: float, complete: bool) -> dict[str, Any]:
    """The record as JSON data. ``started`` is ISO 8601 in UTC; ``complete`` is false until the run has ended."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kit_version": __version__,
        "specification": run.catalogue.digest,
        "install": run.install.as_json(),
        "started": started,
        "seconds": round(seconds, 3),
        "complete": complete,
        "obstacle": _obstacle_record(run.obstacle),
        "statements": [_statement_record(result) for result in run.statements()],
    }


def write_record(record: dict[str, Any], path: Path) -> None:
    """Writes the record so that ``path`` holds the old one or the new one whole, never a part."""
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=str(path.parent), prefix=path.name + ".", suffix=".part", delete=False
    ) as part:
        try:
            part.write(text)
            part.close()
            os.chmod(part.name, 0o666 & ~_umask())
            os.replace(part.name, str(path))
        except BaseException:
            os.unlink(part.name)
            raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _obstacle_record(obstacle: Obstacle | None) -> dict[str, str] | None:
    """The obstacle without its trace, which is long and full of paths."""
    return {key: value for key, value in obstacle.as_json().items() if key != "trace"} if obstacle else None


def _statement_record(result: StatementResult) -> dict[str, Any]:
    return {
        "id": result.statement.id,
        "place": result.statement.place,
        "says": result.says,
        "form": {"kind": str(result.form.kind), "era": result.form.era.text},
        "verdict": str(result.verdict),
        "instead": result.form.instead or None,
        "reason": result.reason or None,
        "deviation": result.deviation or None,
        "cases": [
            {**asdict(case), "seconds": round(case.seconds, 4), "message": case.message or None}
            for case in result.cases
        ],
    }
