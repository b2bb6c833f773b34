"""Activations, per-sample losses and metrics of arrays ``(n, classes)``."""

import numpy as np


def relu(z):
    """max(z, 0)."""
    return np.maximum(np.asarray(z, np.float64), 0.0)


def sigmoid(z):
    """1 / (1 + e^-z), computed without overflow."""
    z = np.asarray(z, np.float64)
    return np.exp(-np.logaddexp(0.0, -z))


def softmax(z):
    """e^z divided by its sum along the last axis, computed without overflow."""
    z = np.asarray(z, np.float64)
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def binary_crossentropy(labels, probabilities):
    """-log of the probability of the true label, averaged over the outputs: ``(n,)``."""
    labels, probabilities = np.asarray(labels, np.float64), np.asarray(probabilities, np.float64)
    return -np.mean(labels * np.log(probabilities) + (1 - labels) * np.log(1 - probabilities), axis=-1)


def categorical_crossentropy(one_hot, probabilities):
    """-log of the probability of the true class: ``(n,)``."""
    return -np.sum(np.asarray(one_hot, np.float64) * np.log(np.asarray(probabilities, np.float64)), axis=-1)


def mean_squared_error(targets, predictions):
    """The squared difference, averaged over the outputs: ``(n,)``."""
    return np.mean(np.square(np.asarray(targets, np.float64) - np.asarray(predictions, np.float64)), axis=-1)


def mean_absolute_error(targets, predictions):
    """The absolute difference, averaged over the outputs: ``(n,)``."""
    return np.mean(np.abs(np.asarray(targets, np.float64) - np.asarray(predictions, np.float64)), axis=-1)


def top_k_accuracy(labels, scores, k):
    """The fraction of integer labels that fewer than k classes outscore; a tie counts in favor of the label."""
    scores = np.asarray(scores, np.float64)
    of_label = scores[np.arange(len(labels)), labels]
    return np.mean((scores > of_label[:, None]).sum(axis=-1) < k)
