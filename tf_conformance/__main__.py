"""Questions to records: python -m tf_conformance diff | history | summary."""

from __future__ import annotations

import argparse
import os
import sys
from fnmatch import fnmatchcase
from pathlib import Path

from tf_conformance.records.difference import FORMATS, difference_of
from tf_conformance.records.history import history_lines
from tf_conformance.records.markdown import step_summary
from tf_conformance.records.matrix import PUBLISHED, RecordError, find_column, read_matrix


def main(arguments: list[str] | None = None) -> int:
    """Answers one question on standard output; returns the exit status, 2 where it cannot be answered."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        # What the statements say is more than ASCII, whatever the locale.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        print(options.answer(options), flush=True)
    except RecordError as error:
        print(f"tf_conformance: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader, such as head, has seen enough; Python is not to complain of it when it exits either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tf_conformance", description="Questions to records.")
    questions = parser.add_subparsers(metavar="QUESTION", required=True)

    diff = questions.add_parser("diff", help="what changes for a user who moves from one install to another")
    diff.add_argument("before", metavar="A", help="a published name (tf2.15) or a record file")
    diff.add_argument("after", metavar="B", help="likewise")
    diff.add_argument("--format", choices=FORMATS, default="text")
    diff.set_defaults(answer=_diff)

    history = questions.add_parser("history", help="what became of a statement, version by version")
    history.add_argument("statement", metavar="STATEMENT", help="its id, or a pattern such as 'dropout.*'")
    history.set_defaults(answer=_history)

    summary = questions.add_parser("summary", help="records as Markdown, for a CI job's step summary")
    summary.add_argument("records", metavar="RECORD", nargs="+", help="a published name or a record file")
    summary.set_defaults(answer=_summary)

    for question in (diff, history, summary):
        question.add_argument(
            "--records",
            dest="folder",
            metavar="FOLDER",
            type=Path,
            default=PUBLISHED,
            help="where published records are",
        )
    return parser


def _diff(options: argparse.Namespace) -> str:
    before, after = (find_column(name, options.folder) for name in (options.before, options.after))
    return FORMATS[options.format](difference_of(before, after))


def _history(options: argparse.Namespace) -> str:
    matrix = read_matrix(options.folder)
    ids = [id_ for id_ in matrix.ids if fnmatchcase(id_, options.statement)]
    if not ids:
        raise RecordError(f"no statement matches '{options.statement}'; see pytest --list-statements")
    return "\n\n".join("\n".join(history_lines(matrix, id_)) for id_ in ids)


def _summary(options: argparse.Namespace) -> str:
    return step_summary([find_column(name, options.folder) for name in options.records])


if __name__ == "__main__":
    sys.exit(main())
