"""The training step over several devices and over several processes, with TensorFlow's own engine."""

from __future__ import annotations

import json
import socket
import statistics
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Iterator, Sequence

import pytest

from benchmarks import slurm
from benchmarks.worker_process import Assignment, WorkerProcess
from benchmarks.workload import Workload

if TYPE_CHECKING:  # it imports TensorFlow
    from benchmarks.device import TrainingDevice

pytestmark = pytest.mark.benchmark(min_rounds=8, max_time=0.5)

WORKLOAD = Workload("cnn", 64)
STEPS = 32
BLOCKS = 8
LOGICAL_CPUS = 2
LOCAL_WORKERS = 2
ON_CPUS = {"CUDA_VISIBLE_DEVICES": "-1"}
ON_GPUS = {"TF_FORCE_GPU_ALLOW_GROWTH": "true"}  # this process holds some of their memory


class Group:
    """Worker processes that train one model together; each process may stand for several workers."""

    def __init__(self, workload: Workload, processes: list[WorkerProcess], workers_per_process: int) -> None:
        self.workload = workload
        self._processes = processes
        self._workers = processes * workers_per_process
        self._descriptions: list[dict[str, Any]] = []

    @property
    def descriptions(self) -> list[dict[str, Any]]:
        """What each worker says of its training; waits until all have built it."""
        self._descriptions = self._descriptions or [worker.description() for worker in self._workers]
        return self._descriptions

    def block(self) -> float:
        """Makes all workers do a block of steps; returns the seconds of the slowest."""
        for process in self._processes:
            process.start_block(STEPS)
        return max(worker.end_of_block() for worker in self._workers)

    def examples_per_second(self) -> float:
        """The throughput of the whole group: the median over some blocks."""
        return self.workload.batch * STEPS / statistics.median(self.block() for _ in range(BLOCKS))


@contextmanager
def training(
    environments: list[dict[str, str]],
    workload: Workload = WORKLOAD,
    within: Sequence[str] = (),
    workers_per_process: int = 1,
    **task: Any,
) -> Iterator[Group]:
    """A group with one process per environment, all with the same task; they have been started, not waited for."""
    task = {**workload._asdict(), "mode": "function", "device": "CPU:0", "cores": 0, "burden": 0, **task}
    with ExitStack() as stack:
        assignments = [
            Assignment(f"worker {at}", sys.executable, environment, task, within)
            for at, environment in enumerate(environments)
        ]
        processes = [stack.enter_context(WorkerProcess(assignment)) for assignment in assignments]
        yield Group(workload, processes, workers_per_process)


def compare_with_one(benchmark: Any, group: Group, one: Group, replicas: int) -> None:
    """The losses must be those of one such device; then blocks of steps are timed."""
    for description in group.descriptions:
        assert description["replicas"] == replicas
        assert group.workload.same_losses(description["losses"], one.descriptions[0]["losses"])
    benchmark(group.block)
    several = group.examples_per_second()
    benchmark.extra_info.update(
        group.workload.as_json(),
        replicas=replicas,
        steps_per_block=STEPS,
        examples_per_second=several,
        scaling_efficiency=several / (replicas * one.examples_per_second()),
    )


def test_mirrored_strategy(benchmark: Any, training_device: TrainingDevice) -> None:
    """MirroredStrategy over all GPUs, or over two logical CPUs, has the losses of one device."""
    import tensorflow as tf

    on_gpus = not training_device.is_cpu
    replicas = len(tf.config.experimental.list_physical_devices("GPU")) if on_gpus else LOGICAL_CPUS
    environments, device = ([ON_GPUS], "GPU:0") if on_gpus else ([ON_CPUS], "CPU:0")
    mirrored = training(environments, strategy="mirrored", logical_cpus=LOGICAL_CPUS)
    with training(environments, device=device) as one, mirrored as group:
        compare_with_one(benchmark, group, one, replicas)


def test_multi_worker_mirrored_strategy(benchmark: Any) -> None:
    """MultiWorkerMirroredStrategy over two processes on this machine's CPUs has the losses of one device."""
    environments = [{**ON_CPUS, **member} for member in cluster_of(LOCAL_WORKERS)]
    with training([ON_CPUS]) as one, training(environments, strategy="multi-worker", logical_cpus=1) as group:
        compare_with_one(benchmark, group, one, LOCAL_WORKERS)


def test_slurm_job(benchmark: Any, training_device: TrainingDevice) -> None:
    """MultiWorkerMirroredStrategy over the tasks of this Slurm job has the losses of one device."""
    tasks = slurm.number_of_tasks()
    if tasks == 1:
        pytest.skip("this is not a Slurm job of several tasks")
    environment, device = (ON_CPUS, "CPU:0") if training_device.is_cpu else (ON_GPUS, "GPU:0")
    workload = WORKLOAD._replace(batch=tasks * WORKLOAD.batch)
    job = training([environment], workload, slurm.srun(), tasks, strategy="slurm")
    with training([environment], workload, device=device) as one, job as group:
        replicas = group.descriptions[0]["replicas"]
        assert replicas >= tasks
        compare_with_one(benchmark, group, one, replicas)


def cluster_of(count: int) -> list[dict[str, str]]:
    """What each process of a cluster on this machine needs in its environment."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        addresses = [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
    return [
        {"TF_CONFIG": json.dumps({"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}})}
        for index in range(count)
    ]
