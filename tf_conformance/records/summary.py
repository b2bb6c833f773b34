"""A record summed up: as Markdown for the step summary of a CI job, and as data for JSON."""

from __future__ import annotations

from typing import Any, Iterator

from tf_conformance.records.json_answers import install_data
from tf_conformance.records.matrix import Column
from tf_conformance.records.record import Record
from tf_conformance.records.standing import is_violated, standing
from tf_conformance.records.verdict import Verdict
from tf_conformance.records.wording import table_row

ASIDE = {
    Verdict.VIOLATED: "known deviations",
    Verdict.CHANGED: "changed since the notes",
    Verdict.MISSTATED: "misstated by the notes",
    Verdict.DEFECT: "known defects of this version",
    Verdict.UNCHECKED: "unchecked",
}


def step_summary(columns: list[Column]) -> str:
    """A table of verdict counts and standings, then what is wrong; for a single record also what differs from the notes."""
    lines = ["## TensorFlow conformance", "", *_table(columns)]
    for column in columns:
        lines += [*_obstacle(column), *_problems(column), *_violated(column), *_outdated(column)]
    if len(columns) == 1:
        lines += _aside(columns[0].record)
    return "\n".join(lines)


def _table(columns: list[Column]) -> Iterator[str]:
    yield table_row("install", *Verdict, "")
    yield f"|---|{'---:|' * len(Verdict)}---|"
    for column in columns:
        it_is = standing(column.record)
        yield table_row(column.title, *map(column.count, Verdict), f"{it_is.sign} {it_is}")


def _obstacle(column: Column) -> Iterator[str]:
    obstacle = column.record.obstacle
    if obstacle:
        yield f"\n{column.title}: {obstacle}\n"
        yield f"```\n{obstacle.evidence}\n```"
        yield from (f"1. {step}" for step in obstacle.advice)


def _problems(column: Column) -> Iterator[str]:
    if column.record.problems:
        yield f"\nFound on {column.title} before TensorFlow was imported:\n"
    for problem in column.record.problems:
        yield f"- {problem}"


def _violated(column: Column) -> Iterator[str]:
    for statement in filter(is_violated, column.record.statements):
        yield f"\n<details><summary>✗ <code>{statement.id}</code> on {column.title}: {statement.says}</summary>\n"
        yield f"{statement.reason}\n"
        for message in statement.failures:
            yield f"```\n{message}\n```"
        yield "\n</details>"


def _outdated(column: Column) -> Iterator[str]:
    lines = [f"- `{each.id}`: {what}" for each in column.record.statements for what in each.outdated]
    if lines:
        yield from (f"\nNo longer violated on {column.title}; remove from the known deviations:\n", *lines)


def _aside(record: Record) -> Iterator[str]:
    expected = [each for each in record.statements if each.selected and not is_violated(each)]
    for verdict, title in ASIDE.items():
        statements = [statement for statement in expected if statement.verdict is verdict]
        if statements:
            yield f"\n<details><summary>{len(statements)} {title}</summary>\n"
            yield table_row("statement", "", "instead" if statements[0].instead else "why")
            yield "|---|---|---|"
            for each in statements:
                yield table_row(f"`{each.id}`", each.says, each.deviation or each.reason or each.instead)
            yield "\n</details>"


def summary_data(column: Column) -> dict[str, Any]:
    """How many statements have which verdict, and what is wrong."""
    record = column.record
    violated = [each for each in record.statements if each.verdict is Verdict.VIOLATED]
    return {
        **install_data(column),
        "standing": standing(record),
        "verdicts": {verdict: column.count(verdict) for verdict in Verdict},
        "violated": [
            {"id": each.id, "says": each.says, "reason": each.reason, "deviation": each.deviation or None}
            for each in violated
        ],
        "problems": [str(problem) for problem in record.problems],
        "obstacle": str(record.obstacle) if record.obstacle else None,
    }
