"""Faults of metrics."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import inside

metrics = tf.keras.metrics


@fault("metrics.binary-accuracy-threshold")
def threshold_is_ignored(put):
    """BinaryAccuracy has a threshold of 0.69, whatever it is given."""
    put.argument(metrics.BinaryAccuracy, threshold=0.69)


@fault("metrics.binary-accuracy-threshold")
def threshold_counts_as_one(put):
    """A prediction at the threshold counts as 1."""

    def update_state(right, metric, labels, predictions, **settings):
        return right(metric, labels, tf.convert_to_tensor(predictions) + 1e-7, **settings)

    put.around(metrics.BinaryAccuracy, "update_state", update_state)


@fault("metrics.binary-accuracy-function")
def outputs_are_averaged(put):
    """binary_accuracy returns one number per sample, as in older versions."""
    put.result(metrics, "binary_accuracy", lambda hits: tf.reduce_mean(hits, axis=-1))


@fault("metrics.accuracy-mae", when="tensorflow>=2.5")
def nothing_is_reset(put):
    """reset_state does not reset a metric."""
    put.around(metrics.Mean, "reset_state", lambda right, metric: None)


@fault("metrics.reset-states")
def old_name_resets_nothing(put):
    """Mean has a method reset_states that resets nothing."""
    put.attribute(metrics.Mean, "reset_states", lambda metric: None)


@fault("metrics.accuracy-mae")
def sample_weights_are_ignored(put):
    """Metrics ignore sample_weight."""
    put.argument(metrics.MeanAbsoluteError, "update_state", sample_weight=None)


@fault("losses.short-batch", when="tensorflow>=2.2")
def batches_count_equally(put):
    """The loss of an epoch is the mean over its batches, whatever their size, as in Keras 3.0."""
    put.argument(metrics.Mean, "update_state", sample_weight=None)


@fault("losses.short-batch-dataset", when="tensorflow>=2.2")
def batches_of_a_dataset_count_equally(put):
    """The loss of a dataset is the mean over its batches, whatever their size, as in Keras 3.0."""
    put.argument(metrics.Mean, "update_state", sample_weight=None)


@fault("metrics.threshold-of-logits")
def threshold_of_zero_is_a_half(put):
    """BinaryAccuracy takes a threshold of 0 for none."""
    put.around(
        metrics.BinaryAccuracy,
        "__init__",
        lambda right, metric, threshold=0.5, **settings: right(metric, threshold=threshold or 0.5, **settings),
    )


@fault("losses.short-batch", when="tensorflow<2.2")
def batch_counts_as_one_sample(put):
    """In the loss of an epoch, every batch counts as a single sample."""

    def aggregate(right, results, outs, batch_start=None, batch_end=None):
        right(results, outs, batch_start, batch_end if batch_start is None else batch_start + 1)

    put.around(inside("engine.training_utils").MetricsAggregator, "aggregate", aggregate)


@fault("losses.short-batch-dataset", when="tensorflow<2.2")
def first_output_counts_twice(put):
    """The loss of a dataset is twice the mean over its batches."""

    def aggregate(right, results, outs, **samples):
        right(results, [2 * out for out in outs], **samples)

    put.around(inside("engine.training_utils").MetricsAggregator, "aggregate", aggregate)
