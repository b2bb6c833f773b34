"""Faults of overfitting."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import take_no_steps


@fault("overfitting.seen")
def nothing_is_learned(put):
    """The optimizer leaves the weights unchanged."""
    take_no_steps(put, tf.keras.optimizers.Adam)
