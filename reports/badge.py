"""The badge: in one line, whether installs do what they should."""

from __future__ import annotations

import anybadge

from tf_conformance.records.matrix import Column
from tf_conformance.statements.form import Verdict

GREEN, RED, GREY = "#2a7d46", "#b3121d", "#60666d"


def badge_of(columns: list[Column]) -> str:
    """An SVG for these installs: how many there are, or how many statements they violate."""
    text, colour = _standing(columns)
    label = (
        f"TensorFlow {columns[0].install.tensorflow}" if len(columns) == 1 else f"{len(columns)} TensorFlow installs"
    )
    return anybadge.Badge(label, text, default_color=colour).badge_svg_text


def _standing(columns: list[Column]) -> tuple[str, str]:
    violated = sum(column.count(Verdict.VIOLATED) for column in columns)
    if violated:
        return f"{violated} violated", RED
    if not all(column.complete for column in columns):
        return "not all finished", GREY
    return "as specified", GREEN
