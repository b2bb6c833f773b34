"""A process that keeps a training ready and times blocks of its steps when told to.

Speaks JSON, a line a message, on standard input and output: the first line it writes describes the training, then each
``{"steps": n}`` that it reads is answered with ``{"seconds": t}``. It ends with its input.

Needs nothing but TensorFlow.

    python -m benchmarks.worker '{"network": "cnn", "batch": 64, ...}'
"""

from __future__ import annotations

import json
import os
import platform
import sys
from typing import Any, TextIO

from benchmarks.blocks import burden_of, timed_block
from benchmarks.workload import UnavailableError, Workload

LOSS_STEPS = 4
WARM_UP_SECONDS = 0.5
WARM_UP_STEPS = 32


def main() -> None:
    """Answers until the input ends. What TensorFlow writes to standard output goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    task = json.loads(sys.argv[1])
    try:
        training, description = _prepare(task)
    except UnavailableError as error:
        sys.exit(str(error))
    _stay_on(task["cores"])
    block = timed_block(training, burden_of(training, task["burden"]))
    _answer(answers, description)
    for line in sys.stdin:
        _answer(answers, {"seconds": block(json.loads(line)["steps"])})


def _prepare(task: dict[str, Any]) -> Any:
    """The training, warm, and what the other side must know of it."""
    _limit_threads(task["cores"])
    from benchmarks.training import losses

    training = _distributed_training(task) if task.get("strategy") else _training(task)
    seen = losses(training, 1, LOSS_STEPS)
    _warm_up(training)
    return training, {
        "install": _versions(),
        "losses": seen,
        "steps_per_call": training.steps_per_call,
        "replicas": training.replicas,
    }


def _versions() -> dict[str, str]:
    import numpy as np
    import tensorflow as tf

    return {
        "tensorflow": tf.__version__,
        "keras": _keras_version(tf.keras),
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


def _keras_version(keras: Any) -> str:
    """The version of the Keras that tf.keras stands for; from TensorFlow 2.6 to 2.15 only the package behind it tells."""
    package = sys.modules[keras.layers.Layer.__module__.partition(".")[0]]
    return str(getattr(keras, "__version__", None) or package.__version__)


def _limit_threads(cores: int) -> None:
    """Has TensorFlow use as many threads as it gets cores; 0 leaves it its own choice."""
    import tensorflow as tf

    if cores:
        tf.config.threading.set_intra_op_parallelism_threads(cores)
        tf.config.threading.set_inter_op_parallelism_threads(cores)


def _stay_on(cores: int) -> None:
    """Binds all threads to the same cores in every worker: cores are not equally fast when others use the machine."""
    if cores and hasattr(os, "sched_setaffinity"):
        chosen = sorted(os.sched_getaffinity(0))[-cores:]
        for thread in os.listdir("/proc/self/task"):
            os.sched_setaffinity(int(thread), chosen)


def _training(task: dict[str, Any]) -> Any:
    from benchmarks.training import TRAININGS

    return TRAININGS[task["mode"]](_workload(task), task["device"])


def _distributed_training(task: dict[str, Any]) -> Any:
    from benchmarks.distributed import DistributedTraining, strategy_named
    from tf_conformance.statements.device import split_cpu

    split_cpu(task["logical_cpus"])
    return DistributedTraining(_workload(task), strategy_named(task["strategy"]))


def _workload(task: dict[str, Any]) -> Workload:
    return Workload(*(task[part] for part in Workload._fields))


def _warm_up(training: Any) -> None:
    """Trains for a while. Workers that train together must do the same number of steps, however fast each is."""
    block = timed_block(training)
    seconds = block(WARM_UP_STEPS)
    if training.replicas == 1:
        block(int(WARM_UP_STEPS * WARM_UP_SECONDS / seconds))


def _answer(answers: TextIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
