"""The oracles, compared with numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from spec.oracles import convolution, losses, optimizers
from tf_conformance.statements.near import near


def column(*numbers):
    """Numbers as one sample with one channel, of shape (1, n, 1)."""
    return np.array(numbers, np.float64).reshape((1, -1, 1))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, [21, 32, 43]),
        ({"padding": "same"}, [21, 32, 43, 4]),
        ({"padding": "causal"}, [10, 21, 32, 43]),
        ({"stride": 2}, [21, 43]),
        ({"dilation": 2}, [31, 42]),
        ({"dilation": 3, "padding": "causal"}, [10, 20, 30, 41]),
    ],
    ids=str,
)
def test_convolution(settings, expected):
    """The kernel (1, 10) over 1, 2, 3, 4 adds ten times the next element to an element."""
    kernel = np.array([1.0, 10.0]).reshape((2, 1, 1))
    assert convolution.convolve(column(1, 2, 3, 4), kernel, **settings).ravel().tolist() == expected


def test_convolution_sums_channels():
    """A convolution in two dimensions sums its input channels for each output channel."""
    x = np.arange(8.0).reshape((1, 2, 2, 2))
    kernel = np.zeros((2, 2, 2, 2))
    kernel[0, 0, 0, 0] = kernel[1, 1, 1, 0] = kernel[0, 1, 0, 1] = 1.0
    assert convolution.convolve(x, kernel).tolist() == [[[[0.0 + 7.0, 2.0]]]]


def test_depthwise_convolution():
    """Each channel is convolved with its own kernels; the outputs of a channel are adjacent."""
    x = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape((1, 2, 2))
    kernel = np.array([[[1.0, 10.0], [100.0, 1000.0]], [[1.0, 10.0], [100.0, 1000.0]]])
    assert convolution.convolve_depthwise(x, kernel).ravel().tolist() == [4.0, 40.0, 600.0, 6000.0]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, [1, 12, 20]),
        ({"stride": 2}, [1, 10, 2, 20]),
        ({"stride": 3}, [1, 10, 0, 2, 20, 0]),
        ({"padding": "same"}, [1, 12]),
        ({"stride": 2, "padding": "same"}, [1, 10, 2, 20]),
    ],
    ids=str,
)
def test_transposed_convolution(settings, expected):
    """Each element of 1, 2 adds its multiple of the kernel (1, 10), a stride apart."""
    kernel = np.array([1.0, 10.0]).reshape((2, 1, 1))
    assert convolution.convolve_transposed(column(1, 2), kernel, **settings).ravel().tolist() == expected


@pytest.mark.parametrize(
    ("reduce", "padding", "expected"),
    [(np.max, "valid", [-2]), (np.max, "same", [-2, -1]), (np.mean, "valid", [-3]), (np.mean, "same", [-3, -1])],
)
def test_pooling(reduce, padding, expected):
    """Pooling in windows of 2 over -4, -2, -1 ignores the padding."""
    assert convolution.pool(column(-4, -2, -1), 2, 2, padding, reduce).ravel().tolist() == expected


def test_activations():
    """Activations have their known values and do not overflow."""
    assert losses.sigmoid([0.0, np.log(3), -1000.0]) == near([0.5, 0.75, 0.0])
    assert losses.softmax([[0.0, np.log(3)], [1000.0, 1000.0]]) == near([[0.25, 0.75], [0.5, 0.5]])
    assert losses.relu([-1.0, 2.0]).tolist() == [0.0, 2.0]


def test_losses():
    """Losses have their known values at probabilities whose logarithms are known."""
    assert losses.binary_crossentropy([[1, 0]], [[0.5, 0.75]]) == near([(np.log(2) + np.log(4)) / 2])
    assert losses.categorical_crossentropy([[0, 1], [1, 0]], [[0.5, 0.5], [0.25, 0.75]]) == near([np.log(2), np.log(4)])
    assert losses.mean_squared_error([[1, 2]], [[2, 4]]) == near([2.5])
    assert losses.mean_absolute_error([[1, 2]], [[2, 4]]) == near([1.5])


def test_top_k():
    """A label is among the top k if fewer than k classes score higher."""
    scores = [[0.1, 0.9, 0.5], [0.5, 0.5, 0.2]]
    assert [losses.top_k_accuracy([0, 1], scores, k) for k in (1, 2, 3)] == [0.5, 0.5, 1.0]


def test_sgd():
    """With momentum 0.5, learning rate 1 and gradients 1, 1 the velocities are -1, -1.5; Nesterov adds half a velocity ahead."""
    assert optimizers.sgd(0.0, [1.0, 1.0], 1.0).tolist() == [-1.0, -2.0]
    assert optimizers.sgd(0.0, [1.0, 1.0], 1.0, momentum=0.5).tolist() == [-1.0, -2.5]
    assert optimizers.sgd(0.0, [1.0, 1.0], 1.0, momentum=0.5, nesterov=True).tolist() == [-1.5, -3.25]


def test_adam():
    """On a constant gradient Adam moves by the learning rate in each step."""
    assert optimizers.adam(0.0, [3.0, 3.0, 3.0], 0.1, epsilon=0.0) == near([-0.1, -0.2, -0.3])
    assert optimizers.adam(0.0, [3.0, 0.0], 1.0, 0.0, 0.0, epsilon=0.0, amsgrad=True) == near([-1.0, -1.0])


def test_rmsprop():
    """The first step divides by the square root of (1 - rho) g², or of rho (1 - rho) g² if centered."""
    assert optimizers.rmsprop(0.0, [2.0], 1.0, rho=0.75, epsilon=0.0) == near([-2.0])
    assert optimizers.rmsprop(0.0, [2.0], 1.0, rho=0.5, epsilon=0.0, centered=True) == near([-2.0])
    assert optimizers.rmsprop(0.0, [2.0], 1.0, rho=0.75, epsilon=3.0) == near([-1.0])
    assert optimizers.rmsprop(0.0, [2.0], 1.0, rho=0.75, epsilon=3.0, epsilon_in_root=False) == near([-0.5])
