"""Installs of parts that do not fit together: real ones, which tox installs although the parts say that they do not fit."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from tests import SCHEMA
from tests.gallery.damage import FINE, OF_THE_INSTALL, UNUSABLE
from tests.gallery.environment import Environment
from tests.gallery.following import follow, problems_of, use_uv


@dataclass(frozen=True)
class Mixture:
    """What must be said: what was found before the import, the cause, the part to be replaced, the last words of Python."""

    finding: str
    cause: str
    wanted: str
    evidence: str


OTHER_PROTOBUF = "TensorFlow was built with a different version of protobuf than the installed one"

MIXTURES = {
    "mixture-numpy": Mixture(
        "2.15.1 needs numpy<2.0.0,>=1.23.5, but 2.0.2 is installed",
        "TensorFlow, or a package that it uses, was built with a different version of NumPy than the installed one",
        "numpy",
        "numpy.core.umath failed to import",
    ),
    "mixture-descriptors": Mixture(
        "2.8.4 needs protobuf<3.20,>=3.9.2, but 4.25",
        OTHER_PROTOBUF,
        "protobuf",
        "Descriptors cannot be created directly",
    ),
    "mixture-protobuf": Mixture(
        "2.21.0 needs protobuf<8.0.0,>=6.31.1, but 4.25",
        OTHER_PROTOBUF,
        "protobuf",
        "cannot import name 'runtime_version' from 'google.protobuf'",
    ),
    "mixture-keras": Mixture(
        "2.21.0 needs keras>=3.12.0, but 2.15.0 is installed",
        "the installed Keras is not the version that TensorFlow needs",
        "keras",
        "has no attribute 'register_load_context_function'",
    ),
}


@pytest.fixture
def mixture():
    """What is known of the environment that runs this test."""
    name = Path(sys.prefix).name
    if name not in MIXTURES:
        pytest.skip("needs an environment that pip would refuse: tox run -m mixtures")
    return MIXTURES[name]


def test_mixture(mixture, tree, folder):
    """The cause is named, and the command for what was found before the import comes first; nothing else is violated."""
    run = Environment(Path(sys.prefix), tree, folder).judge()
    assert run.returncode == UNUSABLE, run.stdout[-4000:]
    record = json.loads((folder / "r.json").read_text(encoding="utf-8"))
    jsonschema.validate(record, SCHEMA)
    obstacle = record["obstacle"]
    found = next(problem for problem in record["problems"] if mixture.finding in problem["says"])
    assert obstacle["cause"] == mixture.cause
    assert mixture.evidence in obstacle["evidence"]
    assert obstacle["advice"][0] == found["do"]
    assert " install " in found["do"]
    assert mixture.wanted in found["do"]
    violated = {statement["id"] for statement in record["statements"] if statement["verdict"] == "violated"}
    assert violated == {"install.requirements", "install.import"}


def test_advice_is_followed(mixture, environment):
    """The command that was found before the import is all there is to do."""
    use_uv(environment)
    (do,) = {do for _, do in problems_of(environment)}
    assert mixture.wanted in do
    assert follow(do, environment)
    assert problems_of(environment) == []
    assert environment.judge("--statement", OF_THE_INSTALL).returncode == FINE
