"""A file of known deviations to start from: deviations."""

from __future__ import annotations

import argparse
from typing import Any

from tf_conformance.command.task import add_records, add_task
from tf_conformance.records.deviations_file import deviations_file
from tf_conformance.records.matrix import find_column

EXAMPLES = {"record.json > known.toml": "add the reasons, then: tf-conformance check --deviations known.toml"}


def add_to(tasks: Any) -> None:
    """Adds the command to the subparsers of a parser."""
    task = add_task(
        tasks, "deviations", "write a file for --deviations to start from, with everything that is violated", EXAMPLES
    )
    task.add_argument("name", metavar="RECORD", help="a published name or a record file")
    add_records(task)
    task.set_defaults(task=_deviations)


def _deviations(options: argparse.Namespace) -> int:
    print(deviations_file(find_column(options.name, options.records).record))
    return 0
