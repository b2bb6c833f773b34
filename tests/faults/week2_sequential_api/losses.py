"""Faults of week 2: losses, metrics, top-k accuracy."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault

losses, metrics = tf.keras.losses, tf.keras.metrics


@fault("losses.values")
def losses_are_summed(put):
    """The mean squared error is summed over the batch by default."""
    put.default(losses.MeanSquaredError, reduction="sum")


@fault("losses.values")
def sample_weights_are_ignored(put):
    """Losses forget the weights of samples."""
    put.argument(losses.Loss, "__call__", sample_weight=None)


@fault("losses.values")
def labels_are_not_smoothed(put):
    """Categorical cross-entropy forgets to smooth its labels."""
    put.argument(losses.CategoricalCrossentropy, label_smoothing=0.0)


@fault("losses.function-names")
def long_name_is_back(put):
    """tf.keras.losses has mean_squared_error again."""
    put.attribute(losses, "mean_squared_error", losses.mse)


@fault("losses.from-logits")
def from_logits_is_ignored(put):
    """Binary cross-entropy takes logits for probabilities."""
    put.argument(losses.BinaryCrossentropy, from_logits=False)


@fault("losses.from-logits")
def from_logits_is_ignored_for_classes(put):
    """Sparse categorical cross-entropy takes logits for probabilities."""
    put.argument(losses.SparseCategoricalCrossentropy, from_logits=False)


@fault("losses.short-batch")
def batches_count_alike(put):
    """The loss of an epoch is the mean over batches, as in Keras 3.0."""
    put.argument(metrics.Mean, "update_state", sample_weight=None)


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


def one_more(right, labels, predictions, k=5):
    """Top-k accuracy of the k + 1 best."""
    return right(labels, predictions, k=k + 1)


@fault("metrics.top-k")
def one_rank_too_many(put):
    """The k best are k + 1."""
    put.around(metrics, "top_k_categorical_accuracy", one_more)


@fault("metrics.top-k")
def k_of_the_object_is_ignored(put):
    """TopKCategoricalAccuracy forgets its k."""
    put.argument(metrics.TopKCategoricalAccuracy, k=2)


@fault("metrics.top-k-default")
def three_best_by_default(put):
    """TopKCategoricalAccuracy looks at the three best by default."""
    put.default(metrics.TopKCategoricalAccuracy, k=3)


@fault("metrics.top-k-default")
def four_best_by_default(put):
    """sparse_top_k_categorical_accuracy looks at the four best by default."""
    _, *rest = metrics.sparse_top_k_categorical_accuracy.__defaults__
    put.patch.setattr(metrics.sparse_top_k_categorical_accuracy, "__defaults__", (4, *rest))


@fault("metrics.top-k-sparse")
def one_rank_too_many_for_integers(put):
    """The k best are k + 1 in the sparse form."""
    put.around(metrics, "sparse_top_k_categorical_accuracy", one_more)


@fault("metrics.top-k-sparse")
def k_of_the_sparse_object_is_ignored(put):
    """SparseTopKCategoricalAccuracy forgets its k."""
    put.argument(metrics.SparseTopKCategoricalAccuracy, k=3)
