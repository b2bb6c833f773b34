"""Week 2, Fit Method: labels.

Subject: losses and metrics.
"""

import numpy as np
import pytest
import tensorflow as tf

from spec.models import batches, compiled, echo
from spec.oracles import losses as oracle
from tf_conformance import changed, defect, holds, near, refused

losses = tf.keras.losses
InvalidArgumentError = tf.errors.InvalidArgumentError

INTEGERS = np.array([2, 0, 1, 2])
ONE_HOT = np.eye(3, dtype=np.float32)[INTEGERS]
PROBABILITIES = oracle.softmax([[0.1, 1.2, -0.3], [2.0, 0.1, 0.4], [0.3, 0.2, 0.1], [-1.0, 0.0, 2.0]]).astype(
    np.float32
)


def value_and_gradient(loss, labels):
    """A function that returns the mean loss of predictions and its gradient with respect to them."""

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
    """sparse_categorical_crossentropy of integer labels has the value and gradient of categorical_crossentropy of one-hot labels."""
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
    """A model has the same loss for integer labels with the sparse cross-entropy as for one-hot labels with the other."""
    model = compiled(echo(3), optimizer="sgd", loss=loss)
    expected = oracle.categorical_crossentropy(ONE_HOT, PROBABILITIES).mean()
    assert model.evaluate(batches(PROBABILITIES, labels), verbose=0) == near(expected)


@holds("losses.one-hot-for-sparse")
def test_one_hot_labels_are_refused():
    """sparse_categorical_crossentropy refuses one-hot labels."""
    with refused(ValueError, InvalidArgumentError):
        losses.sparse_categorical_crossentropy(tf.constant(ONE_HOT), tf.constant(PROBABILITIES))


@holds("losses.one-hot-for-sparse")
@pytest.mark.parametrize("samples", [1, 3, 4])
def test_one_hot_labels_are_refused_by_a_model(samples):
    """A model compiled with sparse_categorical_crossentropy refuses one-hot labels, whatever the batch size."""
    model = compiled(echo(3), optimizer="sgd", loss="sparse_categorical_crossentropy")
    with refused(ValueError, InvalidArgumentError):
        model.evaluate(PROBABILITIES[:samples], ONE_HOT[:samples], verbose=0)


@holds("losses.integers-for-one-hot")
@pytest.mark.parametrize("samples", [1, 4])
@pytest.mark.parametrize("labels", [INTEGERS, INTEGERS[:, np.newaxis]], ids=["integers", "column"])
def test_integer_labels_are_refused(labels, samples):
    """In a graph, a model compiled with categorical_crossentropy refuses an array of integer labels."""
    model = echo(3)
    model.compile(optimizer="sgd", loss="categorical_crossentropy")
    with refused(ValueError):
        model.evaluate(PROBABILITIES[:samples], labels[:samples], verbose=0)


def loss_run_eagerly(loss, labels):
    """The loss of a model that runs eagerly and returns PROBABILITIES."""
    return compiled(echo(3), optimizer="sgd", loss=loss).evaluate(PROBABILITIES, labels, verbose=0)


NONSENSE = -INTEGERS * np.log(PROBABILITIES).sum(axis=1)


@defect(
    "losses.integers-for-one-hot-eager",
    when="tensorflow<2.2",
    instead="sparse_categorical_crossentropy",
    impact="silent",
    reported="tensorflow/tensorflow#18651",
    traces="none: it depends on the labels",
)
@pytest.mark.parametrize("labels", [INTEGERS, INTEGERS[:, np.newaxis]], ids=["integers", "column"])
def test_integers_are_taken_for_one_hot_eagerly(labels):
    """Run eagerly, a model compiled with categorical_crossentropy multiplies integer labels by every class, which is meaningless."""
    assert loss_run_eagerly("categorical_crossentropy", labels) == near(NONSENSE.mean())
    right = oracle.categorical_crossentropy(ONE_HOT, PROBABILITIES).mean()
    assert loss_run_eagerly("sparse_categorical_crossentropy", labels) == near(right)


@holds("losses.integers-for-one-hot-eager", when="tensorflow>=2.2")
@pytest.mark.parametrize("labels", [INTEGERS, INTEGERS[:, np.newaxis]], ids=["integers", "column"])
def test_integers_are_refused_eagerly(labels):
    """Run eagerly, a model compiled with categorical_crossentropy refuses integer labels."""
    with refused(ValueError):
        loss_run_eagerly("categorical_crossentropy", labels)


COLUMN = tf.constant(INTEGERS[:, np.newaxis], tf.float32)


