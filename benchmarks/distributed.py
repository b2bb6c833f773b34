"""A training step over several devices or several machines, with TensorFlow's own engine, tf.distribute."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any, ContextManager

import tensorflow as tf

from benchmarks.networks import batch_of, new_model
from benchmarks.optimizers import new_optimizer
from benchmarks.slurm import cluster_of_step
from benchmarks.workload import Workload


def strategy_named(name: str) -> Any:
    """*mirrored*: over all GPUs, or over all CPUs if there is no GPU; *multi-worker*: over the processes in TF_CONFIG.

    *slurm*: over the tasks of this Slurm step.
    """
    if name == "mirrored":
        kind = "GPU" if tf.config.experimental.list_logical_devices("GPU") else "CPU"
        devices = tf.config.experimental.list_logical_devices(kind)
        return tf.distribute.MirroredStrategy([device.name for device in devices])
    distribute = tf.distribute
    if not hasattr(distribute, "MultiWorkerMirroredStrategy"):  # before 2.4
        distribute = distribute.experimental
    return distribute.MultiWorkerMirroredStrategy(cluster_resolver=cluster_of_step() if name == "slurm" else None)


class DistributedTraining:
    """The workload's step as a tf.function, its batch divided among the replicas."""

    steps_per_call = 1
    draws_random_numbers = False

    def __init__(self, workload: Workload, strategy: Any) -> None:
        self.replicas: int = strategy.num_replicas_in_sync
        self._batch_size = workload.batch
        with strategy.scope():
            self._model = new_model(workload)
            self._optimizer = new_optimizer(workload)
            if hasattr(self._optimizer, "build"):  # others create their variables in the first step
                self._optimizer.build(self._model.trainable_variables)
        self._losses = tf.keras.losses.SparseCategoricalCrossentropy(reduction="none")
        self._batch = batch_of(self._model, workload)
        batches = tf.data.Dataset.from_tensors(self._batch).repeat().unbatch().batch(workload.batch)
        self._batches = iter(strategy.experimental_distribute_dataset(batches))
        # run was experimental before 2.2.
        run = getattr(strategy, "run", None) or strategy.experimental_run_v2
        self._step = tf.function(lambda batch: run(self._step_of_replica, args=batch))

    def __call__(self) -> None:
        """Does one step on all replicas."""
        self._step(next(self._batches))

    def on_device(self) -> ContextManager[Any]:
        """An empty context: the strategy knows its devices."""
        return ExitStack()

    def wait(self) -> None:
        """Returns when the step is done."""
        self._model.trainable_variables[-1].numpy()

    def current_loss(self) -> float:
        """The loss of the whole batch with the current weights."""
        examples, labels = self._batch
        return float(tf.reduce_mean(self._losses(labels, self._model(examples, training=True))))

    def _step_of_replica(self, examples: Any, labels: Any) -> None:
        variables = self._model.trainable_variables
        with tf.GradientTape() as tape:
            # Summed over all replicas, this is the mean over the whole batch.
            losses = self._losses(labels, self._model(examples, training=True))
            loss = tf.reduce_sum(losses) / self._batch_size
        self._optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
