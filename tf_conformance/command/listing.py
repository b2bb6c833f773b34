"""The statements of the specification: list."""

from __future__ import annotations

import argparse
from typing import Any

from tf_conformance.command.task import add_task
from tf_conformance.records.record import RecordError
from tf_conformance.records.wording import no_match
from tf_conformance.statements.catalogue import Catalogue
from tf_conformance.statements.listing import listing, listing_json
from tf_conformance.tree import ROOT

EXAMPLES = {
    "'dropout.*'": "the statements of a subject",
    "compile.read-back --json": "one statement, for a program",
}


def add_to(tasks: Any) -> None:
    """Adds the command to the subparsers of a parser."""
    task = add_task(tasks, "list", "list the statements, with their forms and what to write instead", EXAMPLES)
    task.add_argument("statements", metavar="STATEMENT", nargs="*", help="ids or patterns (default: all)")
    task.add_argument("--json", action="store_true", help="as JSON")
    task.set_defaults(task=_list)


def _list(options: argparse.Namespace) -> int:
    catalogue = Catalogue.read(ROOT / "spec", ROOT)
    for pattern in options.statements:
        if not catalogue.matching([pattern]):
            raise RecordError(no_match(pattern, (statement.id for statement in catalogue)))
    statements = catalogue.matching(options.statements)
    print(listing_json(statements) if options.json else "\n".join(listing(statements)))
    return 0
