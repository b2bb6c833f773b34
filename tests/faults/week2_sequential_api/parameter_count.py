"""Faults of Dense and its number of parameters."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault

layers = tf.keras.layers


@fault("dense.parameter-count")
def dense_has_no_bias(put):
    """A Dense layer has no bias, whatever it is asked for."""
    put.argument(layers.Dense, use_bias=False)


@fault("dense.values")
def dense_forgets_its_bias(put):
    """A Dense layer has a bias and does not add it."""
    put.around(layers.Dense, "call", lambda right, layer, inputs: layer.activation(inputs @ layer.kernel))


@fault("dense.values")
def dense_forgets_its_activation(put):
    """A Dense layer is linear, whatever activation it has."""
    put.argument(layers.Dense, activation=None)
