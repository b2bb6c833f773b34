"""The training step of the notes' networks, in every mode that TensorFlow has for it."""

from __future__ import annotations

import pytest

from benchmarks.stopwatch import time_when_done
from benchmarks.workload import MODES, OPTIMIZERS, Workload

# A round of at least 20 ms, so that reading the clock and waiting for the device weigh nothing.
pytestmark = pytest.mark.benchmark(timer=time_when_done, min_time=0.02, max_time=0.4, min_rounds=8, disable_gc=True)

BATCHES = (16, 64, 256)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("network", ["cnn", "dense"])
def test_training_step(timed, network, optimizer, batch, mode):
    """A step in float32: the same losses in every mode, traced once, and so fast."""
    timed(Workload(network, batch, optimizer), mode)


@pytest.mark.parametrize("mode", ["eager", "function", "jit"])
@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision(timed, precision, batch, mode):
    """A step with layers that compute in 16 bits, where the device has instructions for it."""
    timed(Workload("cnn", batch, "SGD", precision), mode)


@pytest.mark.parametrize("mode", ["eager", "function", "jit"])
def test_resnet50(timed, mode):
    """A step of ResNet50, where the machine does one in half a second."""
    timed(Workload("resnet50", 16), mode)
