"""One benchmark: a training is checked and timed, and what is known of it is written beside its time."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from time import perf_counter
from typing import Any, Sequence

import pytest
import tensorflow as tf

from benchmarks.checks import check_in_full, check_losses, check_traces
from benchmarks.clock import Clock
from benchmarks.device import TrainingDevice
from benchmarks.operations import operations_of
from benchmarks.rounds import lower_quartile
from benchmarks.step_times import DOUBTFUL, StepTime, bound_by, fixed_seconds, ratio_to_eager, share_of_peak
from benchmarks.training import TRAININGS, Training
from benchmarks.worker_process import Assignment, WorkerProcess
from benchmarks.workload import UnavailableError, Workload

COUNTED_BATCH = 2
LONGEST_STEP = 0.5  # seconds
BLOCK_SECONDS, BLOCKS = 0.02, 40
SECONDS_FOR_MORE_ROUNDS = 1.2


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
        if workload.precision == "float32":
            workload = workload._replace(precision=self.device.float32)
        self.benchmark.group = str(workload)
        try:
            training, first_call = self._checked(workload, mode)
        except UnavailableError as error:
            pytest.skip(str(error))
        except tf.errors.ResourceExhaustedError:
            pytest.skip(f"a batch of {workload.batch} does not fit into the memory of {self.device.name}")
        self.clock.training = training
        with training.on_device():
            self.device.reset_peak_memory()
            self.benchmark(training)
            if self.benchmark.enabled:
                time_until_certain(training, self.benchmark.stats, self.clock)
        check_traces(training)
        self._describe(workload, mode, traces=training.traces, runs_eagerly=training.runs_eagerly)
        self._keep_step_time(
            workload, mode, training.steps_per_call, first_call=first_call, peak_memory=self.device.peak_memory()
        )

    def in_full_float32(self, workload: Workload) -> None:
        """Times the function mode in float32 on a device that computes in TF32 by default; skips it on any other.

        It trains in a separate process: in this one, TensorFlow keeps the algorithms that it has chosen for TF32.
        """
        if self.device.float32 == "float32":
            pytest.skip(f"{self.device.name} computes in full float32 by default: the other steps already use it")
        self.benchmark.group = str(workload)
        task = {**workload._asdict(), "mode": "function", "device": self.device.name, "cores": 0, "burden": 0}
        self.clock.training = None
        self.device.measure_peak("float32")
        with WorkerProcess(Assignment("full float32", sys.executable, {}, task)) as worker:
            worker.description()
            steps = max(1, ceil(BLOCK_SECONDS / worker.seconds(1)))
            self.benchmark.pedantic(worker.seconds, args=(steps,), rounds=BLOCKS)
        self._describe(workload, "function", traces=1, runs_eagerly=False)
        self._keep_step_time(workload, "function", steps)

    def _checked(self, workload: Workload, mode: str) -> tuple[Training, float]:
        """A training with the right losses, and the seconds of its first call. Raises UnavailableError."""
        self._require(workload)
        check_in_full(workload, mode, self.device.name)
        training = TRAININGS[mode](workload, self.device.name)
        with training.on_device():
            return training, check_losses(training)

    def _require(self, workload: Workload) -> None:
        self.device.require_instructions(workload.precision)
        peak, operations = self._peak(workload.precision), _operations(workload)
        if operations and operations / peak > LONGEST_STEP and not self.any_size:
            seconds = f"{operations / peak:.1f} s"
            raise UnavailableError(f"a step takes at least {seconds} on this machine; --any-size times it anyway")

    def _peak(self, precision: str) -> float:
        """The device's peak, measured again if anything is timed."""
        known = 0.0 if self.benchmark.enabled else self.device.peak(precision)
        return known or self.device.measure_peak(precision)

    def _describe(self, workload: Workload, mode: str, **more: Any) -> None:
        self.benchmark.extra_info.update(workload.as_json(), mode=mode, device=self.device.name, **more)

    def _keep_step_time(
        self,
        workload: Workload,
        mode: str,
        steps_per_call: int,
        first_call: float | None = None,
        peak_memory: int | None = None,
    ) -> None:
        """Writes down what was timed, if anything was."""
        if not self.benchmark.enabled:
            return
        info, operations = self.benchmark.extra_info, _operations(workload)
        call, uncertainty = lower_quartile(self.benchmark.stats.stats.data)
        seconds = call / steps_per_call
        step = StepTime(workload, mode, self.device.name, seconds, uncertainty, info)
        self.step_times.append(step)
        info.update(
            step_seconds=seconds,
            uncertainty=uncertainty,
            doubtful=step.doubtful,
            first_call_seconds=first_call,
            compile_seconds=None if first_call is None else max(0.0, first_call - call),
            examples_per_second=workload.batch / seconds,
            flops=operations,
            flops_per_second=operations / seconds if operations else None,
            peak_flops_per_second=self.device.peak(workload.precision),
            dispatch_floor_seconds=self.device.dispatch_floor(),
            peak_memory_bytes=peak_memory,
        )


def time_until_certain(training: Training, stats: Any, clock: Clock) -> None:
    """Adds rounds to pytest-benchmark's statistics until they agree on the step's time, or for as long as that is worth."""
    end = perf_counter() + SECONDS_FOR_MORE_ROUNDS
    while lower_quartile(stats.stats.data)[1] > DOUBTFUL and perf_counter() < end:
        start = clock.time_when_done()
        for _ in range(stats.iterations):
            training()
        stats.update(clock.time_when_done() - start)


def add_comparisons(step_times: list[StepTime]) -> None:
    """Writes beside each step time what is known after the last: the peak, its ratio to eager, and what it is bound by."""
    peaks = {
        (step.device, step.workload.precision): step.info["peak_flops_per_second"]
        for step in sorted(step_times, key=lambda step: float(step.info["peak_flops_per_second"]))
    }
    for step in step_times:
        step.info["peak_flops_per_second"] = peaks[step.device, step.workload.precision]
        step.info.update(
            ratio_to_eager=ratio_to_eager(step, step_times),
            fixed_seconds=fixed_seconds(step, step_times),
            share_of_peak=share_of_peak(step),
            bound_by=bound_by(step, step_times),
        )


def _operations(workload: Workload) -> int | None:
    """The floating-point operations of a step, which are in proportion to the batch."""
    counted = _counted_operations(workload.network, workload.inputs)
    return counted * workload.batch // COUNTED_BATCH if counted else None


@lru_cache(maxsize=None)
def _counted_operations(network: str, inputs: Sequence[str]) -> int | None:
    training = TRAININGS["function"](Workload(network, COUNTED_BATCH, inputs=inputs), "CPU:0")
    return operations_of(training.step, *training.batch)
