"""What the rounds of a benchmark say."""

from __future__ import annotations

import random

import pytest

from benchmarks.rounds import lower_quartile


def test_undisturbed():
    """Rounds that agree leave no doubt."""
    assert lower_quartile([0.02] * 20) == (0.02, 0.0)


def test_disturbed_rounds():
    """Rounds that other work of the machine makes longer change the lower quartile little, although they are the most."""
    quiet, disturbed = [1.0, 1.01, 1.02, 1.03] * 4, [1.5, 2.0, 3.0] * 7
    assert lower_quartile(quiet + disturbed)[0] == pytest.approx(1.02, abs=0.011)


def test_few_rounds_are_uncertain():
    """Three rounds that differ by a tenth leave a twentieth of doubt."""
    assert lower_quartile([1.0, 1.05, 1.1]) == (1.0, pytest.approx(0.05))


def test_more_rounds_are_more_certain():
    """With four times the rounds, the interval is about half as wide."""
    draw = random.Random(1)
    few, many = (
        sum(lower_quartile([1 + draw.expovariate(5) for _ in range(count)])[1] for _ in range(50)) for count in (20, 80)
    )
    assert 0.35 < many / few < 0.65


def test_interval_contains_the_truth():
    """The interval contains the true quartile in at least 90 of 100 benchmarks, whatever the noise."""
    draw, truth = random.Random(1), 1 + 0.05 * 0.28768  # of 1 plus an exponential of mean 0.05
    missed = 0
    for _ in range(200):
        quartile, share = lower_quartile([1 + draw.expovariate(20) for _ in range(30)])
        missed += abs(quartile - truth) > 1.5 * share * quartile
    assert missed <= 20