@defect(
    "losses.integer-column-for-one-hot",
    when="tensorflow<2.2",
    instead="sparse_categorical_crossentropy",
    impact="silent",
    reported="tensorflow/tensorflow#18651",
    traces="none: it depends on the labels",
)
def test_integer_column_is_taken_for_one_hot():
    """Called directly, categorical_crossentropy multiplies a column of integer labels by every class, which is meaningless."""
    assert losses.categorical_crossentropy(COLUMN, tf.constant(PROBABILITIES)).numpy() == near(NONSENSE)
    right = oracle.categorical_crossentropy(ONE_HOT, PROBABILITIES)
    assert losses.sparse_categorical_crossentropy(COLUMN, tf.constant(PROBABILITIES)).numpy() == near(right)


@holds("losses.integer-column-for-one-hot", when="tensorflow>=2.2")
def test_integer_column_is_refused():
    """Called directly, categorical_crossentropy refuses a column of integer labels."""
    with refused(ValueError):
        losses.categorical_crossentropy(COLUMN, tf.constant(PROBABILITIES))


@holds("losses.label-out-of-range")
@pytest.mark.parametrize("label", [3, -1])
def test_label_out_of_range(device, label):
    """An integer label that is not a class is refused on a CPU, except in code compiled by XLA; on a GPU, its loss is NaN."""
    labels = np.array([0, label, 1, 2])
    if device.name.startswith("CPU"):
        with refused(InvalidArgumentError, naming="valid range"):
            device(lambda p: losses.sparse_categorical_crossentropy(tf.constant(labels), p), PROBABILITIES)
    else:
        seen = device(lambda p: losses.sparse_categorical_crossentropy(tf.constant(labels), p), PROBABILITIES)
        assert np.isnan(seen).tolist() == [False, True, False, False]


def one_hot_by_keras(**settings):
    """The labels above as one-hot vectors, by to_categorical."""
    return tf.keras.utils.to_categorical(INTEGERS, **settings)


@holds("labels.to-categorical-dtype", when="keras<3")
def test_dtype_of_one_hot_labels():
    """to_categorical takes the dtype of the one-hot labels, which is float32 by default."""
    assert (one_hot_by_keras().dtype, one_hot_by_keras(dtype="int8").dtype) == (np.float32, np.int8)
    assert one_hot_by_keras().tolist() == ONE_HOT.tolist()


@changed(
    "labels.to-categorical-dtype",
    when="keras>=3",
    instead="to_categorical(labels).astype('float32')",
    impact="error",
    traces=["tf.keras.utils.to_categorical(dtype=$X)"],
)
def test_no_dtype_of_one_hot_labels():
    """to_categorical refuses dtype with a TypeError: the one-hot labels are float64.

    Report: vb2005/keras-quickstart#1.
    """
    with refused(TypeError, naming="dtype"):
        one_hot_by_keras(dtype="float32")
    assert (one_hot_by_keras().dtype, one_hot_by_keras().astype("float32").dtype) == (np.float64, np.float32)
    assert one_hot_by_keras().tolist() == ONE_HOT.tolist()


# Labels without the axis of the outputs

FLAT = np.array([1.0, 3.0, 3.0], np.float32)
OUTPUTS = np.array([[1.0], [2.0], [4.0]], np.float32)
PAIRED = np.square(FLAT - OUTPUTS[:, 0]).mean()
CROSSED = np.square(FLAT - OUTPUTS).mean()  # every label with every output


def squared_difference(labels, outputs):
    """A custom loss or metric that relies on equal shapes."""
    return tf.reduce_mean(tf.square(labels - outputs))


class SquaredDifference(losses.Loss):
    """A custom loss class that relies on equal shapes."""

    def call(self, labels, outputs):
        """One value per output."""
        return tf.square(labels - outputs)


def evaluated(labels, loss="mean_squared_error", metrics=None):
    """The loss, or the metric if there is one, of a model that returns OUTPUTS."""
    model = compiled(echo(1), optimizer="sgd", loss=loss, metrics=metrics)
    return np.ravel(model.evaluate(OUTPUTS, labels, verbose=0))[-1]


# A graph takes long to trace: two are enough.
IN_MODEL = [(True, 3), (True, 1), (False, 1)]


@holds("labels.flat")
@pytest.mark.parametrize(("run_eagerly", "batch_size"), IN_MODEL, ids=["eager", "eager-single", "graph-single"])
@pytest.mark.parametrize("metrics", [None, ["mse"]], ids=["loss", "metric"])
def test_flat_labels_are_paired(run_eagerly, metrics, batch_size):
    """In a model, a built-in loss or metric pairs labels of shape (n,) with outputs of shape (n, 1)."""
    model = echo(1)
    model.compile(optimizer="sgd", loss="mean_squared_error", metrics=metrics, run_eagerly=run_eagerly)
    assert np.ravel(model.evaluate(OUTPUTS, FLAT, batch_size=batch_size, verbose=0))[-1] == near(PAIRED)


