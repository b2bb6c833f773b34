"""One benchmark: a training is checked, timed, and described beside its figure."""

from __future__ import annotations

from functools import lru_cache
from math import isclose
from time import perf_counter
from typing import Any

import pytest
import tensorflow as tf

from benchmarks.arithmetic import best_peak, dispatch_floor, flops_of_step, peak_flops
from benchmarks.figures import FIGURES, Figure, ratio_to_eager
from benchmarks.instructions import require_precision
from benchmarks.networks import NETWORKS
from benchmarks.stopwatch import await_before_reading
from benchmarks.training import TRAININGS, Training, losses
from benchmarks.workload import UnavailableError, Workload
from tf_conformance.install.install import describe

CHECKED_CALLS = 2
# How far apart the losses of two modes may be: float32 sums in another order, 16-bit numbers round at other places.
LOSS_TOLERANCES = {"float32": 1e-3, "mixed_float16": 2e-2, "mixed_bfloat16": 5e-2}
# Float32 gets the gradients of a ResNet50 with random weights right to a percent or two only, whatever the mode: in
# float64 eager and compiled ones agree to 1e-14.
NETWORK_TOLERANCES = {"resnet50": 5e-2}
LONGEST_STEP = 0.5  # second


class Timing:
    """Times a training with pytest-benchmark on one device; the figures are kept in ``config.stash[FIGURES]``."""

    def __init__(self, benchmark: Any, device: str, config: pytest.Config) -> None:
        self._benchmark = benchmark
        self._device = device
        self._any_size = config.getoption("--any-size", False)
        self._figures = config.stash.setdefault(FIGURES, [])

    def __call__(self, workload: Workload, mode: str) -> None:
        """Times the mode's steps on the workload; skips what this TensorFlow or this machine does not have."""
        self._benchmark.group = str(workload)
        try:
            self._require(workload)
            training = TRAININGS[mode](workload, self._device)
        except UnavailableError as error:
            pytest.skip(str(error))
        await_before_reading(training)
        with training.on_device():
            first_call = _check_losses(training)
            _forget_peak_memory(self._device)
            self._benchmark(training)
        _check_traces(training)
        self._describe(training, mode, first_call)

    def _require(self, workload: Workload) -> None:
        require_precision(self._device, workload.precision)
        seconds = _flops(workload) / self._peak(workload.precision)
        if seconds > LONGEST_STEP and not self._any_size:
            raise UnavailableError(f"a step takes this machine more than {seconds:.1f} s; --any-size times it")

    def _peak(self, precision: str) -> float:
        """The device's, measured anew where anything is timed."""
        known = best_peak(self._device, precision)
        return known if known and not self._benchmark.enabled else peak_flops(self._device, precision)

    def _describe(self, training: Training, mode: str, first_call: float) -> None:
        info = self._benchmark.extra_info
        info.update(training.workload.as_json(), mode=mode, device=self._device, traces=training.traces)
        info.update(first_call_seconds=first_call, runs_eagerly=training.traces >= training.steps)
        info.update(_versions_and_flags())
        if self._benchmark.enabled:
            info.update(self._figures_of(training, mode, first_call))

    def _figures_of(self, training: Training, mode: str, first_call: float) -> dict[str, Any]:
        stats = self._benchmark.stats.stats
        seconds = stats.median / training.steps_per_call
        figure = Figure(self._benchmark.fullname, training.workload, mode, seconds, stats.iqr / stats.median)
        self._figures.append(figure)
        return {
            "step_seconds": seconds,
            "spread": figure.spread,
            "doubtful": figure.doubtful,
            "compile_seconds": max(0.0, first_call - stats.median),
            "examples_per_second": training.workload.batch / seconds,
            "flops": _flops(training.workload),
            "flops_per_second": _flops(training.workload) / seconds,
            "dispatch_floor_seconds": dispatch_floor(self._device),
            "peak_memory_bytes": _peak_memory(self._device),
        }


def _check_losses(training: Training) -> float:
    """Fails unless the training has the losses that the function mode has; returns the seconds of its first call."""
    workload, seconds = training.workload, []
    tolerance = max(LOSS_TOLERANCES[workload.precision], NETWORK_TOLERANCES.get(workload.network, 0.0))
    for expected in _reference_losses(workload, training.device, training.steps_per_call):
        start = perf_counter()
        training()
        training.wait()
        seconds.append(perf_counter() - start)
        seen = training.current_loss()
        if not isclose(seen, expected, rel_tol=tolerance):
            pytest.fail("after %d steps the loss is %.6f instead of %.6f" % (training.steps, seen, expected))
    return seconds[0]


@lru_cache(maxsize=None)
def _reference_losses(workload: Workload, device: str, steps_per_call: int) -> list[float]:
    """The losses of the workload in float32, as a tf.function, after one call and after two of so many steps."""
    training = TRAININGS["function"](workload._replace(precision="float32"), device)
    return losses(training, steps_per_call, CHECKED_CALLS)[1:]


def _check_traces(training: Training) -> None:
    """Fails where TensorFlow traced the step more often than it may."""
    if training.traces > training.most_traces and training.traces < training.steps:
        pytest.fail("the step was traced %d times in %d steps" % (training.traces, training.steps))


@lru_cache(maxsize=None)
def _versions_and_flags() -> dict[str, Any]:
    install = describe()
    words = ("tensorflow", "keras", "numpy", "python", "platform", "cpu", "environment")
    return {word: getattr(install, word) for word in words}


def known_at_the_end(figure: Figure, figures: list[Figure], device: str) -> dict[str, float | None]:
    """What stands beside a figure and is known when all have been timed: its ratio to eager, its share of the peak."""
    peak = best_peak(device, figure.workload.precision)
    return {
        "ratio_to_eager": ratio_to_eager(figure, figures),
        "peak_flops_per_second": peak,
        "share_of_peak": _flops(figure.workload) / figure.seconds / peak,
    }


@lru_cache(maxsize=None)
def _flops(workload: Workload) -> int:
    return flops_of_step(NETWORKS[workload.network].build(), workload.batch)


def _forget_peak_memory(device: str) -> None:
    config = tf.config.experimental
    if device.startswith("GPU") and hasattr(config, "reset_memory_stats"):
        config.reset_memory_stats(device)


def _peak_memory(device: str) -> int | None:
    """Bytes of the device's memory in use at most since it was forgotten; None where TensorFlow does not tell."""
    config = tf.config.experimental
    if not device.startswith("GPU") or not hasattr(config, "get_memory_info"):
        return None
    return int(config.get_memory_info(device)["peak"])
