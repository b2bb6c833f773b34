"""The optimizer of a training, its variables, and its loss scale, whatever they are called on this TensorFlow."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from benchmarks.workload import OPTIMIZERS, Workload


def new_optimizer(workload: Workload, divide_rate_by: int = 1) -> Any:
    """The workload's optimizer; with a loss scale if float16 gradients could underflow.

    If a call does many steps, each is smaller in proportion, so a call changes the weights equally in every mode: after
    32 whole steps, a difference in the last place would have grown a hundredfold, since some unit or other turned on or off.
    """
    rate = OPTIMIZERS[workload.optimizer] / divide_rate_by
    made = getattr(tf.keras.optimizers, workload.optimizer)(rate)
    if workload.precision == "mixed_float16":
        return tf.keras.mixed_precision.LossScaleOptimizer(made)
    return made


def create_slots(optimizer: Any, variables: list[Any]) -> None:
    """Makes the optimizer create its variables now: a tf.function that creates variables is traced twice."""
    if hasattr(optimizer, "build"):
        optimizer.build(variables)
    else:
        optimizer.apply_gradients([(tf.zeros_like(variable), variable) for variable in variables])
        optimizer.iterations.assign(0)


def scaled_loss(optimizer: Any, loss: Any) -> Any:
    """The loss, scaled if the optimizer has a loss scale."""
    for name in ("scale_loss", "get_scaled_loss"):  # Keras 3, Keras 2
        if hasattr(optimizer, name):
            return getattr(optimizer, name)(loss)
    return loss


def unscaled_gradients(optimizer: Any, gradients: list[Any]) -> Any:
    """The gradients of the loss itself; Keras 3's optimizers unscale them when they apply them."""
    if hasattr(optimizer, "get_unscaled_gradients"):
        return optimizer.get_unscaled_gradients(gradients)
    return gradients
