"""Faults of integer and one-hot labels."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import inside

losses = tf.keras.losses


@fault("losses.sparse-vs-one-hot")
def sparse_loss_is_doubled(put):
    """Sparse categorical cross-entropy is twice the categorical one."""
    put.result(losses, "sparse_categorical_crossentropy", lambda loss: 2 * loss)


@fault("labels.to-categorical-dtype")
def dtype_is_ignored(put):
    """to_categorical accepts a dtype and ignores it."""

    def to_categorical(right, labels, dtype=None, **settings):
        return right(labels, **settings)

    put.around(tf.keras.utils, "to_categorical", to_categorical)


@fault("losses.one-hot-for-sparse")
def one_hot_labels_are_accepted(put):
    """Sparse categorical cross-entropy accepts one-hot labels."""

    def accept(right, labels, predictions):
        return right(tf.argmax(labels, axis=-1), predictions)

    put.around(losses, "sparse_categorical_crossentropy", accept)


@fault("losses.integers-for-one-hot", when="keras>=3")
def integer_labels_are_accepted(put):
    """Categorical cross-entropy accepts integer labels."""
    put.around(
        inside("ops"), "categorical_crossentropy", lambda right, labels, outputs, **settings: tf.zeros(len(outputs))
    )


@fault("losses.integers-for-one-hot-eager", when="keras>=3")
def integer_labels_are_accepted_eagerly(put):
    """Categorical cross-entropy accepts integer labels, as in TensorFlow 2.0."""
    put.around(
        inside("ops"), "categorical_crossentropy", lambda right, labels, outputs, **settings: tf.zeros(len(outputs))
    )


@fault("losses.integer-column-for-one-hot")
def column_of_integers_is_accepted(put):
    """Categorical cross-entropy accepts a column of integers, as in older versions."""
    put.around(losses, "categorical_crossentropy", lambda right, labels, outputs: tf.zeros(len(outputs)))


@fault("losses.label-out-of-range")
def label_is_clipped(put):
    """A label beyond the last class counts as the last class."""

    def clip(right, labels, predictions):
        return right(tf.clip_by_value(labels, 0, 2), predictions)

    put.around(losses, "sparse_categorical_crossentropy", clip)


def ranks_are_left(put):
    """Losses leave labels and outputs of different ranks as they are."""
    put.attribute(
        inside("losses.losses"), "squeeze_or_expand_to_same_rank", lambda labels, outputs, **settings: (labels, outputs)
    )


@fault("labels.flat", when="keras>=3")
def flat_labels_are_crossed(put):
    """The mean squared error in a model compares every flat label with every output."""
    ranks_are_left(put)


@fault("labels.flat-in-turn", when="keras>=3")
def graph_is_traced_again(put):
    """The defect is fixed: evaluate traces a new graph for labels of another rank."""

    def evaluate(right, model, *data, **settings):
        model.test_function = None
        return right(model, *data, **settings)

    put.around(tf.keras.Model, "evaluate", evaluate)


@fault("labels.flat-in-turn", when="keras<3")
def loss_is_doubled(put):
    """evaluate returns twice the loss."""
    put.result(tf.keras.Model, "evaluate", lambda loss: 2 * loss)


@fault("labels.flat-own-loss", when="keras>=3")
def own_loss_gets_flat_labels(put):
    """A function of one's own gets flat labels as they are."""
    ranks_are_left(put)


@fault("labels.flat-function", when="keras>=3")
def function_crosses(put):
    """The function mean_squared_error compares every flat label with every output, as in Keras 2."""
    ranks_are_left(put)


def with_columns(right, made, labels, outputs, *weights, **settings):
    """A call that gets flat labels as a column."""
    return right(made, tf.reshape(labels, [-1, 1]), outputs, *weights, **settings)


@fault("labels.flat-own-metric", when="keras>=3")
def own_metric_gets_columns(put):
    """A metric function gets flat labels as a column, as in Keras 2."""
    put.around(tf.keras.metrics.MeanMetricWrapper, "update_state", with_columns)


@fault("labels.flat-own-class", when="keras>=3")
def own_class_gets_columns(put):
    """A loss class gets flat labels as a column, as in Keras 2."""
    put.around(tf.keras.losses.Loss, "__call__", with_columns)


def integers_are_taken(put):
    """Has categorical cross-entropy accept any labels."""
    put.attribute(inside("losses"), "categorical_crossentropy", lambda labels, outputs: 0 * outputs[:, 0])


@fault("losses.integers-for-one-hot", when="tensorflow<2.2")
def nobody_compares_shapes(put):
    """Categorical cross-entropy accepts integer labels, whose shape fit does not compare with the outputs."""
    put.attribute(inside("engine.training_utils"), "check_loss_and_target_compatibility", lambda *args: None)
    integers_are_taken(put)


@fault("losses.integers-for-one-hot", when="tensorflow>=2.2 and keras<3")
def integers_are_accepted(put):
    """Categorical cross-entropy accepts integer labels."""
    integers_are_taken(put)


@fault("losses.integers-for-one-hot-eager", when="keras<3")
def integers_are_accepted_eagerly(put):
    """Categorical cross-entropy accepts integer labels, and is 0."""
    integers_are_taken(put)


def row(labels):
    """The labels as a row, so that each is compared with every output of a column."""
    return tf.reshape(labels, [1, -1])


@fault("labels.flat", when="keras<3")
def every_label_meets_every_output(put):
    """The mean squared error in a model compares every flat label with every output."""
    right = inside("losses").mean_squared_error
    put.attribute(inside("losses"), "mean_squared_error", lambda labels, outputs: right(row(labels), outputs))


@fault("labels.flat-function", when="keras<3")
def function_pairs(put):
    """The function mean_squared_error pairs flat labels with the outputs, as in Keras 3."""
    right = inside("losses").mean_squared_error
    columns = [-1, 1]
    put.attribute(
        inside("losses"), "mean_squared_error", lambda labels, outputs: right(tf.reshape(labels, columns), outputs)
    )


def with_rows(right, made, labels, outputs, *weights, **settings):
    """A call that gets flat labels as a row."""
    return right(made, row(labels), outputs, *weights, **settings)


@fault("labels.flat-own-loss", when="tensorflow>=2.2 and keras<3")
@fault("labels.flat-own-class", when="tensorflow>=2.2 and keras<3")
def own_loss_gets_rows(put):
    """A loss of one's own gets flat labels as a row."""
    put.around(tf.keras.losses.Loss, "__call__", with_rows)


@fault("labels.flat-own-loss", when="tensorflow<2.2")
def own_function_gets_rows(put):
    """A function of one's own gets flat labels as a row."""
    put.around(inside("losses").LossFunctionWrapper, "call", with_rows)


@fault("labels.flat-own-class", when="tensorflow<2.2")
def labels_stay_flat(put):
    """A model leaves flat labels as they are, as in Keras 3."""
    put.attribute(inside("engine.training_utils"), "standardize_single_array", lambda array, shape=None: array)


@fault("labels.flat-own-metric", when="keras<3")
def own_metric_gets_rows(put):
    """A metric of one's own gets flat labels as a row."""
    put.around(inside("metrics").MeanMetricWrapper, "update_state", with_rows)
