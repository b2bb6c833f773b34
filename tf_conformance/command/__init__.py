"""The command tf-conformance: runs of the specification and of the benchmarks, and questions to records."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import Sequence

from tf_conformance import __version__
from tf_conformance.command.task import examples_of
from tf_conformance.records.command_line import Parser, run

# The commands, in the order of --help, and the modules that have them.
MODULES = {
    "check": "runs",
    "bench": "runs",
    "compare": "runs",
    "list": "listing",
    "diff": "diff",
    "scan": "scan",
    "history": "history",
    "explain": "explain",
    "summary": "summary",
    "deviations": "deviations",
    "bundle": "bundle",
}
EXAMPLES = {
    "check": "judge the TensorFlow of this Python",
    "check --python /opt/tf/bin/python": "judge another one",
    "diff tf2.15 tf2.21": "show what an upgrade changes",
    "scan course/ --to tf2.21": "find the lines of a folder that it affects",
    "history learning rate": "show how statements about it have changed",
    "explain \"no attribute 'lr'\"": "find the statement that an error message is about",
}
STATUSES = """
exit status:
   0  nothing is violated or found, or the question was answered
   1  something is violated or found; explain does not know the message; with compare --fail-slower, B is slower
   2  the question cannot be answered, or the run was interrupted
   3  internal error; with compare --fail-slower, the result is unclear
   4  bad options of a run
   5  nothing was checked
  10  TensorFlow cannot be judged
  11  a required version or device is missing
 130  a command other than a run was interrupted
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Does what the arguments ask for; returns the exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    return run(_parser(given[0] if given else ""), given)


def _parser(command: str) -> Parser:
    """The parser of a command, without the others, whose imports take longer than most answers; of all if it is none."""
    parser = Parser(
        prog="tf-conformance",
        description="An executable specification of TensorFlow 2. The --help of each command has examples.",
        epilog=f"{examples_of(EXAMPLES)}\n{STATUSES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    tasks = parser.add_subparsers(metavar="COMMAND", required=True)
    modules = [MODULES[command]] if command in MODULES else dict.fromkeys(MODULES.values())
    for module in modules:
        import_module(f"{__name__}.{module}").add_to(tasks)
    return parser
