"""What an error message is about: explain."""

from __future__ import annotations

import argparse
import sys
from typing import Any, Iterator

from tf_conformance.command.task import add_records, add_task
from tf_conformance.diagnosis.causes import Cause
from tf_conformance.diagnosis.errors import cause_of
from tf_conformance.records.explanation import Explainer
from tf_conformance.records.json_answers import json_text
from tf_conformance.records.short import matrix_in_short

MOST_READ = 200_000  # characters, from the end: what ended the program is there, and a log may have millions
EXAMPLES = {
    "\"AttributeError: 'Adam' object has no attribute 'lr'\"": "a message",
    "- < output.txt": "a traceback, a log or what a notebook printed",
}


def add_to(tasks: Any) -> None:
    """Adds the command to the subparsers of a parser."""
    task = add_task(
        tasks, "explain", "find out what an error message is about, and what to do or to write instead", EXAMPLES
    )
    task.add_argument("message", metavar="MESSAGE", help="the message or the whole traceback; - reads it from stdin")
    task.add_argument("--json", action="store_true", help="as JSON")
    add_records(task)
    task.set_defaults(task=_explain)


def _explain(options: argparse.Namespace) -> int:
    message = (sys.stdin.read() if options.message == "-" else options.message)[-MOST_READ:]
    explanations = Explainer(matrix_in_short(options.records)).explain(message)
    cause = cause_of(message)
    steps = _steps(cause) if cause else []
    if options.json:
        said = {"cause": _said(cause), "do": steps} if cause else None
        print(json_text({"statements": [each.to_json() for each in explanations], "import": said}))
    else:
        paragraphs = [each.lines() for each in explanations] + ([_lines_of(cause, steps)] if cause else [])
        print("\n\n".join(map("\n".join, paragraphs)) or "no statement has seen an error like this one")
    return 0 if explanations or cause else 1


def _lines_of(cause: Cause, steps: list[str]) -> Iterator[str]:
    """The cause of an import error, and what to do about it in this environment."""
    yield f"If TensorFlow's import raises it: {_said(cause)}"
    yield from (f"  do         {step}" for step in steps)


def _said(cause: Cause) -> str:
    return cause.cause.replace("{stage}", "the import")


def _steps(cause: Cause) -> list[str]:
    from tf_conformance.diagnosis.advice import advise  # most messages have no such cause, and these imports take long
    from tf_conformance.install.checks import find_problems
    from tf_conformance.install.environment import Environment

    environment = Environment.gather()
    return [step for do in advise(cause, environment, tuple(find_problems(environment))) for step in do.splitlines()]
