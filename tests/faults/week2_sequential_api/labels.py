"""Faults of labels: sparse and one-hot."""

from __future__ import annotations

import tensorflow as tf
from keras.src import ops

from tests.faults.fault import fault

losses = tf.keras.losses


@fault("losses.sparse-vs-one-hot")
def sparse_loss_counts_twice(put):
    """The sparse cross-entropy is twice the other one."""
    put.result(losses, "sparse_categorical_crossentropy", lambda loss: 2 * loss)


@fault("losses.one-hot-for-sparse")
def one_hot_labels_are_accepted(put):
    """The sparse cross-entropy takes one-hot labels."""

    def accept(right, labels, predictions):
        return right(tf.argmax(labels, axis=-1), predictions)

    put.around(losses, "sparse_categorical_crossentropy", accept)


@fault("losses.integers-for-one-hot")
def integer_labels_are_accepted(put):
    """Categorical cross-entropy takes integer labels."""
    put.around(ops, "categorical_crossentropy", lambda right, labels, outputs, **settings: tf.zeros(len(outputs)))


@fault("losses.integer-column-for-one-hot")
def column_of_integers_is_accepted(put):
    """Categorical cross-entropy takes a column of integers, as it once did."""
    put.around(losses, "categorical_crossentropy", lambda right, labels, outputs: tf.zeros(len(outputs)))


@fault("losses.label-out-of-range")
def label_is_clipped(put):
    """A label beyond the classes counts as the last one."""

    def clip(right, labels, predictions):
        return right(tf.clip_by_value(labels, 0, 2), predictions)

    put.around(losses, "sparse_categorical_crossentropy", clip)
