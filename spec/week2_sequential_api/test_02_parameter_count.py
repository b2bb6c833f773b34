"""Week 2, Number of trainable parameters.

Subject: models and layers.
"""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from spec.oracles.losses import relu, sigmoid, softmax
from tf_conformance import holds, near

layers = tf.keras.layers


def feed_forward(widths, use_bias=True):
    """A network of Dense layers; the first width is the number of inputs."""
    first, *rest = widths[1:]
    stack = [layers.Dense(first, input_shape=(widths[0],), use_bias=use_bias)]
    return tf.keras.Sequential(stack + [layers.Dense(width, use_bias=use_bias) for width in rest])


@holds("dense.parameter-count")
@given(widths=st.lists(st.integers(1, 20), min_size=2, max_size=5), use_bias=st.booleans())
def test_connections_and_biases(widths, use_bias):
    """A feed-forward network has one trainable parameter per connection between successive layers and one per bias."""
    model = feed_forward(widths, use_bias)
    connections = sum(fan_in * fan_out for fan_in, fan_out in zip(widths, widths[1:]))
    biases = sum(widths[1:]) if use_bias else 0
    assert model.count_params() == connections + biases
    assert sum(np.prod(weight.shape) for weight in model.trainable_weights) == connections + biases


@holds("dense.parameter-count")
def test_notes_network():
    """A network of 784 inputs, 64 hidden units and 10 outputs has 50,890 parameters."""
    assert feed_forward([784, 64, 10]).count_params() == 784 * 64 + 64 * 10 + 64 + 10 == 50890


@holds("dense.parameter-count")
def test_kernel_and_bias_shapes():
    """A Dense layer's weights are a kernel (inputs, units) and a bias (units,), or with use_bias=False the kernel alone."""
    assert [tuple(weight.shape) for weight in feed_forward([5, 3]).weights] == [(5, 3), (3,)]
    assert [tuple(weight.shape) for weight in feed_forward([5, 3], use_bias=False).weights] == [(5, 3)]


ACTIVATIONS = {
    None: lambda z: z,
    "linear": lambda z: z,
    "relu": relu,
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "softmax": softmax,
}


@pytest.fixture
def dense(rng):
    """Creates a Dense layer of 4 inputs and 3 units with random weights; returns the layer and its weights."""

    def make(**settings):
        layer = layers.Dense(3, **settings)
        layer.build((None, 4))
        layer.set_weights([rng.randn(*weight.shape).astype(np.float32) for weight in layer.weights])
        return layer, layer.get_weights()

    return make


@holds("dense.values")
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activation_of_affine_map(device, dense, rng, activation):
    """A Dense layer computes activation(x W + b)."""
    layer, (kernel, bias) = dense(activation=activation)
    x = rng.randn(6, 4).astype(np.float32)
    assert device(layer, x) == near(ACTIVATIONS[activation](x.astype(np.float64) @ kernel + bias), rtol=1e-4)


@holds("dense.values")
def test_without_bias(device, dense, rng):
    """With use_bias=False, a linear Dense layer computes x W."""
    layer, (kernel,) = dense(use_bias=False)
    x = rng.randn(6, 4).astype(np.float32)
    assert device(layer, x) == near(x.astype(np.float64) @ kernel, rtol=1e-4)


@holds("dense.values")
def test_last_axis_is_transformed(device, dense, rng):
    """A Dense layer transforms the last axis of a three-dimensional input."""
    layer, (kernel, bias) = dense()
    x = rng.randn(2, 5, 4).astype(np.float32)
    assert device(layer, x) == near(x.astype(np.float64) @ kernel + bias, rtol=1e-4)


@holds("dense.values")
def test_default_activation_is_linear():
    """By default, a Dense layer is linear and has a bias."""
    layer = layers.Dense(2)
    assert layer.activation(tf.constant([-3.0, 3.0])).numpy().tolist() == [-3.0, 3.0]
    assert layer.use_bias is True
