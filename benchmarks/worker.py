"""A process that keeps a training ready and times blocks of its steps on request.

It speaks JSON on standard input and output, one message per line. Its first line describes the training; after that, it
answers each ``{"steps": n}`` with ``{"seconds": t}``. It ends when its input ends. It needs nothing but TensorFlow.

    python -m benchmarks.worker '{"network": "cnn", "batch": 64, ...}'
"""

from __future__ import annotations

import json
import os
import platform
import sys
from typing import Any, TextIO

from benchmarks.blocks import Trainable, burden_of, losses, timed_block
from benchmarks.workload import UnavailableError, Workload

LOSS_CALLS = 2
WARM_UP_SECONDS = 0.5
WARM_UP_STEPS = 32


def main() -> None:
    """Answers until the input ends. What TensorFlow writes to standard output goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    task = json.loads(sys.argv[1])
    from benchmarks.own_network import NetworkError
    from benchmarks.precision import arithmetic_of

    _prepare_devices(task)
    try:
        precision = task["precision"] or _default_precision(task["device"])
        with arithmetic_of(precision):
            _work({**task, "precision": precision}, answers)
    except (UnavailableError, NetworkError) as error:
        sys.exit(str(error))


def _work(task: dict[str, Any], answers: TextIO) -> None:
    training = _distributed_training(task) if task.get("strategy") else _training(task)
    description = _describe(training, task)
    _warm_up(training)
    _bind_to(task["cores"])
    block = timed_block(training, burden_of(training, task["burden"]))
    _answer(answers, description)
    for line in sys.stdin:
        _answer(answers, {"seconds": block(json.loads(line)["steps"])})


def _prepare_devices(task: dict[str, Any]) -> None:
    """Settles what the task leaves open: the device, the first accelerator if there is one, and how many cores serve it.

    A CPU trains on one core, because that gives the best comparison; all cores serve an accelerator.
    """
    from benchmarks.device import first_accelerator
    from tf_conformance.statements.device import split_cpu

    task["device"] = task["device"] or first_accelerator() or "CPU:0"
    if task["cores"] is None:
        task["cores"] = 1 if task["device"].startswith("CPU") else 0
    _share_memory()
    _limit_threads(task["cores"])
    if task.get("logical_cpus"):
        split_cpu(task["logical_cpus"])


def _default_precision(device: str) -> str:
    from benchmarks.precision import default_float32
    from benchmarks.training import require_device

    require_device(device)
    return default_float32(device)


def _share_memory() -> None:
    """Makes TensorFlow take no more of a GPU's memory than it needs, because another worker uses the same GPU."""
    import tensorflow as tf

    for gpu in tf.config.experimental.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)


def _limit_threads(cores: int) -> None:
    """Makes TensorFlow use as many threads as it gets cores; with 0 it chooses for itself."""
    import tensorflow as tf

    if cores:
        tf.config.threading.set_intra_op_parallelism_threads(cores)
        tf.config.threading.set_inter_op_parallelism_threads(cores)


def _training(task: dict[str, Any]) -> Trainable:
    from benchmarks.training import TRAININGS

    return TRAININGS[task["mode"]](_workload(task), task["device"])


def _distributed_training(task: dict[str, Any]) -> Trainable:
    from benchmarks.distributed import DistributedTraining, strategy_named

    return DistributedTraining(_workload(task), strategy_named(task["strategy"]))


def _workload(task: dict[str, Any]) -> Workload:
    return Workload(**{part: task[part] for part in Workload._fields if part != "inputs"}, inputs=tuple(task["inputs"]))


def _describe(training: Trainable, task: dict[str, Any]) -> dict[str, Any]:
    """What the other side must know about the training, with the losses of its first calls."""
    return {
        "install": _versions(),
        "device": task["device"],
        "cores": task["cores"],
        "precision": task["precision"],
        "losses": _losses(training),
        "steps_per_call": training.steps_per_call,
        "replicas": training.replicas,
    }


def _losses(training: Trainable) -> list[float]:
    """The losses before and after the first calls; none if the network draws random numbers, which makes them meaningless."""
    if training.draws_random_numbers:
        return []
    return losses(training, training.steps_per_call, LOSS_CALLS)


def _versions() -> dict[str, str]:
    import numpy as np
    import tensorflow as tf

    return {
        "tensorflow": tf.__version__,
        "keras": keras_version(tf.keras),
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


def keras_version(keras: Any) -> str:
    """The version of the Keras behind tf.keras; from TensorFlow 2.6 to 2.15 only the package of its layers has it."""
    package = sys.modules[keras.layers.Layer.__module__.partition(".")[0]]
    return str(getattr(keras, "__version__", None) or package.__version__)


def _warm_up(training: Trainable) -> None:
    """Trains for a while. Workers that train together must do the same number of steps, however fast each of them is."""
    block = timed_block(training)
    seconds = block(WARM_UP_STEPS)
    if training.replicas == 1:
        block(int(WARM_UP_STEPS * WARM_UP_SECONDS / seconds))


def _bind_to(cores: int) -> None:
    """Binds all threads to the same cores in every worker: other programs may leave some cores slower than others."""
    if cores and hasattr(os, "sched_setaffinity"):
        chosen = sorted(os.sched_getaffinity(0))[-cores:]
        for thread in os.listdir("/proc/self/task"):
            os.sched_setaffinity(int(thread), chosen)


def _answer(answers: TextIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
