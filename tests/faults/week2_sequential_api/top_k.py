"""Faults of top-k accuracy."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault

metrics = tf.keras.metrics


def one_more(right, labels, predictions, k=5):
    """Computes the accuracy of the k + 1 best classes."""
    return right(labels, predictions, k=k + 1)


@fault("metrics.top-k")
def one_class_too_many(put):
    """top_k_categorical_accuracy looks at the k + 1 best classes."""
    put.around(metrics, "top_k_categorical_accuracy", one_more)


@fault("metrics.top-k")
def k_is_ignored(put):
    """TopKCategoricalAccuracy has a k of 2, whatever it is given."""
    put.argument(metrics.TopKCategoricalAccuracy, k=2)


@fault("metrics.top-k-default")
def k_is_three_by_default(put):
    """TopKCategoricalAccuracy has a k of 3 by default."""
    put.default(metrics.TopKCategoricalAccuracy, k=3)


@fault("metrics.top-k-default", when="tensorflow<2.2 or keras>=3")
def k_is_four_by_default(put):
    """sparse_top_k_categorical_accuracy has a k of 4 by default."""
    _, *rest = metrics.sparse_top_k_categorical_accuracy.__defaults__
    put.patch.setattr(metrics.sparse_top_k_categorical_accuracy, "__defaults__", (4, *rest))


@fault("metrics.top-k-sparse")
def one_class_too_many_for_integers(put):
    """sparse_top_k_categorical_accuracy looks at the k + 1 best classes."""
    put.around(metrics, "sparse_top_k_categorical_accuracy", one_more)


@fault("metrics.top-k-sparse")
def k_is_ignored_for_integers(put):
    """SparseTopKCategoricalAccuracy has a k of 3, whatever it is given."""
    put.argument(metrics.SparseTopKCategoricalAccuracy, k=3)
