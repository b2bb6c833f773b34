"""How statements have changed, version by version: history."""

from __future__ import annotations

import argparse
from typing import Any

from tf_conformance.command.task import add_records, add_task
from tf_conformance.records.history import History, matching_ids
from tf_conformance.records.json_answers import json_text
from tf_conformance.records.short import matrix_in_short

EXAMPLES = {
    "early-stopping.restore-unstopped": "one statement",
    "'reduce-lr.*'": "all of a subject",
    "learning rate": "those that say something about it",
}


def add_to(tasks: Any) -> None:
    """Adds the command to the subparsers of a parser."""
    task = add_task(tasks, "history", "show how a statement has changed, version by version", EXAMPLES)
    task.add_argument(
        "words",
        metavar="STATEMENT",
        nargs="+",
        help="its id, a pattern such as 'dropout.*', or words from its sentence",
    )
    task.add_argument("--json", action="store_true", help="as JSON")
    add_records(task)
    task.set_defaults(task=_history)


def _history(options: argparse.Namespace) -> int:
    matrix = matrix_in_short(options.records)
    histories = [History(matrix, id_) for id_ in matching_ids(matrix, " ".join(options.words))]
    if options.json:
        print(json_text([each.to_json() for each in histories]))
    else:
        print("\n\n".join("\n".join(each.lines()) for each in histories))
    return 0
