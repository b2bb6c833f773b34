"""Faults of Dense and its number of parameters."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault

layers = tf.keras.layers


@fault("dense.parameter-count")
def bias_is_missing(put):
    """A Dense layer has no bias, whatever use_bias is."""
    put.argument(layers.Dense, use_bias=False)


@fault("dense.values")
def bias_is_not_added(put):
    """A Dense layer does not add its bias."""
    put.around(layers.Dense, "call", lambda right, layer, inputs: layer.activation(inputs @ layer.kernel))


@fault("dense.values")
def activation_is_ignored(put):
    """A Dense layer is linear, whatever its activation is."""
    put.argument(layers.Dense, activation=None)
