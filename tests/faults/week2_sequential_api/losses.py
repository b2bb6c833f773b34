"""Faults of losses."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import inside

losses = tf.keras.losses


@fault("losses.values")
def losses_are_summed(put):
    """The mean squared error is summed over the batch by default."""
    put.default(losses.MeanSquaredError, reduction="sum")


@fault("losses.reduction-auto")
def auto_is_the_sum(put):
    """With reduction='auto', a loss object reduces to the sum."""

    def init(right, loss, reduction="sum_over_batch_size", **settings):
        right(loss, reduction="sum" if reduction == "auto" else reduction, **settings)

    put.around(losses.MeanSquaredError, "__init__", init)


@fault("losses.values")
def sample_weights_are_ignored(put):
    """Losses ignore sample_weight."""
    put.argument(losses.Loss, "__call__", sample_weight=None)


@fault("losses.values")
def labels_are_not_smoothed(put):
    """Categorical cross-entropy ignores label_smoothing."""
    put.argument(losses.CategoricalCrossentropy, label_smoothing=0.0)


@fault("losses.function-names", when="keras>=3.3.3")
def long_name_is_back(put):
    """tf.keras.losses has mean_squared_error again."""
    put.attribute(losses, "mean_squared_error", losses.mse)


@fault("losses.from-logits")
def from_logits_is_ignored(put):
    """Binary cross-entropy treats logits as probabilities."""
    put.argument(losses.BinaryCrossentropy, from_logits=False)


@fault("losses.from-logits")
def from_logits_is_ignored_for_classes(put):
    """Sparse categorical cross-entropy treats logits as probabilities."""
    put.argument(losses.SparseCategoricalCrossentropy, from_logits=False)


@fault("losses.logits-twice", when="keras>=3")
def logits_are_not_found(put):
    """Losses take the outputs of an activation for logits if they are told so, as in TensorFlow 2.0."""
    put.attribute(
        inside("backend.tensorflow.nn"), "_get_logits", lambda output, from_logits, *names: (output, from_logits)
    )


@fault("losses.function-names", when="keras<3.3.3")
def long_name_is_another_function(put):
    """The function mean_squared_error is the mean absolute error."""
    put.attribute(losses, "mean_squared_error", losses.mean_absolute_error)


@fault("losses.logits-twice", when="tensorflow<2.4")
def from_logits_is_ignored_behind_an_activation(put):
    """Sparse categorical cross-entropy ignores from_logits."""
    put.argument(losses.SparseCategoricalCrossentropy, from_logits=False)


@fault("losses.logits-twice", when="tensorflow>=2.4 and keras<3")
def activation_is_not_seen(put):
    """Losses do not see from which activation their outputs come, as in TensorFlow 2.0."""

    def loss(right, made, labels, outputs, *weights, **settings):
        return right(made, labels, tf.identity(outputs), *weights, **settings)

    put.around(losses.Loss, "__call__", loss)


@fault("losses.behind-activation")
def every_loss_is_clipped(put):
    """evaluate reports no loss above 16."""
    put.result(tf.keras.Model, "evaluate", lambda loss: min(loss, 16.0))


@fault("losses.class-weight-of-dataset")
@fault("losses.class-weight-of-generator")
def class_weights_are_doubled(put):
    """fit reports twice the loss."""

    def on_epoch_end(right, history, epoch, logs=None):
        right(history, epoch, {name: 2 * value for name, value in logs.items()})

    put.around(tf.keras.callbacks.History, "on_epoch_end", on_epoch_end)
