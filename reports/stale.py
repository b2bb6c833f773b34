"""Which published records are not those of the present specification."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tf_conformance.records.record import Record, RecordError, read_record
from tf_conformance.records.wording import plural
from tf_conformance.statements.catalogue import Catalogue


def stale(published: Path, catalogue: Catalogue, environments: Sequence[str]) -> Iterator[str]:
    """What keeps the published records from being those of this specification on these tox environments."""
    paths = {path.stem: path for path in sorted(published.glob("*.json"))}
    for name in environments:
        if name not in paths:
            yield f"{name}: never published; tox run -e {name}, then tox run -e report"
    for name, path in paths.items():
        record = read_record(path)
        # The environments for accelerators are not of the matrix: whoever has one runs them.
        if name in environments or record.install.accelerators:
            yield from (f"{name}: {what}" for what in _outdated(record, catalogue))
        else:
            yield f"{name}: tox no longer has this environment; delete {path.name}"


def changed_files(record: Record, catalogue: Catalogue) -> list[str]:
    """The spec files that the record has in another state, does not have, or has though they are gone."""
    files = dict.fromkeys([*catalogue.digests, *record.specification])
    return [path for path in files if record.specification.get(path) != catalogue.digests.get(path)]


def matrix_environments(root: Path) -> list[str]:
    """The names of tox's environments with the label matrix. Raises RecordError if tox fails."""
    command = [sys.executable, "-m", "tox", "list", "-m", "matrix", "--no-desc", "-c", str(root / "tox.ini")]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    if listed.returncode:
        raise RecordError(f"tox list failed: {(listed.stderr or listed.stdout).strip().splitlines()[-1]}")
    return listed.stdout.split()


def _outdated(record: Record, catalogue: Catalogue) -> Iterator[str]:
    if not record.specification:
        yield "made by an earlier version of the kit; run all of it"
        return
    present = Counter(statement.path for statement in catalogue)
    recorded = Counter(statement.path for statement in record.statements)
    for path in changed_files(record, catalogue):
        if path in catalogue.digests:
            yield f"{plural(present[path], 'statement')} of {path}"
        else:
            yield f"{plural(recorded[path], 'statement')} of {path}, which no longer exists"
