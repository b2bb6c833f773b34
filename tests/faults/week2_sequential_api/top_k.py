"""Faults of top-k accuracy."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault

metrics = tf.keras.metrics


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
