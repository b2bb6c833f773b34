"""What scan has found, as text, as Markdown and as JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Iterator

from tf_conformance.records.json_answers import json_text
from tf_conformance.records.wording import plural, table_row
from tf_conformance.scan.scanner import Hit, Scanned
from tf_conformance.statements.form import Impact

SCHEMA_VERSION = 1  # of reports/scan.schema.json


@dataclass(frozen=True)
class Answer:
    """The results for all files, in order; ``before`` and ``after`` name the installs, ``before`` is None if none was given."""

    before: str | None
    after: str
    files: list[Scanned]

    @property
    def hits(self) -> list[Hit]:
        """The hits of all files."""
        return [hit for file in self.files for hit in file.hits]

    @property
    def tally(self) -> str:
        """How many lines meet a form, in how many files, by impact."""
        lines = len({(hit.path, hit.cell, hit.line) for hit in self.hits})
        touched = sum(bool(file.hits) for file in self.files)
        counted = Counter(hit.bite.form.impact for hit in self.hits)
        impacts = ", ".join(_count(impact, counted[impact]) for impact in Impact if counted[impact])
        found = f"{plural(lines, 'line')} in {touched} of {plural(len(self.files), 'file')}"
        return f"{found}: {impacts}" if impacts else f"nothing found in {plural(len(self.files), 'file')}"


def _count(impact: Impact, count: int) -> str:
    return plural(count, "error") if impact is Impact.ERROR else f"{count} {impact}"


def place_of(hit: Hit) -> str:
    """File, cell and line of a hit."""
    return ", ".join([hit.path, *([f"cell {hit.cell}"] if hit.cell else []), f"line {hit.line}"])


def as_text(answer: Answer) -> str:
    """For a terminal."""
    return "\n".join(_text_lines(answer))


def _text_lines(answer: Answer) -> Iterator[str]:
    for hit in answer.hits:
        form = hit.bite.form
        possible = "possible, " if hit.possible else ""
        yield f"{place_of(hit)}   {hit.code}"
        yield f"    {form.impact!s:7} {possible}{form.statement} ({form.era}): {hit.bite.says}"
        yield f"    {'write':7} {form.instead}"
    for file in answer.files:
        yield from (f"{file.path}: {trouble}" for trouble in file.troubles)
    yield answer.tally


def as_markdown(answer: Answer) -> str:
    """For an issue, a pull request or a job's summary."""
    return "\n".join(_markdown_lines(answer))


def _markdown_lines(answer: Answer) -> Iterator[str]:
    yield (
        f"## What bites on {answer.after}\n"
        if answer.before is None
        else f"## From {answer.before} to {answer.after}\n"
    )
    yield f"{answer.tally}.\n"
    if answer.hits:
        yield table_row("place", "code", "impact", "statement", "what to write instead")
        yield "|---|---|---|---|---|"
    for hit in answer.hits:
        form = hit.bite.form
        impact = f"possible {form.impact}" if hit.possible else form.impact
        yield table_row(place_of(hit), f"`{hit.code}`", impact, f"`{form.statement}`: {hit.bite.says}", form.instead)
    troubles = [f"- {file.path}: {trouble}" for file in answer.files for trouble in file.troubles]
    if troubles:
        yield "\nRemarks:\n"
        yield from troubles


def as_json(answer: Answer) -> str:
    """For programs, as reports/scan.schema.json describes it."""
    data = {
        "schema_version": SCHEMA_VERSION,
        "from": answer.before,
        "to": answer.after,
        "files": len(answer.files),
        "hits": [_hit_data(hit) for hit in answer.hits],
        "troubles": [{"file": file.path, "reason": reason} for file in answer.files for reason in file.troubles],
    }
    return json_text(data)


def _hit_data(hit: Hit) -> dict[str, Any]:
    form = hit.bite.form
    return {
        "file": hit.path,
        "cell": hit.cell,
        "line": hit.line,
        "code": hit.code,
        "possible": hit.possible,
        "statement": form.statement,
        "kind": form.kind,
        "when": str(form.era),
        "impact": form.impact,
        "says": hit.bite.says,
        "instead": form.instead,
        "pattern": hit.pattern.text,
    }


FORMATS = {"text": as_text, "markdown": as_markdown, "json": as_json}
