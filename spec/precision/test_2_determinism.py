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


def trained_twice(*options, **variables):
    """The results of random operations, unseeded and seeded, and of a second training on each device, in a separate process."""
    # Slow: another process imports TensorFlow, since determinism is for a whole process.
    command = [sys.executable, "-W", "ignore", "-m", "spec.precision.training", *options]
    ran = subprocess.run(command, cwd=ROOT, env={**os.environ, **variables}, stdout=subprocess.PIPE, check=True)
    return json.loads(ran.stdout.decode().splitlines()[-1])


def same_weights(trainings):
    """The expected result of these trainings, by device."""
    return dict.fromkeys(trainings, "same weights")


@pytest.mark.subprocess
@holds("determinism.training", when="tensorflow<2.1")
def test_deterministic_convolutions():
    """With TF_CUDNN_DETERMINISTIC=1, training a convolutional network twice from the same weights gives bit-identical weights."""
    trainings = trained_twice(TF_CUDNN_DETERMINISTIC="1")["trainings"]
    assert trainings == same_weights(trainings)


@pytest.mark.subprocess
@changed(
    "determinism.training",
    when="tensorflow>=2.1 and tensorflow<2.8",
    instead="TF_DETERMINISTIC_OPS=1 in the environment",
    impact="looks",
    traces=["os.environ['TF_CUDNN_DETERMINISTIC'] = $VALUE"],
)
def test_deterministic_operations():
    """With TF_DETERMINISTIC_OPS=1, training a convolutional network twice from the same weights gives bit-identical weights."""
    assert not hasattr(tf.config.experimental, "enable_op_determinism")
    trainings = trained_twice(TF_DETERMINISTIC_OPS="1")["trainings"]
    assert trainings == same_weights(trainings)


@pytest.mark.subprocess
@changed(
    "determinism.training",
    when="tensorflow>=2.8",
    instead="tf.random.set_seed(1); tf.config.experimental.enable_op_determinism()",
    impact="looks",
    traces=["os.environ[$ONE_OF('TF_CUDNN_DETERMINISTIC', 'TF_DETERMINISTIC_OPS')] = $VALUE"],
)
def test_determinism_is_enabled():
    """After enable_op_determinism(), training twice from the same weights gives identical weights, and random operations need a seed."""
    seen = trained_twice("--enable-op-determinism")
    assert (seen["unseeded"], seen["seeded"]) == ("RuntimeError", "random number")
    assert seen["trainings"] == same_weights(seen["trainings"])
