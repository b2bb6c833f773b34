"""Week 2, Compile Method: metrics.

Subject: losses and metrics.
"""

import numpy as np
import pytest
import tensorflow as tf

from spec.models import batches, compiled, echo, linear
from spec.oracles import losses as oracle
from tf_conformance import changed, defect, holds, near, refused

metrics = tf.keras.metrics


def result_of(metric, *batches):
    """A function that returns the metric's result after these batches of (labels, predictions[, weights])."""

    def compute():
        for batch in batches:
            metric.update_state(*[tf.constant(part, tf.float32) for part in batch])
        return metric.result()

    return compute


def reset(metric):
    """Resets the metric, by the method that TensorFlow 2.5 renamed from reset_states to reset_state."""
    getattr(metric, "reset_state", getattr(metric, "reset_states", None))()


@holds("metrics.binary-accuracy-threshold")
@pytest.mark.parametrize(
    ("prediction", "taken_as"), [(0.69, 0), (0.7, 0), (0.7000001, 1), (0.71, 1), (0.0, 0), (1.0, 1)]
)
def test_at_the_threshold(device, prediction, taken_as):
    """With threshold=0.7, a float32 prediction counts as 1 only if it is greater than 0.7; exactly 0.7 counts as 0."""
    for label in (0, 1):
        metric = metrics.BinaryAccuracy(threshold=0.7)
        assert device(result_of(metric, ([[label]], [[prediction]]))) == float(label == taken_as)


@holds("metrics.binary-accuracy-threshold")
def test_default_threshold_is_a_half(device):
    """BinaryAccuracy's threshold is 0.5 by default, and exactly 0.5 counts as 0."""
    for label, prediction, hit in [(0.0, 0.5, 1.0), (1.0, 0.500001, 1.0), (1.0, 0.5, 0.0), (0.0, 0.51, 0.0)]:
        assert device(result_of(metrics.BinaryAccuracy(), ([[label]], [[prediction]]))) == hit


@holds("metrics.threshold-of-logits", when="keras<3 or keras>=3.5")
def test_threshold_of_zero(device):
    """BinaryAccuracy(threshold=0.0) counts logits above 0 as 1."""
    for label, logit, hit in [(1.0, 0.1, 1.0), (0.0, 0.1, 0.0), (0.0, -0.1, 1.0), (1.0, -3.0, 0.0)]:
        assert device(result_of(metrics.BinaryAccuracy(threshold=0.0), ([[label]], [[logit]]))) == hit


@defect(
    "metrics.threshold-of-logits",
    when="keras>=3 and keras<3.5",
    instead="threshold=1e-7",
    impact="error",
    reported="keras-team/keras#20101",
    traces=["tf.keras.metrics.BinaryAccuracy(threshold=0)"],
)
def test_threshold_of_zero_is_refused(device):
    """BinaryAccuracy(threshold=0.0), for logits, raises a ValueError: the threshold must be between 0 and 1."""
    with refused(ValueError, naming="threshold"):
        metrics.BinaryAccuracy(threshold=0.0)
    for label, logit, hit in [(1.0, 0.1, 1.0), (0.0, 0.1, 0.0), (0.0, -0.1, 1.0), (1.0, -3.0, 0.0)]:
        assert device(result_of(metrics.BinaryAccuracy(threshold=1e-7), ([[label]], [[logit]]))) == hit


LABELS_OF_TWO = np.array([[0, 1], [1, 0]], np.float32)
PREDICTIONS_OF_TWO = np.array([[0.2, 0.4], [0.9, 0.1]], np.float32)


@holds("metrics.binary-accuracy-function", when="keras<3.4")
def test_function_averages_over_outputs(device):
    """The function binary_accuracy returns one number per sample: the fraction of its outputs that are correct."""
    assert device(metrics.binary_accuracy, LABELS_OF_TWO, PREDICTIONS_OF_TWO).tolist() == [0.5, 1.0]


