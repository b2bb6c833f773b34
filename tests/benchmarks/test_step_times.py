"""The tables of step times."""

from __future__ import annotations

from benchmarks.step_times import StepTime, ratio_to_eager, tables
from benchmarks.workload import Workload


def step_time(mode, batch, seconds, spread=0.01):
    """A step time of the dense network."""
    return StepTime(Workload("dense", batch), mode, seconds, spread)


def test_table():
    """One row per mode, one column per batch size; what is doubtful is marked, and the mark explained."""
    step_times = [step_time("eager", 16, 0.004), step_time("function", 16, 0.001, 0.2), step_time("eager", 64, 0.006)]
    lines = list(tables(step_times))
    assert lines[0] == "dense · SGD · float32: milliseconds per step (speedup over eager)"
    assert lines[1].split() == ["batch", "16", "batch", "64"]
    assert lines[2].split() == ["eager", "4.000", "(1.0)", "6.000", "(1.0)"]
    assert lines[3].split() == ["function", "1.000", "(4.0)?", "-"]
    assert lines[4:] == ["? rounds differ by more than 10%: time it again on an idle machine"]


def test_ratio_to_eager():
    """The ratio is that to the eager step of the same workload."""
    eager, other_batch, function = step_times = [
        step_time("eager", 16, 0.004),
        step_time("function", 64, 0.001),
        step_time("function", 16, 0.001),
    ]
    assert ratio_to_eager(function, step_times) == 0.25
    assert ratio_to_eager(eager, step_times) == 1
    assert ratio_to_eager(other_batch, step_times) is None
