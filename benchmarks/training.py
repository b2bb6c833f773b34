"""A training step of one workload on one device, in each mode that TensorFlow has for it.

Every mode trains the same model from the same weights on the same batch: the losses must be the same, only the times may
differ. This module needs nothing but TensorFlow and NumPy, since installs that are compared may have nothing else.
"""

from __future__ import annotations

import inspect
from math import isclose
from typing import Any, Callable

import tensorflow as tf

from benchmarks.networks import batch_of, loss_of, new_model
from benchmarks.optimizers import create_slots, new_optimizer, scaled_loss, unscaled_gradients
from benchmarks.precision import layers_compute_in
from benchmarks.workload import UnavailableError, Workload

STEPS_PER_EPOCH = 32
EAGER_STEPS_PER_EPOCH = 8  # beside so many slow steps, what an epoch takes cannot be seen
STEPS_PER_EXECUTION = 16


class Training:
    """The model, its optimizer and its batch on one device. The subclasses are the modes: they differ in how they do a step.

    ``traces`` counts how often Python ran the step's code, ``steps`` the steps that were started.
    """

    mode: str
    steps_per_call = 1
    replicas = 1

    def __init__(self, workload: Workload, device: str, divide_rate_by: int = 1) -> None:
        require_device(device)
        self.workload = workload
        self.device = device
        self.traces = 0
        self.steps = 0
        with self.on_device(), layers_compute_in(workload.precision):
            self.model = new_model(workload)
            self.batch = tf.nest.map_structure(tf.constant, batch_of(self.model, workload))
            self.loss = loss_of(workload)
            self.optimizer = new_optimizer(workload, self.steps_per_call * divide_rate_by)
            create_slots(self.optimizer, self.model.trainable_variables)
            self._call = self._prepare()
        self._require_placement()

    def _prepare(self) -> Callable[[], Any]:
        """What one call does."""
        raise NotImplementedError

    def __call__(self) -> None:
        """Starts ``steps_per_call`` steps; on a GPU they may still be running when it returns.

        Must be called within ``on_device()``, which it does not enter itself: that takes a few microseconds, which are
        not the step's.
        """
        self._call()
        self.steps += self.steps_per_call

    @property
    def most_traces(self) -> int:
        """How often Python may run the step's code unless it does so at every step."""
        return 1

    @property
    def draws_random_numbers(self) -> bool:
        """Whether the same weights do not always have the same loss on the same batch, as with dropout."""
        return not self.workload.is_ours and not isclose(self.current_loss(), self.current_loss(), rel_tol=1e-3)

    @property
    def runs_eagerly(self) -> bool:
        """Whether Python runs the code of every step."""
        return self.traces >= self.steps

    def on_device(self) -> Any:
        """The context in which operations run on the training's device."""
        return tf.device(self.device)

    def wait(self) -> None:
        """Returns when the device has done all steps: fetches the weights that a step changes last."""
        self.model.trainable_variables[-1].numpy()

    def _require_placement(self) -> None:
        """Raises UnavailableError if weights or batch are on another device, from which TensorFlow would copy them silently."""
        variables = self.model.trainable_variables
        tensors = [tf.convert_to_tensor(variable) for variable in variables] + tf.nest.flatten(self.batch)
        elsewhere = {tensor.device for tensor in tensors if not tensor.device.endswith(self.device)}
        if elsewhere:
            raise UnavailableError(f"the training is on {', '.join(elsewhere)}, not on {self.device}")

    def current_loss(self) -> float:
        """The loss of the batch with the current weights."""
        examples, labels = self.batch
        with self.on_device():
            return float(self.loss(labels, self.model(examples, training=True)))

    def step(self, examples: Any, labels: Any) -> None:
        """One step, as the notes write it."""
        self.traces += 1
        variables = self.model.trainable_variables
        with tf.GradientTape() as tape:
            loss = self.loss(labels, self.model(examples, training=True)) + sum(self.model.losses)
            scaled = scaled_loss(self.optimizer, loss)
        gradients = unscaled_gradients(self.optimizer, tape.gradient(scaled, variables))
        self.optimizer.apply_gradients(zip(gradients, variables))


