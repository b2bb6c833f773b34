"""The published matrix: python -m reports publish | build | stale | badge. Asks for a current Python."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from reports.badge import badge_of
from reports.page import page_of
from reports.publishing import matrix_environments, publish, stale
from reports.tables import csv_of, markdown_of
from reports.timings import drawn_charts, publish_timings, read_timings
from tf_conformance.records.matrix import PUBLISHED, Matrix, RecordError, find_column, read_matrix
from tf_conformance.statements.catalogue import Catalogue

ROOT = Path(__file__).resolve().parent.parent
TIMINGS = ROOT / "reports" / "benchmarks"


def main(arguments: list[str] | None = None) -> int:
    """Does one task; returns the exit status: 1 where records are stale, 2 where it cannot be done."""
    options = _parser().parse_args(arguments)
    try:
        return options.task(options)
    except (RecordError, OSError) as error:
        print(f"reports: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reports", description="The published matrix.")
    tasks = parser.add_subparsers(metavar="TASK", required=True)

    task = tasks.add_parser("publish", help="copy the records of finished runs to reports/records")
    task.add_argument("made", metavar="FOLDER", type=Path, nargs="?", default=ROOT / "build" / "records")
    task.set_defaults(task=_publish)

    task = tasks.add_parser(
        "timings", help="copy what the benchmarks measured to reports/benchmarks and draw its charts"
    )
    task.add_argument("made", metavar="FOLDER", type=Path, nargs="?", default=ROOT / "build" / "benchmarks")
    task.add_argument(
        "--to", metavar="FOLDER", type=Path, default=TIMINGS, help="another folder, for charts of your own"
    )
    task.set_defaults(task=_timings)

    task = tasks.add_parser(
        "build", help="build index.html, summary.md, matrix.csv and badge.svg from the published records"
    )
    task.add_argument("--to", metavar="FOLDER", type=Path, default=ROOT / "reports")
    task.set_defaults(task=_build)

    task = tasks.add_parser("stale", help="say which published records are missing or made with another specification")
    task.set_defaults(task=_stale)

    task = tasks.add_parser("badge", help="write an SVG badge for some records")
    task.add_argument("name", metavar="RECORD", nargs="+", help="a published name or a record file")
    task.add_argument("--to", metavar="FILE", type=Path, required=True)
    task.set_defaults(task=_badge)

    for task in tasks.choices.values():
        task.add_argument(
            "--records", metavar="FOLDER", type=Path, default=PUBLISHED, help="where published records are"
        )
    return parser


def _publish(options: argparse.Namespace) -> int:
    for line in publish(options.made, options.records):
        print(line)
    return 0


def _timings(options: argparse.Namespace) -> int:
    from reports.charts import draw_charts  # matplotlib takes a second

    for line in publish_timings(options.made, options.to):
        print(line)
    for path in draw_charts(read_timings(options.to), options.to):
        print(f"{path}: drawn")
    return 0


def _build(options: argparse.Namespace) -> int:
    if not options.to.is_dir():
        raise RecordError(f"{options.to}: no such folder")
    for name, text in built(read_matrix(options.records)).items():
        (options.to / name).write_text(text, encoding="utf-8")
        print(f"{options.to / name}: {len(text.encode()) / 1000:.0f} kB")
    return 0


def built(matrix: Matrix) -> dict[str, str]:
    """Every file that is built from the matrix, by its name. The page shows the charts as they were drawn last."""
    runs = read_timings(TIMINGS)
    machine = runs[-1].install["cpu"] if runs else ""
    return {
        "index.html": page_of(matrix, Catalogue.read(ROOT / "spec", ROOT), ROOT, drawn_charts(TIMINGS), machine),
        "summary.md": markdown_of(matrix),
        "matrix.csv": csv_of(matrix),
        "badge.svg": badge_of(matrix.columns),
    }


def _stale(options: argparse.Namespace) -> int:
    lines = list(stale(options.records, Catalogue.read(ROOT / "spec", ROOT).digest, matrix_environments(ROOT)))
    for line in lines:
        print(line)
    return 1 if lines else 0


def _badge(options: argparse.Namespace) -> int:
    options.to.write_text(badge_of([find_column(name, options.records) for name in options.name]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
