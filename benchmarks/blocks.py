"""Blocks of training steps that are timed as one, and work of a known size that can be added to them."""

from __future__ import annotations

from time import perf_counter
from typing import Any, Callable

CALIBRATION_BLOCKS = 15
CALIBRATION_SECONDS = 0.02


def nothing() -> None:
    """No work."""


def timed_block(training: Any, burden: Callable[[], Any] = nothing) -> Callable[[int], float]:
    """A function that does at least as many steps as it is given, and returns the seconds until the device had done them."""

    def block(steps: int) -> float:
        with training.on_device():
            training.wait()
            start = perf_counter()
            for _ in range(0, steps, training.steps_per_call):
                training()
                burden()
            training.wait()
            return perf_counter() - start

    return block


def burden_of(training: Any, fraction: float) -> Callable[[], Any]:
    """Work of a known size: a loop that takes this fraction of the time of a call."""
    if not fraction:
        return nothing
    turns = _turns_per_call(training)
    return lambda: _spin(int(fraction * turns))


def _turns_per_call(training: Any) -> float:
    """How many turns of an empty loop take as long as a call: the median of blocks of both, by turns."""
    block, ratios = timed_block(training), []
    steps, turns = training.steps_per_call, 1000
    while block(steps) < CALIBRATION_SECONDS:
        steps *= 2
    while _seconds_of(_spin, turns) < CALIBRATION_SECONDS:
        turns *= 2
    for _ in range(CALIBRATION_BLOCKS):
        call = block(steps) / (steps / training.steps_per_call)
        ratios.append(call / (_seconds_of(_spin, turns) / turns))
    return sorted(ratios)[CALIBRATION_BLOCKS // 2]


def _seconds_of(work: Callable[[int], Any], size: int) -> float:
    start = perf_counter()
    work(size)
    return perf_counter() - start


def _spin(turns: int) -> None:
    for _ in range(turns):
        pass
