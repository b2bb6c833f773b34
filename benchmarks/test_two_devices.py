"""The device that trains compared with another, such as a GPU with the CPU: from which batch size on does it pay off?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.workload import BATCHES, Workload

if TYPE_CHECKING:  # they import TensorFlow
    from benchmarks.device import TrainingDevice
    from benchmarks.step_timer import StepTimer

MODES = ("eager", "function", "jit")
LARGE_BATCH = 1024


@pytest.mark.parametrize("mode", MODES)
def test_large_batch(
    device_beside: TrainingDevice, check_and_time: StepTimer, first_network: str, inputs: tuple[str, ...], mode: str
) -> None:
    """A step with a batch that is large enough for small networks on large GPUs."""
    check_and_time(Workload(first_network, LARGE_BATCH, inputs=inputs), mode)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("batch", [*BATCHES, LARGE_BATCH])
def test_device_beside(
    check_and_time_beside: StepTimer, first_network: str, inputs: tuple[str, ...], batch: int, mode: str
) -> None:
    """A step on the device beside."""
    check_and_time_beside(Workload(first_network, batch, inputs=inputs), mode)
