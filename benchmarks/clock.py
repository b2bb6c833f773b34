"""The clock of the benchmarks: it is read when the device has done its work, not when that was asked for."""

from __future__ import annotations

from time import perf_counter
from typing import Any

_awaited: Any | None = None


def await_before_reading(training: Any) -> None:
    """From now on the clock waits for this training."""
    global _awaited
    _awaited = training


def time_when_done() -> float:
    """The seconds of a monotonic clock when the device has done the work that the training gave it."""
    if _awaited is not None:
        _awaited.wait()
    return perf_counter()
