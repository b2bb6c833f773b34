"""The clock, which waits for the device."""

from __future__ import annotations

from benchmarks.clock import Clock


class Work:
    """A training of which only the end is of interest."""

    waited = 0

    def wait(self):
        """Counts how often someone waited."""
        self.waited += 1


def test_waits_for_the_training():
    """Each reading waits for the training first; without one, there is nothing to wait for."""
    clock, work = Clock(), Work()
    readings = [clock.time_when_done()]
    clock.training = work
    readings += [clock.time_when_done(), clock.time_when_done()]
    assert work.waited == 2
    assert readings == sorted(readings)
