"""The difference between two installs as text, as Markdown and as JSON."""

from __future__ import annotations

from itertools import groupby
from typing import Any, Iterator

from tf_conformance.records.difference import Difference, Move
from tf_conformance.records.json_answers import install_data, json_text, statement_data
from tf_conformance.records.record import StatementRecord
from tf_conformance.records.verdict import Verdict
from tf_conformance.records.wording import IMPACTS, named, plural, table_row


def as_text(difference: Difference) -> str:
    """For a terminal."""
    return "\n".join(_text_lines(difference))


def _text_lines(difference: Difference) -> Iterator[str]:
    yield f"from  {difference.before.title}"
    yield f"to    {difference.after.title}"
    yield _tally(difference)
    for heading, moves in groupby(difference.moves, _heading):
        yield f"\n{heading}"
        for move in moves:
            yield from _move_lines(move)
    if difference.uncompared:
        yield "\nnot compared"
    for reason, ids in difference.uncompared_by_reason.items():
        yield f"  {reason}: {named(ids)}"


def _move_lines(move: Move) -> Iterator[str]:
    yield f"  {move.after.id}  ({move.after.subject})"
    yield f"    from     {move.before.verdict!s:9}  {move.before.says}"
    yield f"    to       {move.after.verdict!s:9}  {move.after.says}"
    for side in (move.before, move.after):
        if side.verdict is Verdict.VIOLATED:
            yield f"    violated {side.reason}"
    if move.after.instead:
        yield f"    instead  {move.after.instead}"


def _heading(move: Move) -> str:
    if move.violated:
        return str(Verdict.VIOLATED)
    return f"{move.impact}: the same code {IMPACTS[move.impact]}" if move.impact else "impact unknown"


def as_markdown(difference: Difference) -> str:
    """For an issue, a pull request or a job's summary."""
    return "\n".join(_markdown_lines(difference))


def _markdown_lines(difference: Difference) -> Iterator[str]:
    yield f"## From {difference.before.title} to {difference.after.title}\n"
    yield f"{_tally(difference)}.\n"
    yield table_row("statement", "impact", "before", "after", "what to write instead")
    yield "|---|---|---|---|---|"
    for move in difference.moves:
        sides = [f"*{side.verdict}*: {side.says}{_why(side)}" for side in (move.before, move.after)]
        yield table_row(f"`{move.after.id}`", move.impact or "", *sides, move.after.instead)
    if difference.uncompared:
        yield "\nNot compared:\n"
    for reason, ids in difference.uncompared_by_reason.items():
        yield f"- {reason}: {named([f'`{id_}`' for id_ in ids])}"


def _why(side: StatementRecord) -> str:
    return f" ({side.reason})" if side.verdict is Verdict.VIOLATED else ""


def as_json(difference: Difference) -> str:
    """For programs."""
    data = {
        "from": install_data(difference.before),
        "to": install_data(difference.after),
        "unchanged": difference.unchanged,
        "changes": [_move_data(move) for move in difference.moves],
        "uncompared": [{"id": id_, "reason": reason} for id_, reason in difference.uncompared.items()],
    }
    return json_text(data)


def _move_data(move: Move) -> dict[str, Any]:
    return {
        "id": move.after.id,
        "place": move.after.place,
        "subject": move.after.subject,
        "impact": move.impact,
        "from": statement_data(move.before),
        "to": statement_data(move.after),
    }


def _tally(difference: Difference) -> str:
    different, uncompared = plural(len(difference.moves), "statement"), len(difference.uncompared)
    return f"{different} different, {difference.unchanged} the same, {uncompared} not compared"


FORMATS = {"text": as_text, "markdown": as_markdown, "json": as_json}
