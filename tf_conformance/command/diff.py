"""What changes from one install to another: diff."""

from __future__ import annotations

import argparse
from typing import Any

from tf_conformance.command.task import add_records, add_task
from tf_conformance.records.difference import difference_of
from tf_conformance.records.difference_formats import FORMATS
from tf_conformance.records.matrix import find_column

EXAMPLES = {
    "tf2.15 tf2.21": "what an upgrade changes",
    "tf2.21 record.json": "what your own install does otherwise than the published one",
    "tf2.15 tf2.21 --format markdown": "as a page",
}


def add_to(tasks: Any) -> None:
    """Adds the command to the subparsers of a parser."""
    task = add_task(tasks, "diff", "show what changes for a user who moves from one install to another", EXAMPLES)
    task.add_argument("before", metavar="A", help="a published name (tf2.15) or a record file")
    task.add_argument("after", metavar="B", help="likewise")
    task.add_argument("--format", choices=FORMATS, default="text", help="of the answer (default: text)")
    task.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")
    add_records(task)
    task.set_defaults(task=_diff)


def _diff(options: argparse.Namespace) -> int:
    before, after = (find_column(name, options.records) for name in (options.before, options.after))
    print(FORMATS[options.format](difference_of(before, after)))
    return 0
