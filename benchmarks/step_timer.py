"""One benchmark: a training is checked and timed, and what is known of it is written beside its time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import isclose
from time import perf_counter
from typing import Any

import pytest

from benchmarks.blocks import losses
from benchmarks.clock import Clock
from benchmarks.device import TrainingDevice
from benchmarks.networks import flops_of_step, new_model
from benchmarks.step_times import StepTime, ratio_to_eager
from benchmarks.training import TRAININGS, Training
from benchmarks.workload import UnavailableError, Workload

CHECKED_CALLS = 2
LONGEST_STEP = 0.5  # seconds


@dataclass
class StepTimer:
    """Checks trainings on one device and times their steps with pytest-benchmark.

    ``step_times`` collects the results. Unless ``any_size``, steps that would take too long are skipped.
    """

    benchmark: Any
    clock: Clock
    device: TrainingDevice
    step_times: list[StepTime]
    any_size: bool

    def __call__(self, workload: Workload, mode: str) -> None:
        """Times the mode's steps on the workload; skips it if this TensorFlow or this machine lacks what it needs."""
        self.benchmark.group = str(workload)
        try:
            self._require(workload)
            training = TRAININGS[mode](workload, self.device.name)
        except UnavailableError as error:
            pytest.skip(str(error))
        self.clock.training = training
        with training.on_device():
            first_call = check_losses(training)
            self.device.reset_peak_memory()
            self.benchmark(training)
        check_traces(training)
        self._describe(training, first_call)

    def _require(self, workload: Workload) -> None:
        self.device.require_instructions(workload.precision)
        seconds = _flops(workload) / self._peak(workload.precision)
        if seconds > LONGEST_STEP and not self.any_size:
            raise UnavailableError(f"a step takes this machine at least {seconds:.1f} s; --any-size times it anyway")

    def _peak(self, precision: str) -> float:
        """The device's peak, measured again if anything is timed."""
        known = 0.0 if self.benchmark.enabled else self.device.peak(precision)
        return known or self.device.measure_peak(precision)

    def _describe(self, training: Training, first_call: float) -> None:
        self.benchmark.extra_info.update(
            training.workload.as_json(),
            mode=training.mode,
            device=self.device.name,
            traces=training.traces,
            first_call_seconds=first_call,
            runs_eagerly=training.runs_eagerly,
        )
        if self.benchmark.enabled:
            self._keep_step_time(training, first_call)

    def _keep_step_time(self, training: Training, first_call: float) -> None:
        stats, info = self.benchmark.stats.stats, self.benchmark.extra_info
        seconds, flops = stats.median / training.steps_per_call, _flops(training.workload)
        step = StepTime(training.workload, training.mode, seconds, stats.iqr / stats.median, info)
        self.step_times.append(step)
        info.update(
            step_seconds=seconds,
            spread=step.spread,
            doubtful=step.doubtful,
            compile_seconds=max(0.0, first_call - stats.median),
            examples_per_second=training.workload.batch / seconds,
            flops=flops,
            flops_per_second=flops / seconds,
            dispatch_floor_seconds=self.device.dispatch_floor(),
            peak_memory_bytes=self.device.peak_memory(),
        )


def check_losses(training: Training) -> float:
    """Fails unless the training has the losses of the function mode in float32; returns the seconds of its first call."""
    seconds = []
    for expected in _reference_losses(training.workload, training.device, training.steps_per_call):
        start = perf_counter()
        training()
        training.wait()
        seconds.append(perf_counter() - start)
        seen = training.current_loss()
        if not isclose(seen, expected, rel_tol=training.workload.loss_tolerance):
            pytest.fail(f"after {training.steps} steps the loss is {seen:.6f} instead of {expected:.6f}")
    return seconds[0]


@lru_cache(maxsize=None)
def _reference_losses(workload: Workload, device: str, steps_per_call: int) -> list[float]:
    """The losses after one and after two calls of this many steps."""
    training = TRAININGS["function"](workload._replace(precision="float32"), device)
    return losses(training, steps_per_call, CHECKED_CALLS)[1:]


def check_traces(training: Training) -> None:
    """Fails if TensorFlow traced the step more often than it may."""
    if training.traces > training.most_traces and not training.runs_eagerly:
        pytest.fail(f"the step was traced {training.traces} times in {training.steps} steps")


def add_comparisons(step_times: list[StepTime], device: TrainingDevice) -> None:
    """Writes beside each step time what is known after the last: its ratio to eager and its share of the peak."""
    for step in step_times:
        peak = device.peak(step.workload.precision)
        step.info.update(
            ratio_to_eager=ratio_to_eager(step, step_times),
            peak_flops_per_second=peak,
            share_of_peak=_flops(step.workload) / step.seconds / peak,
        )


@lru_cache(maxsize=None)
def _flops(workload: Workload) -> int:
    return flops_of_step(new_model(workload.network), workload.batch)
