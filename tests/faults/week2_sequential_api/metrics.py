"""Faults of metrics."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault

metrics = tf.keras.metrics


@fault("metrics.binary-accuracy-threshold")
def threshold_is_lower(put):
    """Binary accuracy forgets its threshold."""
    put.argument(metrics.BinaryAccuracy, threshold=0.69)


@fault("metrics.binary-accuracy-threshold")
def threshold_counts_as_one(put):
    """A prediction at the threshold counts as 1."""

    def update_state(right, metric, labels, predictions, **settings):
        return right(metric, labels, tf.convert_to_tensor(predictions) + 1e-7, **settings)

    put.around(metrics.BinaryAccuracy, "update_state", update_state)


@fault("metrics.binary-accuracy-function")
def outputs_are_averaged(put):
    """binary_accuracy returns one number a sample, as it once did."""
    put.result(metrics, "binary_accuracy", lambda hits: tf.reduce_mean(hits, axis=-1))


@fault("metrics.accuracy-mae")
def nothing_is_reset(put):
    """Metrics go on from what they saw before."""
    put.around(metrics.Mean, "reset_state", lambda right, metric: None)


@fault("metrics.accuracy-mae")
def weights_of_samples_are_ignored(put):
    """Metrics forget the weights of samples."""
    put.argument(metrics.MeanAbsoluteError, "update_state", sample_weight=None)


@fault("losses.short-batch")
def batches_count_alike(put):
    """The loss of an epoch is the mean over batches, as in Keras 3.0."""
    put.argument(metrics.Mean, "update_state", sample_weight=None)
