"""Precision, Determinism.

Subject: precision and determinism.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import tensorflow as tf

from tf_conformance import changed, holds

ROOT = str(Path(__file__).resolve().parent.parent.parent)
TRAINING = "spec.precision.training"


def trained_twice(*options, **variables):
    """What a training in a process of its own says: the error without a seed, and the devices on which it repeats and does not."""
    # Slow: another process imports TensorFlow, since determinism is for a whole process.
    command = [sys.executable, "-W", "ignore", "-m", TRAINING, *options]
    ran = subprocess.run(command, cwd=ROOT, env={**os.environ, **variables}, stdout=subprocess.PIPE, check=True)
    seen = json.loads(ran.stdout.decode().splitlines()[-1])
    error = seen.pop("without seed")
    return error, [name for name in seen if seen[name]], [name for name in seen if not seen[name]]


@pytest.mark.subprocess
@holds("determinism.training", when="tensorflow<2.1")
def test_deterministic_convolutions():
    """With TF_CUDNN_DETERMINISTIC=1 set, a convolutional network trained twice from the same start gets the same weights bit for bit."""
    _, repeats, differs = trained_twice(TF_CUDNN_DETERMINISTIC="1")
    assert "CPU:0" in repeats
    assert differs == []


@pytest.mark.subprocess
@changed(
    "determinism.training",
    when="tensorflow>=2.1 and tensorflow<2.8",
    instead="TF_DETERMINISTIC_OPS=1 in the environment",
    impact="looks",
)
def test_deterministic_operations():
    """With TF_DETERMINISTIC_OPS=1 set, a convolutional network trained twice from the same start gets the same weights bit for bit."""
    assert not hasattr(tf.config.experimental, "enable_op_determinism")
    _, repeats, differs = trained_twice(TF_DETERMINISTIC_OPS="1")
    assert "CPU:0" in repeats
    assert differs == []


@pytest.mark.subprocess
@changed(
    "determinism.training",
    when="tensorflow>=2.8",
    instead="tf.keras.utils.set_random_seed(1); tf.config.experimental.enable_op_determinism()",
    impact="looks",
)
def test_determinism_is_enabled():
    """After enable_op_determinism(), training twice from the same start gives the same weights, and random operations need a seed."""
    error, repeats, differs = trained_twice("--enable-op-determinism")
    assert "CPU:0" in repeats
    assert differs == []
    assert error == "RuntimeError"
