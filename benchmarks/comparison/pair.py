"""A pair of worker processes, one of each install, whose blocks of steps are timed by turns."""

from __future__ import annotations

from contextlib import ExitStack
from math import ceil
from statistics import median
from typing import Any, NamedTuple, Tuple

from benchmarks.worker_process import Assignment, WorkerProcess

BLOCK_SECONDS = 0.006
CALIBRATIONS = 5
FEWEST_QUADS = 3

Quad = Tuple[float, float, float, float]


class Pair(NamedTuple):
    """What a pair measured: what A and B say of themselves, the steps of a block, and the seconds of the blocks.

    A quad holds four blocks, as A, B, B, A whatever their order was.
    """

    descriptions: list[dict[str, Any]]
    steps: int
    quads: list[Quad]


def time_pair(sides: list[Assignment], seconds: float, first: int) -> Pair:
    """Starts a pair and times its blocks for about so many seconds, in the order A B B A (first: 0) or B A A B (1)."""
    with ExitStack() as stack:
        workers = [stack.enter_context(WorkerProcess(side)) for side in sides]
        descriptions = [worker.description() for worker in workers]
        steps = _steps_per_block(workers, int(descriptions[0]["steps_per_call"]))
        block = median(sum(_quad(workers, steps, first)) / 4 for _ in range(CALIBRATIONS))
        quads = max(FEWEST_QUADS, ceil(seconds / (4 * block)))
        return Pair(descriptions, steps, [_quad(workers, steps, first) for _ in range(quads)])


def _steps_per_block(workers: list[WorkerProcess], per_call: int) -> int:
    """Whole calls, and as few as make the block long enough: what disturbs the machine is to meet both sides."""
    call = median(sum(_quad(workers, per_call, 0)) / 4 for _ in range(CALIBRATIONS))
    return per_call * max(1, round(BLOCK_SECONDS / call))


def _quad(workers: list[WorkerProcess], steps: int, first: int) -> Quad:
    order = (first, 1 - first, 1 - first, first)
    seconds = [(side, workers[side].seconds(steps)) for side in order]
    (a1, a2), (b1, b2) = ([time for side, time in seconds if side == which] for which in (0, 1))
    return a1, b1, b2, a2
