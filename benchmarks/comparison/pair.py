"""A pair of worker processes, one per install, whose blocks of steps alternate."""

from __future__ import annotations

from contextlib import ExitStack
from math import ceil
from statistics import median
from typing import Any, NamedTuple, Tuple

from benchmarks.worker_process import Assignment, WorkerProcess

BLOCK_SECONDS = 0.006
CALIBRATIONS = 5
MIN_QUADS = 3

Quad = Tuple[float, float, float, float]


class Pair(NamedTuple):
    """What a pair measured: the descriptions that A and B gave, the steps per block, and the seconds of the blocks.

    A quad has the seconds of four blocks as A, B, B, A, even if they ran in the order B, A, A, B.
    """

    descriptions: list[dict[str, Any]]
    steps: int
    quads: list[Quad]


def time_pair(sides: list[Assignment], seconds: float, first: int) -> Pair:
    """Starts a pair and times its blocks for about this many seconds, in the order A B B A (first=0) or B A A B (1)."""
    with ExitStack() as stack:
        workers = [stack.enter_context(WorkerProcess(side)) for side in sides]
        descriptions = [worker.description() for worker in workers]
        steps = _steps_per_block(workers, int(descriptions[0]["steps_per_call"]))
        quads = max(MIN_QUADS, ceil(seconds / (4 * _mean_block(workers, steps, first))))
        return Pair(descriptions, steps, [_quad(workers, steps, first) for _ in range(quads)])


def _steps_per_block(workers: list[WorkerProcess], per_call: int) -> int:
    """As few whole calls as make a block long enough: short blocks let a disturbance of the machine meet both sides."""
    return per_call * max(1, round(BLOCK_SECONDS / _mean_block(workers, per_call, 0)))


def _mean_block(workers: list[WorkerProcess], steps: int, first: int) -> float:
    """The seconds of a block of this many steps, averaged over both sides."""
    return median(sum(_quad(workers, steps, first)) / 4 for _ in range(CALIBRATIONS))


def _quad(workers: list[WorkerProcess], steps: int, first: int) -> Quad:
    order = (first, 1 - first, 1 - first, first)
    seconds = [(side, workers[side].seconds(steps)) for side in order]
    (a1, a2), (b1, b2) = ([time for side, time in seconds if side == which] for which in (0, 1))
    return a1, b1, b2, a2
