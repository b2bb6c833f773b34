"""near: equality of numbers up to rounding."""

from __future__ import annotations

import numpy as np
import pytest

from tf_conformance.statements.near import near


@pytest.mark.parametrize("seen", [1.0, 1.00001, np.float32(1), np.array(1.0)])
def test_close_numbers_are_equal(seen):
    """A number within atol + rtol * abs(expected) is equal."""
    assert seen == near(1.0)


@pytest.mark.parametrize("seen", [1.0001, 0.9999, np.nan, np.inf, [1.0], np.ones(2)])
def test_other_numbers_differ(seen):
    """A number that is further off, NaN, and another shape are not equal."""
    assert not seen == near(1.0)  # noqa: SIM201 - near defines == alone


def test_both_tolerances_add_up():
    """The tolerances given replace the defaults, and both count."""
    assert near(10.0, rtol=0.01, atol=0.1) == 10.2
    assert not near(10.0, rtol=0.01, atol=0.1) == 10.21  # noqa: SIM201


def test_infinities_nan_and_empty_arrays():
    """Equal infinities and empty arrays are equal; an expected NaN is equal to nothing."""
    assert np.array([np.inf, 1.0]) == near([np.inf, 1.0])
    assert not np.array([np.nan]) == near([np.nan])  # noqa: SIM201
    assert np.zeros((0, 3)) == near(np.zeros((0, 3)))


@pytest.mark.parametrize(
    ("expected", "seen", "words"),
    [
        (1.0, 2.0, ("1", "2")),
        ([1.0, 2.0], [1.0, 2.0, 3.0], ("shape (2,)", "shape (3,)")),
        (
            [[1.0, 2.0], [3.0, 4.0]],
            [[1.0, 2.1], [9.0, 4.0]],
            ("3 at [1, 0]", "9 (2 of 4 beyond rtol 1e-05, atol 1e-06)"),
        ),
    ],
)
def test_description(expected, seen, words):
    """The description gives the shapes if they differ, or else the worst number and its place."""
    assert near(expected).describe(seen) == words
