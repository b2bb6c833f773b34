"""Batch normalization of arrays whose channels are on one axis, by default the last."""

import numpy as np


def batch_moments(x, axis=-1):
    """The mean and the (biased) variance of each channel over all other axes: ``(channels,)`` each."""
    x = np.moveaxis(np.asarray(x, np.float64), axis, -1)
    rest = tuple(range(x.ndim - 1))
    return x.mean(axis=rest), x.var(axis=rest)


def unbiased(variance, x, axis=-1):
    """The unbiased variance, given the biased variance of ``x``."""
    values = np.size(x) // np.shape(x)[axis]
    return variance * values / (values - 1)


def normalize(x, mean, variance, epsilon=0.001, gamma=1.0, beta=0.0, axis=-1):
    """gamma (x - mean) / sqrt(variance + epsilon) + beta, per channel."""
    x = np.moveaxis(np.asarray(x, np.float64), axis, -1)
    return np.moveaxis(gamma * (x - mean) / np.sqrt(variance + epsilon) + beta, -1, axis)


def moving(start, seen, momentum=0.99):
    """The moving average after each of the values in ``seen``; momentum is the weight of the previous average."""
    path = [np.asarray(start, np.float64)]
    for value in seen:
        path.append(momentum * path[-1] + (1 - momentum) * value)
    return path[1:]


def input_gradient(x, upstream, epsilon=0.001, variance_about_constant=False):
    """The gradient with respect to ``x (n, channels)``, given ``upstream``, that with respect to the normalized ``x``.

    ``variance_about_constant``: as if the variance were the mean square minus the square of a constant.
    """
    mean, variance = batch_moments(x)
    centered, deviation = x - mean, np.sqrt(variance + epsilon)
    slope_of_variance = x if variance_about_constant else centered
    through_variance = slope_of_variance / deviation**2 * (upstream * centered).mean(axis=0)
    return (upstream - upstream.mean(axis=0) - through_variance) / deviation
