"""The training step of the notes' networks, in every mode that TensorFlow has for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.workload import BATCHES, MODES, OPTIMIZERS, Workload

if TYPE_CHECKING:  # it imports TensorFlow
    from benchmarks.step_timer import StepTimer


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("network", ["cnn", "dense"])
def test_training_step(check_and_time: StepTimer, network: str, optimizer: str, batch: int, mode: str) -> None:
    """A step in float32."""
    check_and_time(Workload(network, batch, optimizer), mode)


@pytest.mark.parametrize("mode", ["eager", "function", "jit"])
@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision(check_and_time: StepTimer, precision: str, batch: int, mode: str) -> None:
    """A step with layers that compute in 16 bits, if the device has instructions for it."""
    check_and_time(Workload("cnn", batch, "SGD", precision), mode)


@pytest.mark.parametrize("mode", ["eager", "function", "jit"])
def test_resnet50(check_and_time: StepTimer, mode: str) -> None:
    """A step of ResNet50, if the machine does one in half a second."""
    check_and_time(Workload("resnet50", 16), mode)
