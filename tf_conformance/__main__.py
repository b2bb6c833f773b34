"""Questions to records: python -m tf_conformance diff | history | summary | deviations."""

from __future__ import annotations

import argparse
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Sequence

from tf_conformance.records.command_line import Parser, run
from tf_conformance.records.deviations import deviations_file
from tf_conformance.records.difference import difference_of
from tf_conformance.records.difference_formats import FORMATS
from tf_conformance.records.history import history_lines
from tf_conformance.records.markdown import step_summary
from tf_conformance.records.matrix import PUBLISHED, find_column, read_matrix
from tf_conformance.records.record import RecordError


def main(arguments: Sequence[str] | None = None) -> int:
    """Answers one question on standard output; returns the exit status, 2 if it cannot be answered."""
    return run(_parser(), arguments)


def _parser() -> Parser:
    parser = Parser(prog="python -m tf_conformance", description="Questions to records.")
    questions = parser.add_subparsers(metavar="QUESTION", required=True)

    diff = questions.add_parser("diff", help="what changes for a user who moves from one install to another")
    diff.add_argument("before", metavar="A", help="a published name (tf2.15) or a record file")
    diff.add_argument("after", metavar="B", help="likewise")
    diff.add_argument("--format", choices=FORMATS, default="text")
    diff.set_defaults(task=_diff)

    history = questions.add_parser("history", help="what became of a statement, version by version")
    history.add_argument("statement", metavar="STATEMENT", help="its id, or a pattern such as 'dropout.*'")
    history.set_defaults(task=_history)

    summary = questions.add_parser("summary", help="records as Markdown, for the step summary of a CI job")
    summary.add_argument("names", metavar="RECORD", nargs="+", help="a published name or a record file")
    summary.set_defaults(task=_summary)

    deviations = questions.add_parser("deviations", help="a file for --deviations to start from, with what is violated")
    deviations.add_argument("name", metavar="RECORD", help="a published name or a record file")
    deviations.set_defaults(task=_deviations)

    for question in questions.choices.values():
        question.add_argument(
            "--records", metavar="FOLDER", type=Path, default=PUBLISHED, help="where published records are"
        )
    return parser


def _diff(options: argparse.Namespace) -> int:
    before, after = (find_column(name, options.records) for name in (options.before, options.after))
    print(FORMATS[options.format](difference_of(before, after)))
    return 0


def _history(options: argparse.Namespace) -> int:
    matrix = read_matrix(options.records)
    ids = [id_ for id_ in matrix.ids if fnmatchcase(id_, options.statement)]
    if not ids:
        raise RecordError(f"no statement matches '{options.statement}'; see pytest --list-statements")
    print("\n\n".join("\n".join(history_lines(matrix, id_)) for id_ in ids))
    return 0


def _summary(options: argparse.Namespace) -> int:
    print(step_summary([find_column(name, options.records) for name in options.names]))
    return 0


def _deviations(options: argparse.Namespace) -> int:
    print(deviations_file(find_column(options.name, options.records).record))
    return 0


if __name__ == "__main__":
    sys.exit(main())
