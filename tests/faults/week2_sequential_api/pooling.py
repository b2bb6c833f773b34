"""Faults of pooling layers."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import one_place_more

layers = tf.keras.layers


@fault("pool.shape")
def pooled_shape_off_by_one(put):
    """Max pooling promises a place too many."""
    put.result(layers.MaxPooling2D, "compute_output_shape", one_place_more)


@fault("pool.stride-default")
def stride_is_one_by_default(put):
    """Average pooling moves by one place by default."""
    put.default(layers.AveragePooling2D, strides=1)


@fault("pool.window-default")
def window_is_three_by_default(put):
    """The window of max pooling is 3 by default."""
    put.default(layers.MaxPooling2D, pool_size=3)


@fault("pool.average-window-default")
def average_window_has_a_default(put):
    """Average pooling has a default window again."""
    put.default(layers.AveragePooling2D, pool_size=2)


@fault("pool.values")
def padding_counts_as_zero(put):
    """Max pooling takes padding for zeros."""
    put.result(layers.MaxPooling2D, "call", tf.nn.relu)


@fault("pool.translation")
def maximum_is_weighted_by_place(put):
    """Max pooling favours the left: a place counts for less the further right it is."""

    def call(right, layer, inputs):
        places = tf.range(inputs.shape[2], dtype=inputs.dtype)
        return right(layer, inputs * (1 - places[:, tf.newaxis] / 100))

    put.around(layers.MaxPooling2D, "call", call)
