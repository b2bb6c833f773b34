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

LOSS_STEPS = 4
WARM_UP_SECONDS = 0.5
WARM_UP_STEPS = 32


def main() -> None:
    """Answers until the input ends. What TensorFlow writes to standard output goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    task = json.loads(sys.argv[1])
    _limit_threads(task["cores"])
    try:
        training = _distributed_training(task) if task.get("strategy") else _training(task)
    except UnavailableError as error:
        sys.exit(str(error))
    description = _describe(training)
    _warm_up(training)
    _bind_to(task["cores"])
    block = timed_block(training, burden_of(training, task["burden"]))
    _answer(answers, description)
    for line in sys.stdin:
        _answer(answers, {"seconds": block(json.loads(line)["steps"])})


def _limit_threads(cores: int) -> None:
    """Has TensorFlow use as many threads as it gets cores; with 0 it chooses itself."""
    import tensorflow as tf

    if cores:
        tf.config.threading.set_intra_op_parallelism_threads(cores)
        tf.config.threading.set_inter_op_parallelism_threads(cores)


def _training(task: dict[str, Any]) -> Trainable:
    from benchmarks.training import TRAININGS

    return TRAININGS[task["mode"]](_workload(task), task["device"])


def _distributed_training(task: dict[str, Any]) -> Trainable:
    from benchmarks.distributed import DistributedTraining, strategy_named
    from tf_conformance.statements.device import split_cpu

    split_cpu(task["logical_cpus"])
    return DistributedTraining(_workload(task), strategy_named(task["strategy"]))


def _workload(task: dict[str, Any]) -> Workload:
    return Workload(*(task[part] for part in Workload._fields))


def _describe(training: Trainable) -> dict[str, Any]:
    """What the other side must know of the training, with the losses of its first steps."""
    return {
        "install": _versions(),
        "losses": losses(training, 1, LOSS_STEPS),
        "steps_per_call": training.steps_per_call,
        "replicas": training.replicas,
    }


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
