"""What processes tell one another survives the way between them, which carries only plain data."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.pretended.installs import INSTALL
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.limits import Limits
from tf_conformance.install.problem import USE, Problem
from tf_conformance.plugin.messages import Briefing, Observation

OBSTACLE = Obstacle("TensorFlow cannot be imported", "x is missing", "No module named 'x'", ("do this", "or that"), "…")
MESSAGES = [
    Observation(INSTALL),
    Observation(replace(INSTALL, build={"cuda": True, "xla": None}), OBSTACLE, {"thing.a": 3}),
    Briefing(Limits()),
    Briefing(Limits(1, 2, 3, 4), ("/x",), (Problem("a", "b"), Problem("c", "d", breaks=USE)), OBSTACLE, "/tmp/x"),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_json(message):
    """A message survives JSON both ways, also the trace of an obstacle, which does not count in comparisons."""
    read = type(message).from_json(json.loads(json.dumps(message.to_json())))
    assert read == message
    assert (read.obstacle and read.obstacle.trace) == (message.obstacle and message.obstacle.trace)
