"""The kit's own tests: its machinery, and proofs that the specification can fail."""

from __future__ import annotations

import json
from pathlib import Path

from tf_conformance.statements.catalogue import Catalogue

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Catalogue.read(ROOT / "spec", ROOT)
SCHEMA = json.loads((ROOT / "reports" / "record.schema.json").read_text(encoding="utf-8"))
