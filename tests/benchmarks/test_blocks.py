"""Blocks of steps, and work that is added to them."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from benchmarks.blocks import CALIBRATION_BLOCKS, burden_of, losses, no_work, timed_block, turns_per_call


class Recorded:
    """A training that does two steps per call and writes down what is asked of it."""

    steps_per_call = 2
    replicas = 1

    def __init__(self):
        self.calls = []

    def __call__(self):
        """Two steps."""
        self.calls.append("call")

    @contextmanager
    def on_device(self):
        """The device's context."""
        self.calls.append("enter")
        yield
        self.calls.append("exit")

    def wait(self):
        """The end of all steps."""
        self.calls.append("wait")

    def current_loss(self):
        """Less after each call."""
        return 10 - self.calls.count("call")


def test_block():
    """A block is whole calls, each with the burden, between two waits, on the device."""
    training = Recorded()
    block = timed_block(training, lambda: training.calls.append("burden"))
    assert block(3) >= 0
    assert training.calls == ["enter", "wait", "call", "burden", "call", "burden", "wait", "exit"]


def test_losses():
    """The loss is read before training and after each block of steps."""
    assert losses(Recorded(), 4, 2) == [10, 8, 6]


def test_no_burden():
    """Without a burden nothing is added to a call."""
    assert burden_of(Recorded(), 0.0) is no_work


@pytest.mark.parametrize(("step_seconds", "turn_seconds"), [(1e-3, 1e-8), (1e-6, 1e-7)])
def test_turns_per_call(step_seconds, turn_seconds):
    """As many turns as take the time of a call, however long a step and a turn take."""
    turns = turns_per_call(lambda steps: steps * step_seconds, 2, lambda turns: turns * turn_seconds)
    assert turns == pytest.approx(2 * step_seconds / turn_seconds)


def test_disturbed_calibration():
    """Seven disturbed blocks of fifteen do not change the result."""
    disturbed = [100.0] * (CALIBRATION_BLOCKS // 2)

    def time_turns(turns):
        return turns * 1e-7 * (disturbed.pop() if turns * 1e-7 >= 0.02 and disturbed else 1)

    assert turns_per_call(lambda steps: steps * 1e-3, 1, time_turns) == pytest.approx(1e4)