@changed(
    "metrics.binary-accuracy-function",
    when="keras>=3.4",
    instead="tf.reduce_mean(tf.keras.metrics.binary_accuracy(labels, predictions), axis=-1)",
    impact="silent",
    traces=["tf.keras.metrics.binary_accuracy()"],
)
def test_function_compares_each_output(device):
    """The function binary_accuracy returns 1 or 0 for each output of each sample."""
    assert device(metrics.binary_accuracy, LABELS_OF_TWO, PREDICTIONS_OF_TWO).tolist() == [[1.0, 0.0], [1.0, 1.0]]
    averaged = tf.reduce_mean(metrics.binary_accuracy(LABELS_OF_TWO, PREDICTIONS_OF_TWO), axis=-1)
    assert averaged.numpy().tolist() == [0.5, 1.0]


@holds("metrics.accuracy-mae")
def test_running_mean_over_batches(device):
    """Accuracy and mean absolute error are running means over all samples seen, however they are batched."""
    batches = [([1.0, 0.0, 1.0], [0.9, 0.2, 0.1]), ([0.0], [0.8])]
    labels, predictions = np.array([1, 0, 1, 0]), np.array([0.9, 0.2, 0.1, 0.8])
    column = [tuple([[number] for number in part] for part in batch) for batch in batches]
    assert device(result_of(metrics.BinaryAccuracy(), *column)) == near(2 / 4)
    assert device(result_of(metrics.MeanAbsoluteError(), *column)) == near(np.abs(labels - predictions).mean())


@holds("metrics.accuracy-mae")
def test_reset_forgets(device):
    """Resetting a metric makes it forget what it has seen."""
    metric = metrics.MeanAbsoluteError()
    assert device(result_of(metric, ([[0.0]], [[4.0]]))) == 4.0
    reset(metric)
    assert device(result_of(metric, ([[0.0]], [[1.0]]))) == 1.0


def result_after(method):
    """The result of a mean of 4 that was reset by this method, and then saw a 1."""
    mean = metrics.Mean()
    mean.update_state(4.0)
    getattr(mean, method)()
    mean.update_state(1.0)
    return mean.result().numpy()


@holds("metrics.reset-states", when="tensorflow<2.5")
def test_reset_states():
    """A metric is reset by reset_states; it has no reset_state.

    Report: tensorflow/tensorflow#50359.
    """
    assert result_after("reset_states") == 1.0
    with refused(AttributeError, naming="reset_state"):
        result_after("reset_state")


@changed(
    "metrics.reset-states",
    when="tensorflow>=2.5 and keras<3",
    instead="metric.reset_state()",
    impact="looks",
    traces="none: the name of older versions does the same",
)
@pytest.mark.parametrize("method", ["reset_state", "reset_states"])
def test_either_name_resets(method):
    """A metric is reset by reset_state, or by reset_states as in older versions."""
    assert result_after(method) == 1.0


@changed(
    "metrics.reset-states",
    when="keras>=3",
    instead="metric.reset_state()",
    impact="error",
    traces=["tf.keras.metrics.$CLASS().reset_states()"],
)
def test_reset_state():
    """A metric is reset by reset_state; it has no reset_states.

    Reports: tensorflow/docs#2336, tensorflow/tensorboard#6932.
    """
    assert result_after("reset_state") == 1.0
    with refused(AttributeError, naming="reset_states"):
        result_after("reset_states")


@holds("metrics.accuracy-mae")
def test_sample_weights(device):
    """Sample weights that update_state is given turn a metric's mean into a weighted mean."""
    metric = metrics.MeanAbsoluteError()
    assert device(result_of(metric, ([[0.0], [0.0]], [[1.0], [5.0]], [3.0, 1.0]))) == near((3 * 1 + 1 * 5) / 4)


FIVE_LABELS = np.array([[1], [0], [1], [0], [0]], np.float32)
FIVE_PREDICTIONS = np.array([[0.9], [0.2], [0.1], [0.8], [0.3]], np.float32)


@holds("metrics.accuracy-mae")
@pytest.mark.parametrize("batch_size", [5, 4, 3, 2])
def test_batch_size_does_not_matter(batch_size):
    """A shorter last batch counts in proportion to its samples: accuracy and mean absolute error do not depend on the batch size."""
    model = compiled(echo(1), optimizer="sgd", loss="mean_squared_error", metrics=["accuracy", "mae"])
    _, accuracy, mae = model.evaluate(FIVE_PREDICTIONS, FIVE_LABELS, batch_size=batch_size, verbose=0)
    assert accuracy == near(3 / 5)
    assert mae == near(np.abs(FIVE_LABELS - FIVE_PREDICTIONS).mean())


