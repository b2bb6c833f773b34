"""The step times of a run, and what they say together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, List

import pytest

from benchmarks.workload import Workload

DOUBTFUL = 0.05
MOST = 0.5  # what a step is bound by accounts for at least half of its time
LAUNCHES, ARITHMETIC, MEMORY = "launches", "arithmetic", "memory"


@dataclass(frozen=True)
class StepTime:
    """The seconds of a training step on a device, and by what share of them they may be off.

    ``info`` is what the benchmark's JSON says beside it.
    """

    workload: Workload
    mode: str
    device: str
    seconds: float
    uncertainty: float
    info: dict[str, Any] = field(default_factory=dict)

    @property
    def doubtful(self) -> bool:
        """Whether the time is so uncertain that something else must have kept the machine busy."""
        return self.uncertainty > DOUBTFUL

    def differs_in_batch(self, other: StepTime) -> bool:
        """Whether the other is the same training with batches of the same or of another size."""
        same_workload = self.workload._replace(batch=0) == other.workload._replace(batch=0)
        return same_workload and (self.mode, self.device) == (other.mode, other.device)


STEP_TIMES = pytest.StashKey[List[StepTime]]()


def ratio_to_eager(step: StepTime, step_times: list[StepTime]) -> float | None:
    """The step's time over that of the eager step of the same workload; None if that was not timed."""
    for other in step_times:
        if (other.workload, other.device, other.mode) == (step.workload, step.device, "eager"):
            return step.seconds / other.seconds
    return None


def fixed_seconds(step: StepTime, step_times: list[StepTime]) -> float | None:
    """The part of a step's time that does not depend on its batch: a line through the times, extended to batch 0.

    It is the time of starting the operations, in Python and on the device; None if only one batch size was timed.
    """
    alike = sorted((other.workload.batch, other.seconds) for other in step_times if step.differs_in_batch(other))
    (small, fast), (large, slow) = alike[0], alike[-1]
    if small == large:
        return None
    per_example = max(0.0, slow - fast) / (large - small)
    return min(step.seconds, max(0.0, fast - small * per_example))


def share_of_peak(step: StepTime) -> float | None:
    """The step's rate over the best rate of the device in the same precision; None if its operations are not known."""
    flops = step.info["flops"]
    return flops / step.seconds / step.info["peak_flops_per_second"] if flops else None


def bound_by(step: StepTime, step_times: list[StepTime]) -> str | None:
    """What takes most of the step's time: starting the operations, the arithmetic, or, if neither, the memory.

    None if that is not known: if only one batch size was timed, or the step's operations could not be counted.
    """
    fixed, share = fixed_seconds(step, step_times), share_of_peak(step)
    if share is not None and share >= MOST:
        return ARITHMETIC
    if fixed is not None and fixed >= MOST * step.seconds:
        return LAUNCHES
    return None if fixed is None or share is None else MEMORY
