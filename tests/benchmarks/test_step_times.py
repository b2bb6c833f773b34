"""What the step times of a run say together."""

from __future__ import annotations

import pytest

from benchmarks.step_times import ARITHMETIC, LAUNCHES, MEMORY, StepTime, bound_by, fixed_seconds, ratio_to_eager
from benchmarks.workload import Workload


def step_time(mode, batch, seconds, device="CPU:0", flops=None):
    """A step time of the dense network, on a device whose peak is 1e12 operations per second."""
    info = {"flops": flops, "peak_flops_per_second": 1e12}
    return StepTime(Workload("dense", batch), mode, device, seconds, 0.01, info)


def test_ratio_to_eager():
    """The ratio is that to the eager step of the same workload on the same device."""
    eager, other_batch, function, elsewhere = step_times = [
        step_time("eager", 16, 0.004),
        step_time("function", 64, 0.001),
        step_time("function", 16, 0.001),
        step_time("function", 16, 0.001, "GPU:0"),
    ]
    assert ratio_to_eager(function, step_times) == 0.25
    assert ratio_to_eager(eager, step_times) == 1
    assert ratio_to_eager(other_batch, step_times) is None
    assert ratio_to_eager(elsewhere, step_times) is None


def test_fixed_seconds():
    """A step of 1 ms and 0.01 ms per example takes 1 ms whatever its batch; other devices and modes do not matter."""
    step_times = [step_time("function", batch, 0.001 + batch * 1e-5) for batch in (16, 64, 256)]
    others = [step_time("eager", 16, 0.5), step_time("function", 256, 0.9, "GPU:0")]
    assert fixed_seconds(step_times[1], step_times + others) == pytest.approx(0.001)
    assert fixed_seconds(others[0], step_times + others) is None


def test_step_that_does_not_grow():
    """A step that takes no longer with a larger batch is one that only starts its operations."""
    step_times = [step_time("function", 16, 0.0012, flops=1e6), step_time("function", 256, 0.0011, flops=16e6)]
    assert fixed_seconds(step_times[1], step_times) == 0.0011
    assert [bound_by(step, step_times) for step in step_times] == [LAUNCHES, LAUNCHES]


def test_bounds():
    """A step is bound by what takes at least half of its time; by memory if it grows, but is far from the peak."""
    step_times = [
        step_time("function", 16, 0.0012, flops=1e6),
        step_time("function", 1600, 0.021, flops=1e8),
        step_time("jit", 16, 0.0012, flops=1e6),
        step_time("jit", 1600, 0.021, flops=2e10),
    ]
    assert [bound_by(step, step_times) for step in step_times] == [LAUNCHES, MEMORY, LAUNCHES, ARITHMETIC]


def test_unknown_bound():
    """With one batch size, or where the operations could not be counted, nothing is said that is not known."""
    one = step_time("function", 16, 0.001, flops=1e6)
    assert bound_by(one, [one]) is None
    own = [step_time("function", batch, 0.001 * batch) for batch in (16, 256)]
    assert bound_by(own[1], own) is None
