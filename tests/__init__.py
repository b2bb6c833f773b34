"""The kit's own tests: its machinery, and proofs that the specification can fail."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from tf_conformance.statements.catalogue import Catalogue

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = json.loads((ROOT / "reports" / "record.schema.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=None)
def catalogue() -> Catalogue:
    """The catalogue of the specification, read when a test first asks. Raises CatalogueError."""
    return Catalogue.read(ROOT / "spec", ROOT)


def __getattr__(name: str) -> Catalogue:
    """``CATALOGUE``, for test modules that need the catalogue while they are collected."""
    if name == "CATALOGUE":
        return catalogue()
    raise AttributeError(name)
