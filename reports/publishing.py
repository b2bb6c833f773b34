"""Which records are published, and which of them no longer say what the specification says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tf_conformance.records.matrix import RecordError, read_column


def publish(made: Path, published: Path) -> Iterator[str]:
    """Copies the records of finished runs to where they are published; says what became of each.

    Raises RecordError, before any is copied, where one cannot be read.
    """
    columns = [read_column(path) for path in sorted(made.glob("*.json"))]
    if not columns:
        raise RecordError(f"{made}: no records here; tox run -m matrix makes them")
    published.mkdir(exist_ok=True)
    for column in columns:
        if not column.complete:
            yield f"{column.name}: left out, its run was interrupted; run it again: tox run -e {column.name}"
            continue
        part = published / f"{column.name}.json.part"
        shutil.copyfile(made / f"{column.name}.json", part)
        part.replace(published / f"{column.name}.json")
        yield f"{column.name}: published"


def stale(published: Path, specification: str, environments: list[str]) -> Iterator[str]:
    """What keeps the published records from being those of this specification on these tox environments."""
    names = {path.stem for path in published.glob("*.json")}
    for name in environments:
        if name not in names:
            yield f"{name}: never published; tox run -e {name}, then tox run -e report"
    for path in sorted(published.glob("*.json")):
        if path.stem not in environments:
            yield f"{path.stem}: tox has no such environment (any more); delete {path.name}"
        elif read_column(path).specification != specification:
            yield f"{path.stem}: made with another state of spec/; tox run -e {path.stem}, then tox run -e report"


def matrix_environments(root: Path) -> list[str]:
    """The names of tox's environments of the label matrix."""
    command = [sys.executable, "-m", "tox", "list", "-m", "matrix", "--no-desc", "-c", str(root / "tox.ini")]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    if listed.returncode:
        raise RecordError(f"tox list failed: {(listed.stderr or listed.stdout).strip().splitlines()[-1]}")
    return listed.stdout.split()
