"""Week 2, (Sparse) top k-categorical accuracy.

Subject: losses and metrics.
"""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from spec.oracles.losses import top_k_accuracy
from tf_conformance import holds, near

metrics = tf.keras.metrics


@st.composite
def scored_samples(draw):
    """Integer labels, scores of the classes without ties, and a k that may exceed the number of classes."""
    classes, samples, k = draw(st.integers(2, 8)), draw(st.integers(1, 6)), draw(st.integers(1, 9))
    random = np.random.RandomState(draw(st.integers(0, 999)))
    scores = np.array([random.permutation(classes) for _ in range(samples)], np.float32) / classes
    return random.randint(classes, size=samples), scores, k


def one_hot(labels, classes):
    """One row with a single 1 per label."""
    return np.eye(classes, dtype=np.float32)[labels]


@holds("metrics.top-k")
@given(sample=scored_samples())
def test_share_among_the_k_highest(device, sample):
    """Top-k accuracy is the fraction of samples whose label is among the k highest predictions; if k covers all classes, it is 1."""
    labels, scores, k = sample
    hits = device(lambda y, p: metrics.top_k_categorical_accuracy(y, p, k=k), one_hot(labels, scores.shape[1]), scores)
    assert hits.mean() == near(top_k_accuracy(labels, scores, k))
    assert set(np.unique(hits)) <= {0.0, 1.0}


@holds("metrics.top-k")
@pytest.mark.parametrize(("k", "share"), [(1, 1 / 4), (2, 2 / 4), (3, 3 / 4), (4, 1.0), (5, 1.0)])
def test_object_over_batches(device, k, share):
    """TopKCategoricalAccuracy is the running mean of top-k accuracy over batches."""
    scores = np.tile(np.array([[0.1, 0.4, 0.2, 0.3]], np.float32), (4, 1))
    labels = one_hot([0, 1, 2, 3], 4)

    def two_batches(y, p):
        metric = metrics.TopKCategoricalAccuracy(k=k)
        metric.update_state(y[:3], p[:3])
        metric.update_state(y[3:], p[3:])
        return metric.result()

    assert device(two_batches, labels, scores) == near(share)


@holds("metrics.top-k")
def test_tie_is_a_hit(device):
    """A tie counts as a hit: only classes with a higher score rank before the label."""
    even = np.full((3, 3), 1 / 3, np.float32)
    hits = device(lambda y, p: metrics.top_k_categorical_accuracy(y, p, k=1), one_hot([0, 1, 2], 3), even)
    assert hits.tolist() == [1.0, 1.0, 1.0]


RANKED = np.array([[0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2]], np.float32)
BY_RANK = [1.0] * 5 + [0.0] * 3


@holds("metrics.top-k-default")
@pytest.mark.parametrize(
    ("function", "encode"),
    [
        (metrics.top_k_categorical_accuracy, one_hot),
        (metrics.sparse_top_k_categorical_accuracy, lambda labels, _: labels),
    ],
    ids=["one-hot", "sparse"],
)
def test_five_highest_by_default(device, function, encode):
    """In top-k accuracy, k is 5 by default: a label with the fifth-highest prediction counts, one with the sixth-highest does not."""
    labels = encode(np.arange(8), 8)
    assert device(function, labels, np.repeat(RANKED, 8, axis=0)).tolist() == BY_RANK


@holds("metrics.top-k-default")
@pytest.mark.parametrize(
    ("metric", "encode"),
    [(metrics.TopKCategoricalAccuracy, one_hot), (metrics.SparseTopKCategoricalAccuracy, lambda labels, _: labels)],
    ids=["one-hot", "sparse"],
)
def test_objects_take_five_by_default(device, metric, encode):
    """TopKCategoricalAccuracy and SparseTopKCategoricalAccuracy also have k=5 by default."""

    def share(y, p):
        made = metric()
        made.update_state(y, p)
        return made.result()

    assert device(share, encode(np.arange(8), 8), np.repeat(RANKED, 8, axis=0)) == near(5 / 8)


@holds("metrics.top-k-sparse")
@given(sample=scored_samples())
def test_sparse_function_agrees(device, sample):
    """Sparse top-k accuracy of integer labels equals top-k accuracy of the same labels as one-hot vectors."""
    labels, scores, k = sample
    sparse = device(lambda y, p: metrics.sparse_top_k_categorical_accuracy(y, p, k=k), labels, scores)
    dense = device(lambda y, p: metrics.top_k_categorical_accuracy(y, p, k=k), one_hot(labels, scores.shape[1]), scores)
    assert sparse.tolist() == dense.tolist()
    assert sparse.mean() == near(top_k_accuracy(labels, scores, k))


@holds("metrics.top-k-sparse")
@pytest.mark.parametrize("k", [1, 2, 3])
def test_sparse_object(device, k):
    """SparseTopKCategoricalAccuracy returns the fraction of integer labels that are among the k highest predictions."""
    scores, labels = np.array([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2], [0.2, 0.3, 0.5]], np.float32), np.array([1, 2, 2])

    def share(y, p):
        metric = metrics.SparseTopKCategoricalAccuracy(k=k)
        metric.update_state(y, p)
        return metric.result()

    assert device(share, labels, scores) == near(top_k_accuracy(labels, scores, k))
