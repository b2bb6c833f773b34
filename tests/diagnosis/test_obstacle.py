"""Obstacles: what keeps an install from being judged."""

from __future__ import annotations

import json

from tf_conformance.diagnosis.obstacle import Obstacle, steps

OBSTACLE = Obstacle("TensorFlow cannot be imported", "x is missing", "No module named 'x'", ("do this", "or that"), "…")


def test_lines():
    """An obstacle reads as what cannot be done and why, the evidence, and one numbered line per step."""
    assert list(OBSTACLE.lines()) == [
        "TensorFlow cannot be imported: x is missing",
        "  evidence  No module named 'x'",
        "  do 1      do this",
        "  do 2      or that",
    ]


def test_single_step():
    """A single step has no number."""
    assert list(steps(("do this",), indent="")) == ["do        do this"]


def test_no_step():
    """Without anything to do there is no line."""
    assert list(steps((), indent="")) == []


def test_json():
    """An obstacle survives JSON both ways, with its trace."""
    read = Obstacle.from_json(json.loads(json.dumps(OBSTACLE.to_json())))
    assert read == OBSTACLE
    assert read.trace == "…"


def test_json_of_the_first_version():
    """An obstacle of an old record, whose advice is a single text, is read."""
    data = {**OBSTACLE.to_json(), "advice": "do this"}
    assert Obstacle.from_json(data).advice == ("do this",)
    del data["trace"]
    assert Obstacle.from_json(data).trace == ""
