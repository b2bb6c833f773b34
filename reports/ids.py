"""The ids that releases had: each of them permanently names a statement."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tf_conformance import __version__
from tf_conformance.records.files import write_whole
from tf_conformance.records.record import RecordError
from tf_conformance.statements.aliases import ALIASES, current_id
from tf_conformance.statements.catalogue import Catalogue

RELEASED = Path(__file__).parent / "ids.txt"


def released_ids(path: Path = RELEASED) -> list[str]:
    """Every id that a release had."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [line for line in lines if line and not line.startswith("#")]


def lost_ids(catalogue: Catalogue, path: Path = RELEASED) -> list[str]:
    """The released ids by which no statement can be found anymore."""
    return [id_ for id_ in released_ids(path) if current_id(id_) not in catalogue]


def release_ids(catalogue: Catalogue, path: Path = RELEASED) -> Iterator[str]:
    """Adds the present ids to those that were released. Raises RecordError if one of these has disappeared."""
    lost = lost_ids(catalogue, path)
    if lost:
        raise RecordError(f"{', '.join(lost)}: gone without an alias; add one to tf_conformance/statements/aliases.py")
    ids = sorted({*released_ids(path), *ALIASES, *(statement.id for statement in catalogue)})
    head = f"# Every id that a release had, up to {__version__}. Written by python -m reports ids; nothing here may go."
    write_whole(path, "\n".join([head, *ids, ""]))
    yield f"{path}: {len(ids)} ids"
