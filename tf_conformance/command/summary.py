"""Records, summed up: summary."""

from __future__ import annotations

import argparse
from typing import Any

from tf_conformance.command.task import add_records, add_task
from tf_conformance.records.json_answers import json_text
from tf_conformance.records.matrix import find_column
from tf_conformance.records.summary import step_summary, summary_data

EXAMPLES = {
    'record.json >> "$GITHUB_STEP_SUMMARY"': "in a job of GitHub's",
    "record.json --json": "for a program",
}


def add_to(tasks: Any) -> None:
    """Adds the command to the subparsers of a parser."""
    task = add_task(tasks, "summary", "write records as Markdown, for the step summary of a CI job", EXAMPLES)
    task.add_argument("names", metavar="RECORD", nargs="+", help="a published name or a record file")
    task.add_argument("--json", action="store_true", help="as JSON")
    add_records(task)
    task.set_defaults(task=_summary)


def _summary(options: argparse.Namespace) -> int:
    columns = [find_column(name, options.records) for name in options.names]
    print(json_text(list(map(summary_data, columns))) if options.json else step_summary(columns))
    return 0
