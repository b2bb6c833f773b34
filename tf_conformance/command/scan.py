"""Finds the code that statements contradict: scan."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Iterator

from tf_conformance.command.task import add_records, add_task
from tf_conformance.install.environment import Environment
from tf_conformance.install.install import NOT_INSTALLED, Install, describe
from tf_conformance.records.command_line import CANNOT_BE_DONE
from tf_conformance.records.matrix import find_column
from tf_conformance.records.record import RecordError
from tf_conformance.records.wording import IMPACTS
from tf_conformance.scan.answer import FORMATS, Answer
from tf_conformance.scan.bite import Bite, bites_on
from tf_conformance.scan.files import ENDINGS, files_of
from tf_conformance.scan.ignoring import remarks_on
from tf_conformance.scan.parallel import MANY, scan_files
from tf_conformance.scan.scanner import Scanned, scan_text
from tf_conformance.statements.catalogue import Catalogue
from tf_conformance.statements.form import Impact
from tf_conformance.tree import ROOT

STDIN = "-"
FIRST_PYTHON = (3, 8)  # whose parser says where code ends

EXAMPLES = {
    "course/ --to tf2.21": "all that goes wrong there",
    "course/ --from tf2.15 --to tf2.21": "only what an upgrade changes",
    "train.py --to-installed --only silent": "what runs here, but does something else",
}


def add_to(tasks: Any) -> None:
    """Adds the command to the subparsers of a parser."""
    scan = add_task(
        tasks, "scan", "find the lines of code that rely on behavior that a statement contradicts", EXAMPLES
    )
    scan.add_argument(
        "paths", metavar="PATH", nargs="+", help=f"files or folders ({', '.join(ENDINGS)}); - reads stdin"
    )
    to = scan.add_mutually_exclusive_group(required=True)
    to.add_argument("--to", metavar="RECORD", help="the install to run on: a published name (tf2.21) or a record file")
    to.add_argument("--to-installed", action="store_true", help="the install of this Python")
    scan.add_argument(
        "--from",
        metavar="RECORD",
        dest="before",
        help="the install that the code used to run on: report only what differs",
    )
    impacts = "; ".join(f"{impact}: it {does}" for impact, does in IMPACTS.items())
    only = f"report only code of this impact (repeatable); {impacts}"
    scan.add_argument("--only", metavar="IMPACT", action="append", choices=[*map(str, Impact)], help=only)
    scan.add_argument(
        "--stdin-name",
        metavar="NAME",
        default="stdin",
        help="a file name for standard input; its extension tells the format",
    )
    scan.add_argument("--possible", action="store_true", help="also report lines that may mean something else")
    scan.add_argument("--format", choices=FORMATS, default="text", help="of the answer (default: text)")
    scan.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")
    add_records(scan)
    scan.set_defaults(task=_scan)


def _scan(options: argparse.Namespace) -> int:
    if sys.version_info < FIRST_PYTHON:
        raise RecordError("scan needs Python 3.8 or later; it may scan code for any TensorFlow")
    before, after = _installs(options)
    catalogue = Catalogue.read(ROOT / "spec", ROOT)
    bites = bites_on(catalogue, after.versions(), before.versions() if before else None)
    chosen = [bite for bite in bites if bite.form.impact in (options.only or Impact)]
    ids = [statement.id for statement in catalogue]
    files = [_shown(each, options.possible, ids) for each in _scanned(options, chosen)]
    if not files:
        raise RecordError(f"{', '.join(options.paths)}: no file to scan ({', '.join(ENDINGS)})")
    answer = Answer(_title(before) if before else None, _title(after), files)
    print(FORMATS[options.format](answer))
    return CANNOT_BE_DONE if all(file.unread for file in files) else 1 if answer.hits else 0


def _installs(options: argparse.Namespace) -> tuple[Install | None, Install]:
    before = find_column(options.before, options.records).record.install if options.before else None
    if not options.to_installed:
        return before, find_column(options.to, options.records).record.install
    installed = describe(Environment.gather())
    if NOT_INSTALLED in (installed.tensorflow, installed.keras):
        raise RecordError("this Python has no TensorFlow; name a published install: --to tf2.21")
    return before, installed


def _title(install: Install) -> str:
    return f"TensorFlow {install.tensorflow} · {install.keras_title}"


def _scanned(options: argparse.Namespace, bites: list[Bite]) -> Iterator[Scanned]:
    if STDIN in options.paths:
        yield scan_text(options.stdin_name, sys.stdin.buffer.read(), bites)
    named = [Path(path) for path in options.paths if path != STDIN]
    missing = [str(path) for path in named if not path.exists() and not path.is_symlink()]
    if missing:
        raise RecordError(f"{missing[0]}: no such file or folder")
    files = list(files_of(named))
    for number, scanned in enumerate(scan_files(files, bites), 1):
        yield scanned
        if len(files) > MANY and sys.stderr.isatty():
            print(f"\r{number} of {len(files)} files", end="\n" if number == len(files) else "", file=sys.stderr)


def _shown(scanned: Scanned, possible: bool, ids: list[str]) -> Scanned:
    """What is said of a file: without possible hits unless they are wanted, with a line for each unknown id in a comment."""
    hits = [hit for hit in scanned.hits if possible or not hit.possible]
    return replace(scanned, hits=hits, troubles=[*scanned.troubles, *remarks_on(scanned.ignored, ids)])
