"""Faults of overfitting."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault


@fault("overfitting.seen")
def nothing_is_learnt(put):
    """The optimiser leaves the weights as they are."""
    put.around(tf.keras.optimizers.Adam, "update_step", lambda right, *args: None)
