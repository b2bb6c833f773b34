"""A pair of worker processes, one of each install, whose blocks of steps are timed by turns."""

from contextlib import ExitStack
from math import ceil
from typing import Any, Dict, List, NamedTuple, Tuple

from benchmarks.worker_process import Assignment, WorkerProcess

BLOCK_SECONDS = 0.03
FEWEST_QUADS = 3

Quad = Tuple[float, float, float, float]


class Pair(NamedTuple):
    """What a pair measured: what A and B say of themselves, the steps of a block, and the seconds of the blocks.

    A quad holds four blocks, as A, B, B, A whatever their order was.
    """

    descriptions: List[Dict[str, Any]]
    steps: int
    quads: List[Quad]


def time_pair(sides: List[Assignment], seconds: float, first: int) -> Pair:
    """Starts a pair and times its blocks for about so many seconds, in the order A B B A (first: 0) or B A A B (1)."""
    with ExitStack() as stack:
        workers = [stack.enter_context(WorkerProcess(side)) for side in sides]
        descriptions = [worker.description() for worker in workers]
        step = max(description["step_seconds"] for description in descriptions)
        steps = _steps_per_block(descriptions, step)
        quads = max(FEWEST_QUADS, ceil(seconds / (4 * steps * step)))
        return Pair(descriptions, steps, [_quad(workers, steps, first) for _ in range(quads)])


def _steps_per_block(descriptions: List[Dict[str, Any]], step: float) -> int:
    """A block is short, so that what disturbs the machine meets both sides, and has whole calls of either."""
    per_call = int(max(description["steps_per_call"] for description in descriptions))
    return per_call * max(1, round(BLOCK_SECONDS / (per_call * step)))


def _quad(workers: List[WorkerProcess], steps: int, first: int) -> Quad:
    order = (first, 1 - first, 1 - first, first)
    seconds = [(side, workers[side].seconds(steps)) for side in order]
    (a1, a2), (b1, b2) = ([time for side, time in seconds if side == which] for which in (0, 1))
    return a1, b1, b2, a2
