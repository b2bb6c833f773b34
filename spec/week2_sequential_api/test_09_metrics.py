"""Week 2, Compile Method: metrics."""

import numpy as np
import pytest
import tensorflow as tf

from spec.models import compiled, echo
from spec.oracles import losses as oracle
from tf_conformance import holds, near

metrics = tf.keras.metrics


def result_of(metric, *batches):
    """A metric's value after these batches of (labels, predictions[, weights])."""

    def compute():
        for batch in batches:
            metric.update_state(*[tf.constant(part, tf.float32) for part in batch])
        return metric.result()

    return compute


def reset(metric):
    """Starts the metric anew; the method lost its plural s in TensorFlow 2.5."""
    getattr(metric, "reset_state", getattr(metric, "reset_states", None))()


@holds("metrics.binary-accuracy-threshold")
@pytest.mark.parametrize(("prediction", "taken_as"), [(0.69, 0), (0.7, 0), (0.7000001, 1), (0.71, 1), (0.0, 0), (1.0, 1)])
def test_at_the_threshold(device, prediction, taken_as):
    """With threshold 0.7 a prediction counts as 1 from above 0.7 on; exactly 0.7 counts as 0."""
    for label in (0, 1):
        metric = metrics.BinaryAccuracy(threshold=0.7)
        assert device(result_of(metric, ([[label]], [[prediction]]))) == float(label == taken_as)


@holds("metrics.binary-accuracy-threshold")
def test_default_threshold_is_a_half(device):
    """The threshold is 0.5 by default, and exactly 0.5 counts as 0."""
    labels, predictions = [[0.0], [1.0], [1.0], [0.0]], [[0.5], [0.500001], [0.5], [0.51]]
    assert device(result_of(metrics.BinaryAccuracy(), (labels, predictions))) == 0.5
    assert device(tf.keras.metrics.binary_accuracy, np.float32(labels), np.float32(predictions)).tolist() == [1, 1, 0, 0]


@holds("metrics.accuracy-mae")
def test_running_mean_over_batches(device):
    """Metrics are running means over all samples seen, whatever batches they came in."""
    batches = [([1.0, 0.0, 1.0], [0.9, 0.2, 0.1]), ([0.0], [0.8])]
    labels, predictions = np.array([1, 0, 1, 0]), np.array([0.9, 0.2, 0.1, 0.8])
    column = [tuple([[number] for number in part] for part in batch) for batch in batches]
    assert device(result_of(metrics.BinaryAccuracy(), *column)) == near(2 / 4)
    assert device(result_of(metrics.MeanAbsoluteError(), *column)) == near(np.abs(labels - predictions).mean())


@holds("metrics.accuracy-mae")
def test_reset_starts_anew(device):
    """Reset, a metric forgets what it saw."""
    metric = metrics.MeanAbsoluteError()
    assert device(result_of(metric, ([[0.0]], [[4.0]]))) == 4.0
    reset(metric)
    assert device(result_of(metric, ([[0.0]], [[1.0]]))) == 1.0


@holds("metrics.accuracy-mae")
def test_sample_weights_weigh(device):
    """Sample weights make it a weighted mean."""
    metric = metrics.MeanAbsoluteError()
    assert device(result_of(metric, ([[0.0], [0.0]], [[1.0], [5.0]], [3.0, 1.0]))) == near((3 * 1 + 1 * 5) / 4)


@holds("metrics.accuracy-mae")
def test_last_short_batch_weighs_less(rng):
    """Over an epoch the last, short batch counts by its samples: results do not depend on the batch size."""
    predictions = rng.rand(10, 1).astype(np.float32)
    labels = (rng.rand(10, 1) > 0.5).astype(np.float32)
    model = compiled(echo(1), optimizer="sgd", loss="mean_squared_error", metrics=["accuracy", "mae"])
    expected = [
        oracle.mean_squared_error(labels, predictions).mean(),
        np.mean((predictions > 0.5) == labels),
        np.abs(labels - predictions).mean(),
    ]
    for batch_size in (10, 4, 3):
        assert model.evaluate(predictions, labels, batch_size=batch_size, verbose=0) == near(expected)


@holds("metrics.accuracy-mae")
def test_metrics_start_anew_each_epoch():
    """Each epoch starts its metrics anew: an epoch's figure is not mixed with the last one's."""
    x = np.array([[1.0], [2.0], [3.0]], np.float32)
    model = tf.keras.Sequential([tf.keras.layers.Dense(1, kernel_initializer="zeros", input_shape=(1,))])
    compiled(model, optimizer=tf.keras.optimizers.SGD(0.1), loss="mean_absolute_error", metrics=["mae"])
    history = model.fit(x, x, batch_size=3, epochs=3, shuffle=False, verbose=0).history
    # Every prediction is too low, so that the gradient is -2, the mean of -x, for the weight and -1 for the bias.
    expected = [np.abs(x - step * (0.2 * x + 0.1)).mean() for step in range(3)]
    assert history["mae"] == near(expected)
    assert history["loss"] == near(expected)
