"""Faults of Dropout."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault

Dropout = tf.keras.layers.Dropout


@fault("dropout.modes")
def kept_inputs_are_not_scaled(put):
    """Dropout does not scale the inputs that it keeps."""

    def call(right, layer, inputs, training=False):
        return right(layer, inputs, training=training) * ((1 - layer.rate) if training else 1)

    put.around(Dropout, "call", call)


@fault("dropout.modes")
def inputs_are_dropped_at_inference(put):
    """Dropout drops inputs at inference too."""
    put.argument(Dropout, "call", training=True)


@fault("dropout.modes")
def seed_is_ignored(put):
    """Dropout ignores its seed."""
    put.argument(Dropout, seed=None)


@fault("dropout.modes")
def noise_shape_is_lost_in_the_config(put):
    """get_config leaves out noise_shape."""
    put.result(Dropout, "get_config", lambda config: {**config, "noise_shape": None})


@fault("dropout.rate-bounds")
def rate_is_clipped(put):
    """A rate that is out of bounds is clipped."""
    put.around(
        Dropout,
        "__init__",
        lambda right, layer, rate, **settings: right(layer, min(max(rate, 0), 0.9), **settings),
    )


@fault("dropout.rate-one")
def rate_one_drops_nothing(put):
    """A rate of 1 counts as 0."""
    put.around(Dropout, "__init__", lambda right, layer, rate, **settings: right(layer, rate % 1.0, **settings))
