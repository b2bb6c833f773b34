"""Questions to records and to the specification: list, diff, history, explain, summary, deviations. None needs TensorFlow."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Iterator

from tf_conformance.diagnosis.advice import advise
from tf_conformance.diagnosis.causes import Cause, cause_of
from tf_conformance.install.checks import find_problems
from tf_conformance.install.environment import Environment
from tf_conformance.records.deviations_file import deviations_file
from tf_conformance.records.difference import difference_of
from tf_conformance.records.difference_formats import FORMATS
from tf_conformance.records.explanation import explanations_of
from tf_conformance.records.history import history_lines, matching_ids, no_match
from tf_conformance.records.markdown import step_summary
from tf_conformance.records.matrix import PUBLISHED, find_column, read_matrix
from tf_conformance.records.record import RecordError
from tf_conformance.statements.catalogue import Catalogue
from tf_conformance.statements.listing import listing, listing_json
from tf_conformance.tree import ROOT


def add_to(tasks: Any) -> None:
    """Adds the questions to the subparsers of a parser."""
    listed = tasks.add_parser("list", help="the statements, with their forms and what to write instead")
    listed.add_argument("statements", metavar="STATEMENT", nargs="*", help="ids or patterns (default: all)")
    listed.add_argument("--json", action="store_true", help="as JSON")
    listed.set_defaults(task=_list)

    diff = tasks.add_parser("diff", help="what changes for a user who moves from one install to another")
    diff.add_argument("before", metavar="A", help="a published name (tf2.15) or a record file")
    diff.add_argument("after", metavar="B", help="likewise")
    diff.add_argument("--format", choices=FORMATS, default="text")
    diff.set_defaults(task=_diff)

    history = tasks.add_parser("history", help="what became of a statement, version by version")
    history.add_argument(
        "words", metavar="STATEMENT", nargs="+", help="its id, a pattern such as 'dropout.*', or words of what it says"
    )
    history.set_defaults(task=_history)

    explain = tasks.add_parser("explain", help="what an error message is about, and what to do or to write instead")
    explain.add_argument("message", metavar="MESSAGE", help="the message or the whole traceback; - reads it from stdin")
    explain.set_defaults(task=_explain)

    summary = tasks.add_parser("summary", help="records as Markdown, for the step summary of a CI job")
    summary.add_argument("names", metavar="RECORD", nargs="+", help="a published name or a record file")
    summary.set_defaults(task=_summary)

    deviations = tasks.add_parser("deviations", help="a file for --deviations to start from, with what is violated")
    deviations.add_argument("name", metavar="RECORD", help="a published name or a record file")
    deviations.set_defaults(task=_deviations)

    for question in (diff, history, explain, summary, deviations):
        question.add_argument(
            "--records", metavar="FOLDER", type=Path, default=PUBLISHED, help="where published records are"
        )


def _list(options: argparse.Namespace) -> int:
    catalogue = Catalogue.read(ROOT / "spec", ROOT)
    for pattern in options.statements:
        if not catalogue.matching([pattern]):
            raise RecordError(no_match(pattern, (statement.id for statement in catalogue)))
    statements = catalogue.matching(options.statements)
    print(listing_json(statements) if options.json else "\n".join(listing(statements)))
    return 0


def _diff(options: argparse.Namespace) -> int:
    before, after = (find_column(name, options.records) for name in (options.before, options.after))
    print(FORMATS[options.format](difference_of(before, after)))
    return 0


def _history(options: argparse.Namespace) -> int:
    matrix = read_matrix(options.records)
    ids = matching_ids(matrix, " ".join(options.words))
    print("\n\n".join("\n".join(history_lines(matrix, id_)) for id_ in ids))
    return 0


def _explain(options: argparse.Namespace) -> int:
    message = sys.stdin.read() if options.message == "-" else options.message
    answers = ["\n".join(each.lines()) for each in explanations_of(message, read_matrix(options.records))]
    cause = cause_of(message)
    if cause:
        answers.append("\n".join(_lines_of(cause)))
    print("\n\n".join(answers) or "no statement has seen an error like this one")
    return 0 if answers else 1


def _lines_of(cause: Cause) -> Iterator[str]:
    """A cause that holds for an import error, and what to do about it in this environment."""
    environment = Environment.gather()
    yield f"If an import raises it: {cause.cause.replace('{stage}', 'the import')}"
    for do in advise(cause, environment, tuple(find_problems(environment))):
        yield from (f"  do         {step}" for step in do.splitlines())


def _summary(options: argparse.Namespace) -> int:
    print(step_summary([find_column(name, options.records) for name in options.names]))
    return 0


def _deviations(options: argparse.Namespace) -> int:
    print(deviations_file(find_column(options.name, options.records).record))
    return 0
