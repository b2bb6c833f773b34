"""Faults of pooling layers."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import one_longer

layers = tf.keras.layers


@fault("pool.shape")
def shape_off_by_one(put):
    """compute_output_shape of max pooling is one too large along the first spatial axis."""
    put.result(layers.MaxPooling2D, "compute_output_shape", one_longer)


@fault("pool.stride-default")
def stride_is_one_by_default(put):
    """Average pooling has a stride of 1 by default."""
    put.default(layers.AveragePooling2D, strides=1)


@fault("pool.window-default")
def window_is_three_by_default(put):
    """The window of max pooling is 3 by default."""
    put.default(layers.MaxPooling2D, pool_size=3)


@fault("pool.average-window-default", when="keras>=3")
def average_window_has_a_default(put):
    """Average pooling has a default window again."""
    put.default(layers.AveragePooling2D, pool_size=2)


@fault("pool.values")
def padding_counts_as_zero(put):
    """Max pooling counts padding as zeros."""
    put.result(layers.MaxPooling2D, "call", tf.nn.relu)


@fault("pool.translation")
def maximum_is_weighted_by_position(put):
    """Max pooling favors the left: a value counts for less the farther right it is."""

    def call(right, layer, inputs):
        columns = tf.range(inputs.shape[2], dtype=inputs.dtype)
        return right(layer, inputs * (1 - columns[:, tf.newaxis] / 100))

    put.around(layers.MaxPooling2D, "call", call)


@fault("pool.average-window-default", when="keras<3")
def average_window_is_three_by_default(put):
    """The window of average pooling is 3 by default."""
    put.default(layers.AveragePooling2D, pool_size=3)
