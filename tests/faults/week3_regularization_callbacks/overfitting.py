"""Faults of overfitting."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault


@fault("overfitting.seen")
def nothing_is_learned(put):
    """The optimizer leaves the weights unchanged."""
    put.around(tf.keras.optimizers.Adam, "update_step", lambda right, *args: None)
