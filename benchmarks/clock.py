"""The clock of the benchmarks, which is read when the device has done its work, not when it was given that work."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.blocks import Trainable


class Clock:
    """A clock that waits for a training, if it has one, before it tells the time."""

    training: Trainable | None = None

    def time_when_done(self) -> float:
        """Seconds of a monotonic clock, once the device has done all the steps that the training gave it."""
        if self.training:
            self.training.wait()
        return perf_counter()