@holds("labels.flat")
@pytest.mark.parametrize("batch_size", [4, 1])
@pytest.mark.parametrize("labels", [INTEGERS, INTEGERS[:, np.newaxis]], ids=["flat", "column"])
def test_integer_labels_in_either_shape(labels, batch_size):
    """In a model, the built-in sparse loss and metrics accept integer labels of shape (n, 1) and (n,)."""
    metrics = ["accuracy", tf.keras.metrics.SparseTopKCategoricalAccuracy(k=2)]
    model = compiled(echo(3), optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=metrics)
    seen = model.evaluate(PROBABILITIES, labels, batch_size=batch_size, verbose=0)
    order = PROBABILITIES.argsort(axis=1)
    hits = [np.mean([label in best for label, best in zip(INTEGERS, order[:, -k:])]) for k in (1, 2)]
    assert seen == near([oracle.categorical_crossentropy(ONE_HOT, PROBABILITIES).mean(), *hits])


def evaluated_in_turn(*labels):
    """The loss of one model for each of these labels, in turn; it runs as a graph, as users' models do."""
    model = echo(1)
    model.compile(optimizer="sgd", loss="mean_squared_error")
    return [model.evaluate(batches(OUTPUTS, each), verbose=0) for each in labels]


IN_TURN = pytest.mark.parametrize(
    "labels", [(FLAT, FLAT[:, np.newaxis]), (FLAT[:, np.newaxis], FLAT)], ids=["flat-first", "column-first"]
)


@holds("labels.flat-in-turn", when="keras<3")
@IN_TURN
def test_either_shape_in_turn(labels):
    """A model takes labels of shape (n,) and labels of shape (n, 1), one after the other."""
    assert evaluated_in_turn(*labels) == near([PAIRED, PAIRED])


@defect(
    "labels.flat-in-turn",
    when="keras>=3",
    instead="labels.reshape((-1, 1)) each time",
    impact="error",
    traces="none: it depends on the shapes of the labels",
)
@IN_TURN
def test_other_shape_is_refused(labels):
    """Once evaluate has had labels of shape (n,), it refuses those of shape (n, 1), and vice versa: its graph is for an unknown rank."""
    with refused(ValueError, naming="unknown rank"):
        evaluated_in_turn(*labels)
    assert evaluated_in_turn(*(each.reshape((-1, 1)) for each in labels)) == near([PAIRED, PAIRED])


@holds("labels.flat-own-loss")
def test_own_function_gets_columns():
    """A custom loss function receives flat labels as a column, like the outputs."""
    assert evaluated(FLAT, loss=squared_difference) == near(PAIRED)


@holds("labels.flat-function", when="keras<3")
def test_function_crosses_flat_labels():
    """Called directly, the function mean_squared_error compares each of n flat labels with each of n outputs of shape (n, 1)."""
    seen = losses.get("mean_squared_error")(tf.constant(FLAT), tf.constant(OUTPUTS))
    assert tf.reduce_mean(seen).numpy() == near(CROSSED)


@changed(
    "labels.flat-function",
    when="keras>=3",
    instead="labels[:, np.newaxis]",
    impact="silent",
    traces="none: it depends on the shape of the labels",
)
@pytest.mark.parametrize("labels", [FLAT, FLAT[:, np.newaxis]], ids=["flat", "column"])
def test_function_pairs_flat_labels(labels):
    """Called directly, the function mean_squared_error pairs flat labels with outputs of shape (n, 1)."""
    seen = losses.get("mean_squared_error")(tf.constant(labels), tf.constant(OUTPUTS))
    assert tf.reduce_mean(seen).numpy() == near(PAIRED)


@holds("labels.flat-own-metric", when="keras<3")
def test_own_metric_gets_columns():
    """A custom metric function receives flat labels as a column, like the outputs."""
    assert evaluated(FLAT, metrics=[squared_difference]) == near(PAIRED)


@changed(
    "labels.flat-own-metric",
    when="keras>=3",
    instead="y_train[:, np.newaxis] as labels",
    impact="silent",
    traces="none: it depends on the shape of the labels",
)
def test_own_metric_gets_flat_labels():
    """A custom metric function receives flat labels unchanged, so subtraction broadcasts each of them against all outputs."""
    assert evaluated(FLAT, metrics=[squared_difference]) == near(CROSSED)
    assert evaluated(FLAT[:, np.newaxis], metrics=[squared_difference]) == near(PAIRED)


@holds("labels.flat-own-class", when="keras<3")
def test_own_class_gets_columns():
    """A subclass of Loss receives flat labels as a column, like the outputs, when a model calls it."""
    assert evaluated(FLAT, loss=SquaredDifference()) == near(PAIRED)


@changed(
    "labels.flat-own-class",
    when="keras>=3",
    instead="y_train[:, np.newaxis] as labels",
    impact="silent",
    traces="none: it depends on the shape of the labels",
)
def test_own_class_gets_flat_labels():
    """A subclass of Loss receives flat labels unchanged, so subtraction broadcasts each of them against all outputs."""
    assert evaluated(FLAT, loss=SquaredDifference()) == near(CROSSED)
    assert evaluated(FLAT[:, np.newaxis], loss=SquaredDifference()) == near(PAIRED)
