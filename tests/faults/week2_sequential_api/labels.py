"""Faults of integer and one-hot labels."""

from __future__ import annotations

import tensorflow as tf
from keras.src import ops

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
