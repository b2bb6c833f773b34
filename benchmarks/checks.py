"""What must be true of a training before its time is believed: the losses of the function mode, and no needless trace."""

from __future__ import annotations

from functools import lru_cache
from time import perf_counter

import pytest

from benchmarks.blocks import losses
from benchmarks.precision import compute_dtype, default_float32
from benchmarks.training import TRAININGS, Training
from benchmarks.workload import TF32, Workload
from tf_conformance.statements.precision import full_float32

CHECKED_CALLS = 2
# None of the batches that are timed: for each shape, TensorFlow keeps the algorithm that it once chose, and the one that it
# chooses in full precision must not be timed as that for TF32.
CHECKED_BATCH = 8


def check_losses(training: Training) -> float:
    """Fails unless the training has the losses of the function mode; returns the seconds of its first call.

    The losses of a network that draws random numbers are not compared.
    """
    seen, seconds = [training.current_loss()], []
    for _ in range(CHECKED_CALLS):
        start = perf_counter()
        training()
        training.wait()
        seconds.append(perf_counter() - start)
        seen.append(training.current_loss())
    if not training.draws_random_numbers:
        _compare(training, seen, _reference_losses(training.workload, training.device, training.steps_per_call))
    return seconds[0]


def _compare(training: Training, seen: list[float], expected: list[float]) -> None:
    if not training.workload.same_losses(expected, seen):
        found, wanted = (", ".join(f"{loss:.6f}" for loss in some) for some in (seen, expected))
        per_call = f"calls of {training.steps_per_call} steps" if training.steps_per_call > 1 else "steps"
        pytest.fail(f"the losses before and after the first {CHECKED_CALLS} {per_call} are {found} instead of {wanted}")


@lru_cache(maxsize=None)
def _reference_losses(workload: Workload, device: str, steps_per_call: int) -> list[float]:
    """The losses of the function mode, with layers in float32, before and after calls of this many steps."""
    if compute_dtype(workload.precision) != "float32":
        workload = workload._replace(precision=default_float32(device))
    training = TRAININGS["function"](workload, device, divide_rate_by=steps_per_call)
    return losses(training, steps_per_call, CHECKED_CALLS)


def check_in_full(workload: Workload, mode: str, device: str) -> None:
    """If the workload is trained in TF32, fails unless the mode also has the right losses in full precision.

    Each mode is checked once for each network: neither the batch nor the optimizer changes what is done in TF32.
    """
    if workload.precision == TF32:
        _check_in_full(workload._replace(batch=CHECKED_BATCH, optimizer="SGD"), mode, device)


@lru_cache(maxsize=None)
def _check_in_full(workload: Workload, mode: str, device: str) -> None:
    with full_float32():
        # A TensorFlow without the switch may go on in TF32, and then only that can be expected of it.
        training = TRAININGS[mode](workload._replace(precision=default_float32(device)), device)
        with training.on_device():
            check_losses(training)


def check_traces(training: Training) -> None:
    """Fails if TensorFlow traced the step more often than it may."""
    if training.traces > training.most_traces and not training.runs_eagerly:
        pytest.fail(f"the step was traced {training.traces} times in {training.steps} steps")
