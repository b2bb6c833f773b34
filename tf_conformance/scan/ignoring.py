"""Comments that say not to mind statements on a line: ``# tf-conformance: ignore[compile.read-back]``."""

from __future__ import annotations

import re
from typing import Collection, Iterable, Iterator

from tf_conformance.records.wording import did_you_mean
from tf_conformance.scan.source import Block
from tf_conformance.statements.aliases import current_id

COMMENT = re.compile(r"#\s*tf-conformance:\s*ignore(?:\[(?P<ids>[^\]]*)\])?")


def is_ignored(lines: Iterable[str], statement: str) -> bool:
    """Whether a comment on one of these lines names a statement, by its present or an earlier id, or all statements."""
    return any(ids is None or statement in map(current_id, ids) for ids in map(_ids_on, lines))


def ids_in(block: Block) -> Iterator[tuple[str, str]]:
    """Each id that a comment in a block names, with its place."""
    for index, line in enumerate(block.lines):
        yield from ((id_, block.place_of(index)) for id_ in _ids_on(line) or ())


def remarks_on(ignored: dict[str, str], known: Collection[str]) -> Iterator[str]:
    """A line for each id, given with its place, that names no known statement: misspelled, or of a newer kit."""
    for id_, place in ignored.items():
        if current_id(id_) not in known:
            yield f"{place}: ignore[{id_}] names no statement of this kit{did_you_mean(id_, known)}"


def _ids_on(line: str) -> list[str] | None:
    """The ids that a comment on a line names; None if it means all statements."""
    found = COMMENT.search(line) if "tf-conformance" in line else None
    if found is None:
        return []
    return None if found["ids"] is None else re.split(r"[,\s]+", found["ids"].strip())
