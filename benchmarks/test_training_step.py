"""The training step of the notes' networks, or of the user's own, in every mode that TensorFlow has for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.workload import BATCHES, MODES, Workload

if TYPE_CHECKING:  # it imports TensorFlow
    from benchmarks.step_timer import StepTimer

# Adam shows what another optimizer costs, for which one batch size is enough.
OPTIMIZERS_AND_BATCHES = [*(("SGD", batch) for batch in BATCHES), ("Adam", BATCHES[1])]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("optimizer", "batch"), OPTIMIZERS_AND_BATCHES)
def test_training_step(
    check_and_time: StepTimer, network: str, inputs: tuple[str, ...], optimizer: str, batch: int, mode: str
) -> None:
    """A step in float32, as the device computes it by default."""
    check_and_time(Workload(network, batch, optimizer, inputs=inputs), mode)


def test_full_float32(check_and_time: StepTimer, first_network: str, inputs: tuple[str, ...]) -> None:
    """A step in full float32, if the device does not compute in it by default."""
    check_and_time.in_full_float32(Workload(first_network, BATCHES[-1], inputs=inputs))


@pytest.mark.parametrize("mode", ["function", "jit"])
@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision(
    check_and_time: StepTimer, first_network: str, inputs: tuple[str, ...], precision: str, batch: int, mode: str
) -> None:
    """A step with layers that compute in 16 bits, if the device has instructions for it."""
    check_and_time(Workload(first_network, batch, "SGD", precision, inputs), mode)


@pytest.mark.parametrize("mode", ["function", "eager", "jit"])
def test_resnet50(check_and_time: StepTimer, mode: str) -> None:
    """A step of ResNet50, if the machine does one in half a second; only in one mode, since XLA alone takes a minute or more."""
    if mode != "function" and not check_and_time.any_size:
        pytest.skip("ResNet50 is timed in the function mode; --any-size times it in every mode")
    check_and_time(Workload("resnet50", 16), mode)
