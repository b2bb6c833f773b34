"""What processes tell one another survives the way between them."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import pytest

from tests.pretended.installs import INSTALL
from tests.pretended.records import SMALL_CATALOGUE
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.limits import Limits
from tf_conformance.install.problem import USE, Problem
from tf_conformance.plugin.messages import Briefing, Observation

OBSTACLE = Obstacle("TensorFlow cannot be imported", "x is missing", "No module named 'x'", ("do this", "or that"), "…")
PROBLEMS = (Problem("a", "b"), Problem("c", "d", breaks=USE))
OBSERVATIONS = [
    Observation(INSTALL),
    Observation(replace(INSTALL, build={"cuda": True, "xla": None}), OBSTACLE, {"thing.a": 3}),
]
BRIEFINGS = [
    Briefing(SMALL_CATALOGUE, Limits()),
    Briefing(SMALL_CATALOGUE, Limits(1, 2, 3, 4), ("/x\udcff",), PROBLEMS, OBSTACLE, "/tmp/x"),
]


def trace_in(message):
    """The trace of an obstacle, which does not count in comparisons."""
    return message.obstacle and message.obstacle.trace


@pytest.mark.parametrize("observation", OBSERVATIONS)
def test_observation(observation):
    """An observation survives JSON both ways, also the trace of an obstacle."""
    read = Observation.from_json(json.loads(json.dumps(observation.to_json())))
    assert read == observation
    assert trace_in(read) == trace_in(observation)


@pytest.mark.parametrize("briefing", BRIEFINGS)
def test_briefing(briefing):
    """A briefing survives pickling, with its catalogue."""
    read = pickle.loads(pickle.dumps(briefing))
    assert replace(read, catalogue=SMALL_CATALOGUE) == briefing
    assert list(read.catalogue.functions()) == list(SMALL_CATALOGUE.functions())
    assert trace_in(read) == trace_in(briefing)
