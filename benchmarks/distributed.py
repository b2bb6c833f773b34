"""A training step over several devices or several machines, with TensorFlow's own engine, tf.distribute."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import tensorflow as tf

from benchmarks.networks import NETWORKS, batch_of, set_same_weights
from benchmarks.training import new_optimizer
from benchmarks.workload import Workload

STRATEGIES = ("mirrored", "multi-worker")


def strategy_named(name: str) -> Any:
    """*mirrored*: over all GPUs, or all CPUs that there are; *multi-worker*: over the processes that TF_CONFIG names."""
    if name == "mirrored":
        kind = "GPU" if tf.config.experimental.list_logical_devices("GPU") else "CPU"
        devices = tf.config.experimental.list_logical_devices(kind)
        return tf.distribute.MirroredStrategy([device.name for device in devices])
    distribute = tf.distribute
    if not hasattr(distribute, "MultiWorkerMirroredStrategy"):  # before 2.4
        distribute = distribute.experimental
    return distribute.MultiWorkerMirroredStrategy()


class DistributedTraining:
    """The workload's step as a tf.function, its batch divided among the replicas; used like a Training."""

    steps_per_call = 1

    def __init__(self, workload: Workload, strategy: Any) -> None:
        self.replicas = strategy.num_replicas_in_sync
        self._workload = workload
        with strategy.scope():
            self._model = NETWORKS[workload.network].build()
            set_same_weights(self._model)
            self._optimizer = new_optimizer(workload)
            if hasattr(self._optimizer, "build"):  # others make their variables in the first step
                self._optimizer.build(self._model.trainable_variables)
        self._losses = tf.keras.losses.SparseCategoricalCrossentropy(reduction="none")
        batches = tf.data.Dataset.from_tensors(batch_of(workload.network, workload.batch)).repeat()
        self._batches = iter(strategy.experimental_distribute_dataset(batches.unbatch().batch(workload.batch)))
        # Before 2.2 run was experimental.
        run = getattr(strategy, "run", None) or strategy.experimental_run_v2
        self._step = tf.function(lambda batch: run(self._step_of_replica, args=batch))

    def __call__(self) -> None:
        """Does one step on all replicas."""
        self._step(next(self._batches))

    def on_device(self) -> Any:
        """No context: the strategy knows its devices."""
        return ExitStack()

    def wait(self) -> None:
        """Returns when the step is done."""
        self._model.trainable_variables[-1].numpy()

    def current_loss(self) -> float:
        """The loss of the whole batch with the weights as they are now."""
        examples, labels = batch_of(self._workload.network, self._workload.batch)
        return float(tf.reduce_mean(self._losses(labels, self._model(examples, training=True))))

    def _step_of_replica(self, examples: Any, labels: Any) -> None:
        variables = self._model.trainable_variables
        with tf.GradientTape() as tape:
            # The sum over all replicas is the mean over the whole batch.
            losses = self._losses(labels, self._model(examples, training=True))
            loss = tf.reduce_sum(losses) / self._workload.batch
        self._optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
