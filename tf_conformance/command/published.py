"""The option that commands about published records share."""

from __future__ import annotations

import argparse
from pathlib import Path

from tf_conformance.records.matrix import PUBLISHED


def add_records(task: argparse.ArgumentParser) -> None:
    """Adds --records to the parser of a command."""
    task.add_argument("--records", metavar="FOLDER", type=Path, default=PUBLISHED, help="where published records are")
