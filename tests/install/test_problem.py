"""Problems: what is wrong, and what to do."""

from __future__ import annotations

import json

from tf_conformance.install.problem import IMPORT, Problem

PROBLEM = Problem("x is missing", "install x")


def test_one_line():
    """A problem reads as one line."""
    assert str(PROBLEM) == "x is missing: install x"


def test_json():
    """A problem survives JSON both ways, but for what a record does not tell."""
    assert Problem("x", "y", breaks=IMPORT).to_json() == {"says": "x", "do": "y"}
    assert Problem.from_json(json.loads(json.dumps(PROBLEM.to_json()))) == PROBLEM
