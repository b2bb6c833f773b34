"""Installs of parts that were built for other versions of one another: real ones, which tox installs against their wishes."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from tests import SCHEMA
from tests.gallery.damages import CANNOT_BEGIN
from tests.gallery.environment import Environment


@dataclass(frozen=True)
class Mixture:
    """What must be read: what was found before the import, the cause, and the last words of Python."""

    finding: str
    cause: str
    evidence: str


MIXTURES = {
    "mixture-numpy": Mixture(
        "tensorflow-cpu 2.15.1 needs numpy<2.0.0,>=1.23.5, but 2.0.2 is installed",
        "NumPy is of another version than the one that TensorFlow, or a package that it uses, was built with",
        "numpy.core.umath failed to import",
    ),
    "mixture-descriptors": Mixture(
        "tensorflow-cpu 2.8.4 needs protobuf<3.20,>=3.9.2, but 4.25",
        "protobuf is of another version than the one that TensorFlow was built with",
        "Descriptors cannot be created directly",
    ),
    "mixture-protobuf": Mixture(
        "2.21.0 needs protobuf<8.0.0,>=6.31.1, but 4.25",
        "protobuf is of another version than the one that TensorFlow was built with",
        "cannot import name 'runtime_version' from 'google.protobuf'",
    ),
    "mixture-keras": Mixture(
        "2.21.0 needs keras>=3.12.0, but 2.15.0 is installed",
        "Keras is of another version than the one that TensorFlow takes",
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


def test_mixture(mixture, tmp_path):
    """One message, which begins with the command that mends it; the file checks are told; no traceback."""
    run = Environment(Path(sys.prefix), tmp_path).judge()
    report = run.stdout + run.stderr
    assert run.returncode == CANNOT_BEGIN, report[-4000:]
    assert "Traceback" not in report
    record = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    jsonschema.validate(record, SCHEMA)
    obstacle = record["obstacle"]
    assert obstacle["cause"] == mixture.cause
    assert mixture.evidence in obstacle["evidence"]
    finding = next(line for line in report.splitlines() if line.startswith("before the import: "))
    assert mixture.finding in finding
    mend = finding.rpartition(": ")[2]
    assert mend.startswith("python -m pip install ")
    assert obstacle["advice"].startswith(mend)
    violated = {statement["id"] for statement in record["statements"] if statement["verdict"] == "violated"}
    assert violated == {"install.requirements", "install.import"}
