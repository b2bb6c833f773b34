"""Week 2, Fit Method: labels.

Subject: losses and metrics.
"""

import numpy as np
import pytest
import tensorflow as tf

from spec.models import compiled, echo
from spec.oracles import losses as oracle
from tf_conformance import defect, holds, near, refused

losses = tf.keras.losses
InvalidArgumentError = tf.errors.InvalidArgumentError

INTEGERS = np.array([2, 0, 1, 2])
ONE_HOT = np.eye(3, dtype=np.float32)[INTEGERS]
PROBABILITIES = oracle.softmax([[0.1, 1.2, -0.3], [2.0, 0.1, 0.4], [0.3, 0.2, 0.1], [-1.0, 0.0, 2.0]]).astype(
    np.float32
)


def value_and_gradient(loss, labels):
    """The mean loss of the predictions and its gradient with respect to them."""

    def compute(predictions):
        with tf.GradientTape() as tape:
            tape.watch(predictions)
            value = tf.reduce_mean(loss(tf.constant(labels), predictions))
        return value, tape.gradient(value, predictions)

    return compute


@holds("losses.sparse-vs-one-hot")
@pytest.mark.parametrize(
    "labels", [INTEGERS, INTEGERS[:, np.newaxis], INTEGERS.astype(np.float32)], ids=["n", "n-1", "float"]
)
def test_integer_and_one_hot_labels_agree(device, labels):
    """Integer labels go with the sparse cross-entropy, one-hot labels with the other, to the same value and gradient."""
    expected = oracle.categorical_crossentropy(ONE_HOT, PROBABILITIES).mean()
    slope = (1 - ONE_HOT / PROBABILITIES) / len(ONE_HOT)
    sparse, sparse_slope = device(value_and_gradient(losses.sparse_categorical_crossentropy, labels), PROBABILITIES)
    dense, dense_slope = device(value_and_gradient(losses.categorical_crossentropy, ONE_HOT), PROBABILITIES)
    assert sparse == near(expected)
    assert dense == near(expected)
    assert sparse_slope == near(slope, rtol=1e-4, atol=1e-5)
    assert dense_slope == near(slope, rtol=1e-4, atol=1e-5)


@holds("losses.sparse-vs-one-hot")
@pytest.mark.parametrize(
    ("loss", "labels"),
    [
        ("sparse_categorical_crossentropy", INTEGERS),
        ("sparse_categorical_crossentropy", INTEGERS[:, np.newaxis]),
        ("categorical_crossentropy", ONE_HOT),
    ],
    ids=["integers", "column", "one-hot"],
)
def test_labels_in_a_model(loss, labels):
    """A model compiled with the loss that fits its labels evaluates to it."""
    model = compiled(echo(3), optimizer="sgd", loss=loss)
    expected = oracle.categorical_crossentropy(ONE_HOT, PROBABILITIES).mean()
    assert model.evaluate(PROBABILITIES, labels, verbose=0) == near(expected)


@holds("losses.one-hot-for-sparse")
def test_one_hot_labels_are_no_integers():
    """The sparse cross-entropy refuses one-hot labels."""
    with refused(ValueError, InvalidArgumentError):
        losses.sparse_categorical_crossentropy(tf.constant(ONE_HOT), tf.constant(PROBABILITIES))


@holds("losses.integers-for-one-hot")
@pytest.mark.parametrize("labels", [INTEGERS, INTEGERS[:, np.newaxis]], ids=["integers", "column"])
def test_integer_labels_are_not_one_hot(labels):
    """A model with categorical cross-entropy refuses integer labels."""
    model = echo(3)
    model.compile(optimizer="sgd", loss="categorical_crossentropy")
    with refused(ValueError):
        model.evaluate(PROBABILITIES, labels, verbose=0)


COLUMN = tf.constant(INTEGERS[:, np.newaxis], tf.float32)


@defect("losses.integer-column-for-one-hot", when="tensorflow<2.2", instead="sparse_categorical_crossentropy")
def test_column_of_integers_is_taken_for_one_hot():
    """Called by itself, categorical cross-entropy multiplies a column of integer labels into every class, and returns nonsense."""
    nonsense = -INTEGERS * np.log(PROBABILITIES).sum(axis=1)
    assert losses.categorical_crossentropy(COLUMN, tf.constant(PROBABILITIES)).numpy() == near(nonsense)


@holds("losses.integer-column-for-one-hot", when="tensorflow>=2.2")
def test_column_of_integers_is_not_one_hot():
    """Called by itself, categorical cross-entropy refuses a column of integer labels."""
    with refused(ValueError):
        losses.categorical_crossentropy(COLUMN, tf.constant(PROBABILITIES))


@holds("losses.label-out-of-range")
@pytest.mark.parametrize("label", [3, -1])
def test_label_beyond_the_classes(device, label):
    """A label beyond the classes is refused on a CPU; on a GPU, which cannot stop for it, its loss is NaN."""
    labels = np.array([0, label, 1, 2])
    if device.name.startswith("CPU"):
        with refused(InvalidArgumentError, naming="valid range"):
            device(lambda p: losses.sparse_categorical_crossentropy(tf.constant(labels), p), PROBABILITIES)
    else:
        seen = device(lambda p: losses.sparse_categorical_crossentropy(tf.constant(labels), p), PROBABILITIES)
        assert np.isnan(seen).tolist() == [False, True, False, False]
