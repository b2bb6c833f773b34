"""The statistics of a comparison."""

from __future__ import annotations

import math
import random

import pytest

from benchmarks.comparison.estimate import LOOKS, critical_value, estimate, ratio_of_pair, signed_rank_counts


def test_ratio_of_pair():
    """The ratio of a pair is that of the middle half of its quads, so that a disturbed quad does not matter."""
    assert ratio_of_pair([(1, 2, 2, 1)]) == pytest.approx(2)
    assert ratio_of_pair([(1, 1.1, 1.1, 1)] * 6 + [(1, 50, 1, 1), (9, 1, 1, 9)]) == pytest.approx(1.1)


def test_drift_cancels():
    """A machine that slows down evenly does not make B slower: A is timed before and after it."""
    assert ratio_of_pair([(1.0, 1.1, 1.2, 1.3)]) == pytest.approx(1)


def test_signed_rank_counts():
    """With three pairs, the eight choices of signs give the sums 0, 1, 2, 3 (twice), 4, 5, 6."""
    assert signed_rank_counts(3) == [1, 1, 1, 2, 1, 1, 1]


@pytest.mark.parametrize(
    ("pairs", "miss", "value"),
    [(5, 0.05, None), (6, 0.05, 0), (8, 0.05, 3), (10, 0.05, 8), (8, 0.01, 0), (10, 0.01, 3), (12, 0.01, 7)],
)
def test_critical_values(pairs, miss, value):
    """The critical values are those of Wilcoxon's tables, two-sided."""
    assert critical_value(pairs, miss) == value


def test_estimate_of_eight():
    """At the first look, the interval reaches from the smallest ratio to the largest; with fewer than six there is none."""
    ratios = [0.98, 0.99, 0.995, 1.0, 1.001, 1.005, 1.01, 1.02]
    known = estimate(ratios)
    assert (known.low, known.high) == (pytest.approx(0.98), pytest.approx(1.02))
    assert known.half_width == pytest.approx(0.02, rel=0.01)
    assert estimate(ratios[:5]) is None


def test_exchanging_the_sides_inverts_the_estimate():
    """If B is slower than A, A is faster than B by the inverse ratio."""
    ratios = [1.04, 1.05, 1.06, 1.03, 1.07, 1.05, 1.04, 1.06]
    one, other = estimate(ratios), estimate([1 / ratio for ratio in ratios])
    assert (one.verdict, other.verdict) == ("slower", "faster")
    assert one.ratio == pytest.approx(1 / other.ratio)
    assert (one.low, one.high) == (pytest.approx(1 / other.high), pytest.approx(1 / other.low))


def test_interval_contains_the_truth():
    """Over many comparisons that stop when they are precise enough, the interval misses in fewer than 5 of 100."""
    draw = random.Random(1)
    missed = 0
    for _ in range(400):
        ratios = [math.exp(draw.gauss(0, 0.02)) for _ in range(LOOKS[-1])]
        looks = [estimate(ratios[:pairs]) for pairs in LOOKS]
        known = next((known for known in looks if known.half_width <= 0.015), looks[-1])
        missed += known.verdict != "no difference seen"
    assert missed <= 20
