"""The ratio of two installs from the ratios that process pairs gave, with an interval.

A pair's ratio holds what differs between its two processes (memory layout, thread placement) as well as what differed
from block to block, so the spread of pairs covers both. The interval is Wilcoxon's: the middle of all means of two pairs,
cut off by the exact distribution of the signed-rank statistic. It needs no normal distribution, and a pair that was
disturbed counts as a rank only.
"""

from __future__ import annotations

import math
import statistics
from typing import Any, NamedTuple, Sequence

LEVEL = 0.95
# After so many pairs it is looked whether the interval is narrow enough: each time after about a third more.
LOOKS = (8, 10, 13, 17, 22)
# Whoever looks five times may be wrong each time: together in no more than 5 of 100 comparisons.
MISS_PER_LOOK = (1 - LEVEL) / len(LOOKS)


class Estimate(NamedTuple):
    """B's time over A's: the ratio, and the interval that holds the true one in at least 95 of 100 comparisons."""

    ratio: float
    low: float
    high: float
    pairs: int

    @property
    def half_width(self) -> float:
        """Half the interval's width, as a part of the ratio: a smaller difference could not have been seen."""
        return (self.high - self.low) / (2 * self.ratio)

    def as_json(self) -> dict[str, Any]:
        """The estimate as JSON data."""
        return {**self._asdict(), "half_width": self.half_width, "verdict": self.verdict}

    @property
    def verdict(self) -> str:
        """B against A."""
        if self.low > 1:
            return "slower"
        if self.high < 1:
            return "faster"
        return "no difference seen"


def ratio_of_pair(quads: Sequence[Sequence[float]]) -> float:
    """B's time over A's in one pair of processes, from the seconds of its blocks in the order A, B, B, A.

    The mean of the middle half of the quads' ratios: what disturbs a quad does not count.
    """
    ratios = sorted(math.log((b1 + b2) / (a1 + a2)) for a1, b1, b2, a2 in quads)
    quarter = len(ratios) // 4
    return math.exp(statistics.mean(ratios[quarter : len(ratios) - quarter]))


def estimate(ratios: Sequence[float]) -> Estimate | None:
    """The estimate from the ratios of pairs; None where they are too few for the interval."""
    logs = [math.log(ratio) for ratio in ratios]
    means = sorted((one + other) / 2 for at, one in enumerate(logs) for other in logs[at:])
    # Fewer pairs than the first look has are looked at once only, when time is up.
    cut = _cut(len(logs), MISS_PER_LOOK if len(logs) >= LOOKS[0] else 1 - LEVEL)
    if cut is None:
        return None
    return Estimate(
        ratio=math.exp(statistics.median(means)),
        low=math.exp(means[cut]),
        high=math.exp(means[-1 - cut]),
        pairs=len(logs),
    )


def _cut(pairs: int, miss: float) -> int | None:
    """How many means to leave out at each end, so that the interval misses with at most this probability."""
    counts = _signed_rank_counts(pairs)
    below, cut = 0, None
    for statistic, count in enumerate(counts):
        below += count
        if 2 * below / 2**pairs > miss:
            break
        cut = statistic
    return cut


def _signed_rank_counts(pairs: int) -> list[int]:
    """How many of the 2**pairs choices of signs give each value of the signed-rank statistic."""
    counts = [1]
    for rank in range(1, pairs + 1):
        longer = counts + [0] * rank
        for statistic, count in enumerate(counts):
            longer[statistic + rank] += count
        counts = longer
    return counts
