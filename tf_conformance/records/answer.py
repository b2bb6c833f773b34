"""The end of a run, in words."""

from __future__ import annotations

from collections import Counter
from typing import Iterator

from tf_conformance.records.run import Run, StatementResult
from tf_conformance.statements.form import Verdict

VERBS = {
    Verdict.HOLDS: "hold",
    Verdict.CHANGED: "changed",
    Verdict.MISSTATED: "misstated",
    Verdict.DEFECT: "defect",
    Verdict.VIOLATED: "violated",
    Verdict.UNCHECKED: "unchecked",
}

KINDS = (Verdict.HOLDS, Verdict.CHANGED, Verdict.MISSTATED, Verdict.DEFECT)  # the verdicts of forms


def summary_lines(run: Run, seconds: float) -> list[str]:
    """Verdicts a week, then what changed, what the notes misstate, known defects, violations, what stayed unchecked."""
    results = run.statements()
    selected = [result for result in results if result.selected]
    return [
        str(run.install),
        *_weeks(selected),
        *_listed("changed since the notes", Verdict.CHANGED, selected),
        *_listed("misstated by the notes", Verdict.MISSTATED, selected),
        *_listed("known defects of this version", Verdict.DEFECT, selected),
        *_listed("violated", Verdict.VIOLATED, [result for result in selected if not result.deviation]),
        *_deviations(selected),
        *([] if run.obstacle else _listed("unchecked", Verdict.UNCHECKED, selected)),
        *_left_out(len(results) - len(selected)),
        *_obstacle(run),
        _last_line(run, selected, seconds),
    ]


def _weeks(results: list[StatementResult]) -> Iterator[str]:
    weeks: dict[str, Counter[Verdict]] = {}
    for result in results:
        week = result.statement.place.partition(",")[0].lower()
        weeks.setdefault(week, Counter())[result.verdict] += 1
    for week, counts in weeks.items():
        columns = [("%3d %s" % (counts[verdict], verb)) if counts[verdict] else "" for verdict, verb in VERBS.items()]
        line = "  %-8s %3d statements  " % (week, sum(counts.values()))
        yield (line + "".join("%-14s" % column for column in columns)).rstrip()


def _listed(title: str, verdict: Verdict, results: list[StatementResult]) -> Iterator[str]:
    listed = [result for result in results if result.verdict is verdict]
    if listed:
        yield f"  {title}:"
    for result in listed:
        yield f"    {result.statement.id}: {result.says}"
        if verdict is Verdict.VIOLATED or verdict is Verdict.UNCHECKED:
            yield f"      {result.reason}"
        elif result.form.instead:
            yield f"      instead: {result.form.instead}"


def _deviations(results: list[StatementResult]) -> Iterator[str]:
    known = [result for result in results if result.deviation]
    for title, group in (
        ("known deviations", [result for result in known if result.verdict is Verdict.VIOLATED]),
        ("no longer deviating; strike them from the file", [result for result in known if result.verdict in KINDS]),
    ):
        if group:
            yield f"  {title}:"
        for result in group:
            yield f"    {result.statement.id}: {result.deviation}"


def _obstacle(run: Run) -> Iterator[str]:
    if run.obstacle:
        for line in run.obstacle.lines():
            yield "  " + line


def _left_out(count: int) -> Iterator[str]:
    if count:
        yield "  not selected: %d statements" % count


def _last_line(run: Run, results: list[StatementResult], seconds: float) -> str:
    violated = sum(result.verdict is Verdict.VIOLATED and not result.deviation for result in results)
    known = sum(result.verdict is Verdict.VIOLATED for result in results) - violated
    size = "(%d statements, %d cases, %.0f s)" % (len(results), len(run.results), seconds)
    release = ".".join(str(part) for part in run.install.versions()["tensorflow"].release[:2])
    if run.obstacle:
        return f"  verdict: {run.obstacle} {size}"
    if violated:
        return "  verdict: this install violates %d statement%s %s" % (violated, "s" * (violated > 1), size)
    if all(result.verdict is Verdict.UNCHECKED for result in results):
        return f"  verdict: nothing was checked {size}"
    but = ", but for %d known deviation%s" % (known, "s" * (known > 1)) if known else ""
    return f"  verdict: this install does what TensorFlow {release} should{but} {size}"
