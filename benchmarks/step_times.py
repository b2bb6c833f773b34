"""The step times of a run, and the tables that people read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Iterator, List

import pytest

from benchmarks.workload import MODES, Workload

DOUBTFUL_SPREAD = 0.1


@dataclass(frozen=True)
class StepTime:
    """The time of a training step: median seconds, and the spread of the rounds, which is interquartile range / median.

    ``info`` is what the benchmark's JSON says beside it.
    """

    workload: Workload
    mode: str
    seconds: float
    spread: float
    info: dict[str, Any] = field(default_factory=dict)

    @property
    def doubtful(self) -> bool:
        """Whether the rounds differ so much that something else must have kept the machine busy."""
        return self.spread > DOUBTFUL_SPREAD


STEP_TIMES = pytest.StashKey[List[StepTime]]()


def ratio_to_eager(step: StepTime, step_times: list[StepTime]) -> float | None:
    """The step's time over that of the eager step of the same workload; None if that was not timed."""
    for other in step_times:
        if other.workload == step.workload and other.mode == "eager":
            return step.seconds / other.seconds
    return None


def tables(step_times: list[StepTime]) -> Iterator[str]:
    """One table per network, optimizer and precision: one row per mode, one column per batch size."""
    by_title: dict[str, list[StepTime]] = {}
    for step in step_times:
        title = " · ".join((step.workload.network, step.workload.optimizer, step.workload.precision))
        by_title.setdefault(title, []).append(step)
    for title, members in by_title.items():
        yield from _table(title, members)
    if any(step.doubtful for step in step_times):
        yield f"? rounds differ by more than {DOUBTFUL_SPREAD:.0%}: time it again on an idle machine"


def _table(title: str, step_times: list[StepTime]) -> Iterator[str]:
    sizes = sorted({step.workload.batch for step in step_times})
    yield f"{title}: milliseconds per step (speedup over eager)"
    yield _row("", [f"batch {size}" for size in sizes])
    for mode in MODES:
        cells = {step.workload.batch: _cell(step, step_times) for step in step_times if step.mode == mode}
        if cells:
            yield _row(mode, [cells.get(size, "-") for size in sizes])


def _row(name: str, cells: list[str]) -> str:
    return f"  {name:16}" + "".join(f"{cell:>24}" for cell in cells)


def _cell(step: StepTime, step_times: list[StepTime]) -> str:
    ratio = ratio_to_eager(step, step_times)
    speedup = f" ({1 / ratio:.1f})" if ratio else ""
    return f"{1e3 * step.seconds:.3f}{speedup}{'?' if step.doubtful else ' '}"
