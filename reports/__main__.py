"""The published matrix, and what is made from it and from the specification: python -m reports. Needs a current Python."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from packaging.version import Version

from reports.document import specification_pages
from reports.generated import outdated_files, write_files
from reports.ids import release_ids
from reports.page import page_of
from reports.publishing import publish
from reports.releases import NoAnswerError, missing_releases
from reports.stale import matrix_environments, stale
from reports.tables import csv_of, markdown_of
from reports.timings import drawn_charts, publish_timings, read_timings
from reports.upgrades import upgrade_pages
from tf_conformance.records.command_line import Parser, run
from tf_conformance.records.matrix import PUBLISHED, read_matrix
from tf_conformance.records.record import RecordError, read_record
from tf_conformance.records.short import short_text
from tf_conformance.statements.catalogue import Catalogue

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "reports"
TIMINGS = REPORTS / "benchmarks"

PagesOf = Callable[[argparse.Namespace], dict[str, str]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Does one task; returns the exit status: 1 if a check finds something, 2 if the task cannot be done."""
    return run(_parser(), arguments)


def _parser() -> Parser:
    parser = Parser(prog="python -m reports", description="The published matrix.")
    tasks = parser.add_subparsers(metavar="TASK", required=True)
    _add_publishing(tasks)
    _add_building(tasks)
    _add_pages(tasks, "specification", lambda _: specification_pages(_catalogue()), "the specification as a document")
    _add_pages(
        tasks,
        "upgrades",
        lambda options: upgrade_pages(read_matrix(options.records)),
        "what upgrades change, from the published records",
    )
    ids = tasks.add_parser("ids", help="at a release: add the ids of the specification to those that must stay")
    ids.set_defaults(task=lambda _: _printed(release_ids(_catalogue())))
    for name in ("publish", "build", "check", "stale", "upgrades"):
        tasks.choices[name].add_argument(
            "--records", metavar="FOLDER", type=Path, default=PUBLISHED, help="where published records are"
        )
    return parser


def _add_publishing(tasks: Any) -> None:
    task = tasks.add_parser("publish", help="copy or merge the records of finished runs into reports/records")
    task.add_argument("made", metavar="FOLDER", type=Path, nargs="?", default=ROOT / "build" / "records")
    task.set_defaults(task=lambda options: _printed(publish(options.made, options.records)))

    task = tasks.add_parser("timings", help="publish what the benchmarks measured, and draw its charts")
    task.add_argument("made", metavar="FOLDER", type=Path, nargs="?", default=ROOT / "build" / "benchmarks")
    task.add_argument("--to", metavar="FOLDER", type=Path, default=TIMINGS, help="another folder, for your own charts")
    task.set_defaults(task=lambda options: _printed(_timings(options)))

    task = tasks.add_parser(
        "stale", help="list what is unpublished or was made before a spec file changed, and releases to add"
    )
    task.set_defaults(task=lambda options: _printed(_stale(options), finding=1))


def _add_building(tasks: Any) -> None:
    task = tasks.add_parser("build", help="build the page and the tables from the published records")
    task.add_argument("--to", metavar="FOLDER", type=Path, default=REPORTS)
    task.set_defaults(task=lambda options: _printed(_build(options)))

    task = tasks.add_parser("check", help="list the built files that differ from what would be built now")
    task.add_argument("--to", metavar="FOLDER", type=Path, default=REPORTS, help="where the built files are")
    task.set_defaults(
        task=lambda options: _printed(outdated_files(options.to, built(options.records), "build"), finding=1)
    )


def _add_pages(tasks: Any, name: str, pages_of: PagesOf, what: str) -> None:
    task = tasks.add_parser(name, help=f"write {what}")
    task.add_argument("--to", metavar="FOLDER", type=Path, default=ROOT / "docs" / name)
    task.add_argument("--check", action="store_true", help="only list the pages that differ from what would be written")

    def task_of_pages(options: argparse.Namespace) -> int:
        pages = pages_of(options)
        if options.check:
            return _printed(outdated_files(options.to, pages, name, others="*.md"), finding=1)
        options.to.mkdir(parents=True, exist_ok=True)
        return _printed(write_files(options.to, pages, others="*.md"))

    task.set_defaults(task=task_of_pages)


def _printed(lines: Iterable[str], finding: int = 0) -> int:
    """Prints lines; returns the exit status, which is ``finding`` if there are any."""
    status = 0
    for line in lines:
        print(line)
        status = finding
    return status


def _timings(options: argparse.Namespace) -> Iterator[str]:
    from reports.charts import draw_charts  # importing matplotlib takes a second

    yield from publish_timings(options.made, options.to)
    for path in draw_charts(read_timings(options.to), options.to):
        yield f"{path}: drawn"


def _build(options: argparse.Namespace) -> Iterable[str]:
    if not options.to.is_dir():
        raise RecordError(f"{options.to}: no such folder")
    return write_files(options.to, built(options.records))


def _stale(options: argparse.Namespace) -> Iterator[str]:
    environments = matrix_environments(ROOT)
    yield from stale(options.records, _catalogue(), environments)
    try:
        judged = {Version(read_record(path).install.tensorflow) for path in options.records.glob("*.json")}
        yield from missing_releases(environments, judged)
    except NoAnswerError as reason:
        print(reason, file=sys.stderr)


def _catalogue() -> Catalogue:
    return Catalogue.read(ROOT / "spec", ROOT)


def built(records: Path) -> dict[str, str]:
    """Every file that is built from a folder of records, by its name. The page shows the charts as they were drawn last."""
    matrix, runs = read_matrix(records), read_timings(TIMINGS)
    machine = runs[-1].install["cpu"] if runs else ""
    return {
        "index.html": page_of(matrix, _catalogue(), ROOT, drawn_charts(TIMINGS), machine),
        "summary.md": markdown_of(matrix),
        "matrix.csv": csv_of(matrix),
        "matrix.json": short_text(matrix, records),
    }


if __name__ == "__main__":
    sys.exit(main())
