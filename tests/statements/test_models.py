"""What the models of the specification promise to its cases."""

from __future__ import annotations

import numpy as np
import pytest

from spec.models import any_order


@pytest.mark.parametrize("units", [3, 10])
def test_any_order(units):
    """Sums in another order stay within the bound, and a changed weight does not."""
    random = np.random.RandomState(units)
    x, kernel, bias, last, end = (
        random.randn(*shape).astype(np.float32) for shape in [(5, units), (units, units), (units,), (units, 2), (2,)]
    )

    def outputs(kernel, order):
        hidden = np.maximum(sum(x[:, [each]] * kernel[each] for each in order) + bias, 0)
        return sum(hidden[:, [each]] * last[each] for each in order) + end

    forwards, backwards = range(units), range(units)[::-1]
    expected, bound = outputs(kernel, forwards), any_order(x, kernel, bias, last, end)
    assert expected.dtype == np.float32
    assert 0 < np.abs(outputs(kernel, backwards) - expected).max() <= bound
    assert np.abs(outputs(kernel * np.float32(1.01), forwards) - expected).max() > bound
