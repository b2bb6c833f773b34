"""What the rounds of a benchmark say about the time of a call."""

from __future__ import annotations

from math import ceil, floor, sqrt
from typing import Sequence

QUANTILE = 0.25
NORMAL_95 = 1.96  # this many standard deviations to either side hold 95% of a normal distribution


def lower_quartile(seconds: Sequence[float]) -> tuple[float, float]:
    """The lower quartile of the rounds, and by what share of it it may be off, with a probability of 95%.

    Disturbances make a round longer, never shorter, so the faster rounds say more about the step and less about the
    machine's other work than the median does. How many of the rounds are below the true quartile is distributed
    binomially; hence the interval, which assumes nothing of the rounds but that they do not depend on one another.
    """
    ordered, middle = sorted(seconds), QUANTILE * len(seconds)
    reach = NORMAL_95 * sqrt(middle * (1 - QUANTILE))
    low, high = max(0, floor(middle - reach)), min(len(ordered) - 1, ceil(middle + reach))
    quartile = ordered[int(middle)]
    return quartile, (ordered[high] - ordered[low]) / (2 * quartile)
