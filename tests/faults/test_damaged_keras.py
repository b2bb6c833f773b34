"""A copy of Keras with damaged lines: the statements that depend on these lines are violated, and no others.

All lines are damaged at once, since finding out that no other statement is violated takes a run of the whole specification.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests import ROOT
from tests.faults.shared import has_keras_3, inside

OPTIONS = ["-q", "-p", "no:cacheprovider", "-n", "0"]


class Damage(NamedTuple):
    """A line of Keras's source, its replacement, and the statements that it must violate."""

    file: str
    line: str
    damaged: str
    violated: set[str]


DAMAGES = {
    "dense-bias-ones": Damage(
        "src/layers/core/dense.py",
        '        bias_initializer="zeros",',
        '        bias_initializer="ones",',
        {"initializers.dense-bias-zeros", "initializers.by-layer"},
    ),
    "max-pooling-stride-one": Damage(
        "src/layers/pooling/max_pooling2d.py",
        "        strides=None,",
        "        strides=1,",
        # The notes do not pass strides to their pooling layer: what they say about their network depends on the default.
        {
            "pool.stride-default",
            "pool.shape",
            "cnn.layer-shapes",
            "cnn.layer-parameters",
            "listing.convolution",
            "summary.line-length",
            "summary.table",
            "summary.totals",
        },
    ),
    "top-three": Damage(
        "src/metrics/accuracy_metrics.py",
        '    def __init__(self, k=5, name="top_k_categorical_accuracy", dtype=None):',
        '    def __init__(self, k=3, name="top_k_categorical_accuracy", dtype=None):',
        {"metrics.top-k-default"},
    ),
    "logits-ignored": Damage(
        "src/losses/losses.py",
        "            from_logits=from_logits,",
        "            from_logits=False,",
        {"losses.from-logits", "losses.logits-twice", "compile.by-object", "listing.compile-by-object"},
    ),
    "glorot-without-root": Damage(
        "src/initializers/random_initializers.py",
        "            limit = math.sqrt(3.0 * scale)",
        "            limit = 3.0 * scale",
        {"initializers.dense-kernel-glorot", "initializers.by-layer", "initializers.attention"},
    ),
}


@pytest.fixture
def damaged_keras(tmp_path):
    """A folder with a copy of Keras with every damage, to be put on the path before the real one."""
    if not has_keras_3():
        pytest.skip("the damaged lines are those of Keras 3")
    copy = tmp_path / "keras"
    shutil.copytree(Path(inside("version").__file__).parents[1], copy, ignore=shutil.ignore_patterns("__pycache__"))
    for damage in DAMAGES.values():
        source = copy / damage.file
        text = source.read_text(encoding="utf-8")
        assert damage.line in text
        source.write_text(text.replace(damage.line, damage.damaged), encoding="utf-8")
    return tmp_path


def test_right_statements_are_violated(damaged_keras, tmp_path):
    """Exactly the statements that depend on the lines are violated, and the one that no copy shadows the installed Keras."""
    record = tmp_path / "record.json"
    run = subprocess.run(
        # What is checked in a process of its own needs none of the lines, and half as long as all the rest.
        [sys.executable, "-m", "pytest", "spec", *OPTIONS, "-m", "not subprocess", "--record", str(record)],
        cwd=str(ROOT),
        env={**os.environ, "PYTHONPATH": str(damaged_keras)},
        capture_output=True,
        text=True,
        check=False,
    )
    statements = json.loads(record.read_text(encoding="utf-8"))["statements"]
    violated = {statement["id"] for statement in statements if statement["verdict"] == "violated"}
    assert violated == {"install.nothing-shadowed"}.union(*(damage.violated for damage in DAMAGES.values()))
    assert run.returncode == 1
