"""The training step over several devices and over several processes, with TensorFlow's own engine."""

from __future__ import annotations

import functools
import json
import socket
import statistics
import sys
from contextlib import ExitStack, contextmanager

import pytest

from benchmarks.worker_process import Assignment, WorkerProcess
from benchmarks.workload import Workload

pytestmark = pytest.mark.benchmark(min_rounds=8, max_time=0.5)

WORKLOAD = Workload("cnn", 64)
STEPS = 32
BLOCKS = 8
LOGICAL_CPUS = 2
LOCAL_WORKERS = 2
ON_CPUS = {"CUDA_VISIBLE_DEVICES": "-1"}
ON_GPUS = {"TF_FORCE_GPU_ALLOW_GROWTH": "true"}  # this process holds some of their memory


class Group:
    """Worker processes that train one model together."""

    def __init__(self, workers):
        self._workers = workers
        self.descriptions = [worker.description() for worker in workers]
        self.replicas = self.descriptions[0]["replicas"]

    def block(self):
        """Has all of them do a block of steps; the seconds of the slowest."""
        for worker in self._workers:
            worker.start_block(STEPS)
        return max(worker.end_of_block() for worker in self._workers)

    def examples_per_second(self):
        """Throughput of the whole group: the median of some blocks."""
        return WORKLOAD.batch * STEPS / statistics.median(self.block() for _ in range(BLOCKS))


@contextmanager
def training(environments, **task):
    """A group of a worker for each environment, all on one task."""
    task = {**WORKLOAD.as_json(), "mode": "function", "device": "CPU:0", "cores": 0, "burden": 0, **task}
    with ExitStack() as stack:
        yield Group(
            [
                stack.enter_context(WorkerProcess(Assignment("worker %d" % at, sys.executable, environment, task)))
                for at, environment in enumerate(environments)
            ]
        )


@functools.lru_cache(maxsize=None)
def on_one(device):
    """The losses and the throughput of the same training on one device."""
    with training([ON_GPUS if device.startswith("GPU") else ON_CPUS], device=device) as group:
        return group.descriptions[0]["losses"], group.examples_per_second()


def check_and_time(benchmark, group, replicas, device):
    """The losses must be those of one such device; then blocks of steps are timed."""
    losses, throughput = on_one(device)
    assert group.replicas == replicas
    for description in group.descriptions:
        assert description["losses"] == pytest.approx(losses, rel=1e-4)
    benchmark(group.block)
    several = group.examples_per_second()
    benchmark.extra_info.update(
        WORKLOAD.as_json(),
        replicas=replicas,
        steps_per_block=STEPS,
        examples_per_second=several,
        scaling_efficiency=several / (replicas * throughput),
    )


def test_mirrored_strategy(benchmark, training_device):
    """MirroredStrategy over all GPUs, or over two logical CPUs: the losses of one device."""
    import tensorflow as tf

    on_gpus = training_device.startswith("GPU")
    replicas = len(tf.config.experimental.list_physical_devices("GPU")) if on_gpus else LOGICAL_CPUS
    with training([ON_GPUS if on_gpus else ON_CPUS], strategy="mirrored", logical_cpus=LOGICAL_CPUS) as group:
        check_and_time(benchmark, group, replicas, "GPU:0" if on_gpus else "CPU:0")


def test_multi_worker_mirrored_strategy(benchmark):
    """MultiWorkerMirroredStrategy over two processes on this machine's CPUs: the losses of one device."""
    environments = [{**ON_CPUS, **member} for member in cluster_of(LOCAL_WORKERS)]
    with training(environments, strategy="multi-worker", logical_cpus=1) as group:
        check_and_time(benchmark, group, LOCAL_WORKERS, "CPU:0")


def cluster_of(count):
    """What each of so many processes on this machine must find in its environment."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        addresses = ["127.0.0.1:%d" % each.getsockname()[1] for each in sockets]
    return [
        {"TF_CONFIG": json.dumps({"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}})}
        for index in range(count)
    ]
