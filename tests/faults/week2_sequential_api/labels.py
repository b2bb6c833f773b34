"""Faults of integer and one-hot labels."""

from __future__ import annotations

import tensorflow as tf
from keras.src import ops
from keras.src.losses import losses as keras_losses

from tests.faults.fault import fault

losses = tf.keras.losses


@fault("losses.sparse-vs-one-hot")
def sparse_loss_is_doubled(put):
    """Sparse categorical cross-entropy is twice the categorical one."""
    put.result(losses, "sparse_categorical_crossentropy", lambda loss: 2 * loss)


@fault("losses.one-hot-for-sparse")
def one_hot_labels_are_accepted(put):
    """Sparse categorical cross-entropy accepts one-hot labels."""

    def accept(right, labels, predictions):
        return right(tf.argmax(labels, axis=-1), predictions)

    put.around(losses, "sparse_categorical_crossentropy", accept)


@fault("losses.integers-for-one-hot")
def integer_labels_are_accepted(put):
    """Categorical cross-entropy accepts integer labels."""
    put.around(ops, "categorical_crossentropy", lambda right, labels, outputs, **settings: tf.zeros(len(outputs)))


@fault("losses.integers-for-one-hot-eager")
def integer_labels_are_accepted_eagerly(put):
    """Categorical cross-entropy accepts integer labels, as in TensorFlow 2.0."""
    put.around(ops, "categorical_crossentropy", lambda right, labels, outputs, **settings: tf.zeros(len(outputs)))


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
    put.attribute(keras_losses, "squeeze_or_expand_to_same_rank", lambda labels, outputs, **settings: (labels, outputs))


@fault("labels.flat")
def flat_labels_are_crossed(put):
    """The mean squared error in a model compares every flat label with every output."""
    ranks_are_left(put)


@fault("labels.flat-own-loss")
def own_loss_gets_flat_labels(put):
    """A function of one's own gets flat labels as they are."""
    ranks_are_left(put)


@fault("labels.flat-function")
def function_crosses(put):
    """The function mean_squared_error compares every flat label with every output, as in Keras 2."""
    ranks_are_left(put)


def with_columns(right, made, labels, outputs, *weights, **settings):
    """A call that gets flat labels as a column."""
    return right(made, tf.reshape(labels, [-1, 1]), outputs, *weights, **settings)


@fault("labels.flat-own-metric")
def own_metric_gets_columns(put):
    """A metric function gets flat labels as a column, as in Keras 2."""
    put.around(tf.keras.metrics.MeanMetricWrapper, "update_state", with_columns)


@fault("labels.flat-own-class")
def own_class_gets_columns(put):
    """A loss class gets flat labels as a column, as in Keras 2."""
    put.around(tf.keras.losses.Loss, "__call__", with_columns)
