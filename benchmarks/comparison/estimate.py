"""The ratio of two installs, with an interval, from the ratios that pairs of processes gave.

The ratio of a pair contains what differs between its two processes (memory layout, thread placement) as well as what
differs from block to block, so the spread of the pairs covers both. The interval is Wilcoxon's: the middle of the
sorted means of any two pairs, cut off by the exact distribution of the signed-rank statistic. It assumes no normal
distribution, and a disturbed pair counts only by its rank.
"""

from __future__ import annotations

import math
import statistics
from typing import Any, NamedTuple, Sequence

LEVEL = 0.95
# The interval is tested after these numbers of pairs, each about a third larger than the last: is it narrow enough?
LOOKS = (8, 10, 13, 17, 22)
# Each of the five tests may miss, so each gets a fifth of the 5% by which a comparison may.
MISS_PER_LOOK = (1 - LEVEL) / len(LOOKS)


class Estimate(NamedTuple):
    """B's time over A's: the ratio, and the interval that contains the true ratio in at least 95 of 100 comparisons."""

    ratio: float
    low: float
    high: float
    pairs: int

    @property
    def half_width(self) -> float:
        """Half the width of the interval, relative to the ratio: no smaller difference could have been seen."""
        return (self.high - self.low) / (2 * self.ratio)

    @property
    def verdict(self) -> str:
        """What B is, compared with A."""
        if self.low > 1:
            return "slower"
        if self.high < 1:
            return "faster"
        return "no difference seen"

    def as_json(self) -> dict[str, Any]:
        """The estimate as JSON data."""
        return {**self._asdict(), "half_width": self.half_width, "verdict": self.verdict}


def ratio_of_pair(quads: Sequence[Sequence[float]]) -> float:
    """B's time over A's in one pair of processes, from the seconds of its blocks in the order A, B, B, A.

    It is the mean of the middle half of the quads' ratios, so that a disturbed quad does not count.
    """
    ratios = sorted(math.log((b1 + b2) / (a1 + a2)) for a1, b1, b2, a2 in quads)
    quarter = len(ratios) // 4
    return math.exp(statistics.mean(ratios[quarter : len(ratios) - quarter]))


def estimate(ratios: Sequence[float]) -> Estimate | None:
    """The estimate from the ratios of pairs; None if there are too few for an interval."""
    logs = [math.log(ratio) for ratio in ratios]
    means = sorted((one + other) / 2 for at, one in enumerate(logs) for other in logs[at:])
    # With fewer pairs than at the first look, there is only one test, when time is up.
    cut = critical_value(len(logs), MISS_PER_LOOK if len(logs) >= LOOKS[0] else 1 - LEVEL)
    if cut is None:
        return None
    return Estimate(
        ratio=math.exp(statistics.median(means)),
        low=math.exp(means[cut]),
        high=math.exp(means[-1 - cut]),
        pairs=len(logs),
    )


def critical_value(pairs: int, miss: float) -> int | None:
    """The largest signed-rank statistic that is at most this probable, two-sided; None if even 0 is more probable.

    The interval leaves out as many means at each end.
    """
    below, largest = 0, None
    for statistic, count in enumerate(signed_rank_counts(pairs)):
        below += count
        if 2 * below / 2**pairs > miss:
            break
        largest = statistic
    return largest


def signed_rank_counts(pairs: int) -> list[int]:
    """How many of the 2**pairs choices of signs give each value of the signed-rank statistic."""
    counts = [1]
    for rank in range(1, pairs + 1):
        longer = counts + [0] * rank
        for statistic, count in enumerate(counts):
            longer[statistic + rank] += count
        counts = longer
    return counts
