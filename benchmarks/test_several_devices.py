"""The training step over several devices and over several processes, with TensorFlow's own engine."""

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
LOCAL_WORKERS = 2


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
def training(environments=({},), **task):
    """A group of a worker for each environment, all on one task."""
    task = {**WORKLOAD.as_json(), "mode": "function", "device": "CPU:0", "cores": 0, "burden": 0, **task}
    with ExitStack() as stack:
        yield Group(
            [
                stack.enter_context(WorkerProcess(Assignment("worker %d" % at, sys.executable, environment, task)))
                for at, environment in enumerate(environments)
            ]
        )


@pytest.fixture(scope="module")
def on_one_device():
    """The losses and the throughput of the same training on one device."""
    with training() as group:
        return group.descriptions[0]["losses"], group.examples_per_second()


def check_and_time(benchmark, group, replicas, on_one_device):
    """The losses must be those of one device; then blocks of steps are timed."""
    losses, throughput = on_one_device
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


def test_mirrored_strategy(benchmark, on_one_device):
    """MirroredStrategy over all GPUs, or over two logical CPUs: the losses of one device."""
    with training(strategy="mirrored", logical_cpus=2) as group:
        check_and_time(benchmark, group, 2, on_one_device)


def test_multi_worker_mirrored_strategy(benchmark, on_one_device):
    """MultiWorkerMirroredStrategy over two processes on this machine: the losses of one device."""
    with training(cluster_of(LOCAL_WORKERS), strategy="multi-worker", logical_cpus=1) as group:
        check_and_time(benchmark, group, LOCAL_WORKERS, on_one_device)


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
