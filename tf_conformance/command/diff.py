"""What changes from one install to another: diff."""

from __future__ import annotations

import argparse
from typing import Any

from tf_conformance.command.published import add_records
from tf_conformance.records.difference import difference_of
from tf_conformance.records.difference_formats import FORMATS
from tf_conformance.records.matrix import find_column


def add_to(tasks: Any) -> None:
    """Adds the command to the subparsers of a parser."""
    task = tasks.add_parser("diff", help="show what changes for a user who moves from one install to another")
    task.add_argument("before", metavar="A", help="a published name (tf2.15) or a record file")
    task.add_argument("after", metavar="B", help="likewise")
    task.add_argument("--format", choices=FORMATS, default="text")
    add_records(task)
    task.set_defaults(task=_diff)


def _diff(options: argparse.Namespace) -> int:
    before, after = (find_column(name, options.records) for name in (options.before, options.after))
    print(FORMATS[options.format](difference_of(before, after)))
    return 0
