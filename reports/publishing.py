"""Publishes the records of finished runs, whole or merged into what is published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reports.merging import merged, run_all, skipped_ids
from tf_conformance.records.files import write_whole
from tf_conformance.records.record import Record, RecordError, read_record


def publish(made: Path, published: Path) -> Iterator[str]:
    """Publishes the records in a folder; says what became of each.

    A record of the whole specification replaces the published one of the same name, any other is merged into it. Raises
    RecordError, before any is published, if one of them cannot be read.
    """
    records = {path: read_record(path) for path in sorted(made.glob("*.json"))}
    if not records:
        raise RecordError(f"{made}: no records here; tox run -m matrix makes them")
    published.mkdir(exist_ok=True)
    for path, record in records.items():
        try:
            yield f"{path.stem}: {_publish(path, record, published / path.name)}"
        except RecordError as error:
            yield f"{path.stem}: left out: {error}"


def _publish(made: Path, record: Record, published: Path) -> str:
    name, skipped = made.stem, skipped_ids(record)
    if not record.complete:
        raise RecordError(f"its run was interrupted; run it again: tox run -e {name}")
    if record.obstacle:
        raise RecordError(f"{record.obstacle}; run it again: tox run -e {name}")
    if len(skipped) == len(record.statements):
        raise RecordError(f"its run selected no statement; {run_all(name)}")
    if not skipped:
        write_whole(published, made.read_text(encoding="utf-8"))
        return "published"
    if not published.exists():
        raise RecordError(f"nothing is published to merge its statements into; {run_all(name)}")
    write_whole(published, merged(name, read_record(published), record).to_text())
    return (
        f"{len(record.statements) - len(skipped)} of {len(record.statements)} statements merged into what is published"
    )
