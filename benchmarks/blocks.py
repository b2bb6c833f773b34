"""Blocks of training steps that are timed as a whole, and work of a known size that can be added to them."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any, Callable, ContextManager

if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object  # Python 3.7 has no Protocol

CALIBRATION_BLOCKS = 15
CALIBRATION_SECONDS = 0.02


class Trainable(Protocol):
    """What a training must offer so that its steps can be timed, whether it runs on one device or on several."""

    steps_per_call: int
    replicas: int

    @property
    def draws_random_numbers(self) -> bool:
        """Whether the same weights do not always have the same loss on the same batch."""

    def __call__(self) -> None:
        """Starts ``steps_per_call`` steps; must be called within ``on_device()``."""

    def on_device(self) -> ContextManager[Any]:
        """The context in which the training's operations run on its device."""

    def wait(self) -> None:
        """Returns when all steps are done."""

    def current_loss(self) -> float:
        """The loss of the batch with the current weights."""


def losses(training: Trainable, steps: int, times: int) -> list[float]:
    """The loss before training, and after each of ``times`` blocks of ``steps`` steps."""
    seen = [training.current_loss()]
    for _ in range(times):
        with training.on_device():
            for _ in range(0, steps, training.steps_per_call):
                training()
        seen.append(training.current_loss())
    return seen


def no_work() -> None:
    """The burden of a training without one."""


def timed_block(training: Trainable, burden: Callable[[], Any] = no_work) -> Callable[[int], float]:
    """A function that does a number of steps, rounded up to whole calls, and returns the seconds until they are done."""

    def block(steps: int) -> float:
        with training.on_device():
            training.wait()
            start = perf_counter()
            for _ in range(0, steps, training.steps_per_call):
                training()
                burden()
            training.wait()
            return perf_counter() - start

    return block


def burden_of(training: Trainable, fraction: float) -> Callable[[], Any]:
    """Work of a known size: a loop that takes this fraction of the time of a call."""
    if not fraction:
        return no_work
    turns = int(fraction * turns_per_call(timed_block(training), training.steps_per_call, time_turns))
    return lambda: spin(turns)


def turns_per_call(
    time_steps: Callable[[int], float], steps_per_call: int, time_turns: Callable[[int], float]
) -> float:
    """How many turns of an empty loop take as long as a call: the median over alternating blocks of calls and turns."""
    calls, turns = 1, 1000
    while time_steps(calls * steps_per_call) < CALIBRATION_SECONDS:
        calls *= 2
    while time_turns(turns) < CALIBRATION_SECONDS:
        turns *= 2
    ratios = [
        (time_steps(calls * steps_per_call) / calls) / (time_turns(turns) / turns) for _ in range(CALIBRATION_BLOCKS)
    ]
    return sorted(ratios)[CALIBRATION_BLOCKS // 2]


def time_turns(turns: int) -> float:
    """The seconds that an empty loop takes for this many turns."""
    start = perf_counter()
    spin(turns)
    return perf_counter() - start


def spin(turns: int) -> None:
    """Keeps the processor busy and does nothing."""
    for _ in range(turns):
        pass
