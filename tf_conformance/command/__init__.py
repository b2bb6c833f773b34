"""The command tf-conformance: runs of the specification and of the benchmarks, and questions to records."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import Sequence

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
EXAMPLES = """\
examples:
  tf-conformance check                              judge the TensorFlow of this Python
  tf-conformance check --python /opt/tf/bin/python  judge another one
  tf-conformance diff tf2.15 tf2.21                 show what an upgrade changes
  tf-conformance scan course/ --to tf2.21           find the lines of a folder that it affects
  tf-conformance history learning rate              show how statements about it have changed
  tf-conformance explain "no attribute 'lr'"        find the statement that an error message is about

exit status:
   0  nothing is violated or found, or the question was answered
   1  something is violated or found; explain does not know the message
   2  the question cannot be answered, or the run was interrupted
   3  internal error
   4  bad options
   5  nothing was checked
  10  TensorFlow cannot be judged
  11  a required version or device is missing
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Does what the arguments ask for; returns the exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    return run(_parser(given[0] if given else ""), given)


def _parser(command: str) -> Parser:
    """The parser of a command, without the others, whose imports take longer than most answers; of all if it is none."""
    parser = Parser(
        prog="tf-conformance",
        description="An executable specification of TensorFlow 2.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    tasks = parser.add_subparsers(metavar="COMMAND", required=True)
    modules = [MODULES[command]] if command in MODULES else dict.fromkeys(MODULES.values())
    for module in modules:
        import_module(f"{__name__}.{module}").add_to(tasks)
    return parser