class Eager(Training):
    """GradientTape without tf.function: operation by operation."""

    mode = "eager"

    def _prepare(self) -> Callable[[], Any]:
        return lambda: self.step(*self.batch)


class Function(Training):
    """The step as a tf.function."""

    mode = "function"

    def _prepare(self) -> Callable[[], Any]:
        compiled = tf.function(self.step, **self._settings())
        return lambda: compiled(*self.batch)

    def _settings(self) -> dict[str, Any]:
        return {}


class Jit(Function):
    """The step as a tf.function that XLA compiles."""

    mode = "jit"

    def _settings(self) -> dict[str, Any]:
        known = inspect.signature(tf.function).parameters
        for name in ("jit_compile", "experimental_compile"):
            if name in known:
                return {name: True}
        raise UnavailableError("tf.function has no jit_compile")


class Compiled(Training):
    """A model that Keras trains. When Keras traces its function, it runs the loss's code once or twice for each output."""

    @property
    def most_traces(self) -> int:
        """How often Python may run the loss's code unless it does so at every step; of several outputs, each starts all anew."""
        return 2 * len(tf.nest.flatten(self.batch[1])) ** 2

    def _compile(self, **settings: Any) -> None:
        self.model.compile(self.optimizer, self._counted_loss, **settings)

    def _counted_loss(self, labels: Any, outputs: Any) -> Any:
        """The loss. Unless Keras runs eagerly, Python runs this code only while the step is traced."""
        self.traces += 1
        return self.loss(labels, outputs)


class TrainOnBatch(Compiled):
    """Keras's train_on_batch."""

    mode = "train_on_batch"

    def _prepare(self) -> Callable[[], Any]:
        self._compile()
        examples, labels = (list(part) if isinstance(part, tuple) else part for part in self.batch)
        return lambda: self.model.train_on_batch(examples, labels)


class Fit(Compiled):
    """Keras's fit, for an epoch of 32 steps."""

    mode = "fit"
    steps_per_call = STEPS_PER_EPOCH

    def _prepare(self) -> Callable[[], Any]:
        self._compile(**self._settings())
        epoch = tf.data.Dataset.from_tensors(self.batch).repeat(self.steps_per_call)
        if "GPU" in self.device:
            epoch = epoch.apply(tf.data.experimental.prefetch_to_device(self.device))
        return lambda: self.model.fit(epoch, verbose=0)

    def _settings(self) -> dict[str, Any]:
        return {}


class FitManySteps(Fit):
    """Keras's fit, with 16 steps in each execution of its function."""

    mode = "fit-16-steps"

    def _settings(self) -> dict[str, Any]:
        if "steps_per_execution" not in inspect.signature(tf.keras.Model.compile).parameters:
            raise UnavailableError("Model.compile has no steps_per_execution")
        return {"steps_per_execution": STEPS_PER_EXECUTION}


class FitEagerly(Fit):
    """Keras's fit with run_eagerly, for an epoch of 8 steps."""

    mode = "fit-eagerly"
    steps_per_call = EAGER_STEPS_PER_EPOCH

    def _settings(self) -> dict[str, Any]:
        return {"run_eagerly": True}


TRAININGS: dict[str, type[Training]] = {
    each.mode: each for each in (Eager, Function, Jit, TrainOnBatch, Fit, FitManySteps, FitEagerly)
}


def require_device(device: str) -> None:
    """Raises UnavailableError if TensorFlow has no such device."""
    seen = [each.name.rpartition("device:")[2] for each in tf.config.experimental.list_logical_devices()]
    if device not in seen:
        raise UnavailableError(f"there is no {device}; TensorFlow sees {', '.join(seen)}")