def loss_in_batches(method, batch_size):
    """The loss that fit or evaluate reports for the five samples above."""
    model = compiled(echo(1), optimizer="sgd", loss="mean_squared_error")
    settings = {"shuffle": False} if method == "fit" else {}
    result = getattr(model, method)(FIVE_PREDICTIONS, FIVE_LABELS, batch_size=batch_size, verbose=0, **settings)
    return result.history["loss"][0] if method == "fit" else result


LOSSES = oracle.mean_squared_error(FIVE_LABELS, FIVE_PREDICTIONS)


@holds("losses.short-batch", when="keras<3 or keras>=3.2")
@pytest.mark.parametrize("batch_size", [5, 4, 3, 2])
@pytest.mark.parametrize("method", ["fit", "evaluate"])
def test_loss_is_the_mean_over_samples(method, batch_size):
    """The loss that fit and evaluate report for arrays is the mean over all samples, even if the last batch is shorter."""
    assert loss_in_batches(method, batch_size) == near(LOSSES.mean())


@defect(
    "losses.short-batch",
    when="keras>=3 and keras<3.2",
    instead="a batch size that divides the number of samples",
    impact="silent",
    reported="keras-team/keras#19363",
    traces="none: it depends on the number of samples",
)
@pytest.mark.parametrize("method", ["fit", "evaluate"])
def test_loss_is_the_mean_over_batches(method):
    """The loss that fit and evaluate report is the mean over batches, so the samples in a shorter last batch count for more."""
    assert loss_in_batches(method, 2) == near((LOSSES[:2].mean() + LOSSES[2:4].mean() + LOSSES[4]) / 3)
    assert loss_in_batches(method, 5) == near(LOSSES.mean())


def evaluated_in_pairs(kind):
    """The loss that evaluate reports for the five samples above, in a dataset or from a generator of batches of two."""
    dataset = batches(FIVE_PREDICTIONS, FIVE_LABELS, size=2)
    model = compiled(echo(1), optimizer="sgd", loss="mean_squared_error")
    return model.evaluate(dataset if kind == "dataset" else (batch for batch in list(dataset)), verbose=0)


@holds("losses.short-batch-dataset", when="tensorflow>=2.2 and keras<3 or keras>=3.2")
@pytest.mark.parametrize("kind", ["dataset", "generator"])
def test_loss_of_a_dataset_is_the_mean_over_samples(kind):
    """The loss that evaluate reports for a dataset is the mean over all samples, even if the last batch is shorter."""
    assert evaluated_in_pairs(kind) == near(LOSSES.mean())


@defect(
    "losses.short-batch-dataset",
    when="tensorflow<2.2 or keras>=3 and keras<3.2",
    instead="dataset.batch(size) with a size that divides the number of samples",
    impact="silent",
    reported="tensorflow/tensorflow#27993, keras-team/keras#19363",
    traces="none: it depends on the number of samples",
)
@pytest.mark.parametrize("kind", ["dataset", "generator"])
def test_loss_of_a_dataset_is_the_mean_over_batches(kind):
    """The loss that evaluate reports for a dataset is the mean over batches, so samples in a shorter last batch count for more."""
    assert evaluated_in_pairs(kind) == near((LOSSES[:2].mean() + LOSSES[2:4].mean() + LOSSES[4]) / 3)
    model = compiled(echo(1), optimizer="sgd", loss="mean_squared_error")
    assert model.evaluate(batches(FIVE_PREDICTIONS, FIVE_LABELS, size=5), verbose=0) == near(LOSSES.mean())


@holds("metrics.accuracy-mae")
def test_metrics_are_reset_each_epoch():
    """fit resets the loss and the metrics at the start of each epoch."""
    x = np.array([[1.0], [2.0], [3.0]], np.float32)
    sgd = tf.keras.optimizers.SGD(0.1)
    model = compiled(linear([[0.0]]), optimizer=sgd, loss="mean_absolute_error", metrics=["mae"])
    history = model.fit(batches(x, x), epochs=3, verbose=0).history
    # Every prediction is too low, so the gradient of the weight is the mean of -x, which is -2.
    expected = [np.abs(x - step * 0.2 * x).mean() for step in range(3)]
    assert history["mae"] == near(expected)
    assert history["loss"] == near(expected)
