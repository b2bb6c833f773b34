"""Faults of ReduceLROnPlateau."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault

ReduceLROnPlateau = tf.keras.callbacks.ReduceLROnPlateau


@fault("reduce-lr.defaults")
def factor_is_a_half_by_default(put):
    """factor is 0.5 by default."""
    put.default(ReduceLROnPlateau, factor=0.5)


@fault("reduce-lr.defaults")
def patience_is_nine(put):
    """patience is 9, although the signature says 10."""
    put.argument(ReduceLROnPlateau, patience=9)


@fault("reduce-lr.behavior")
def cooldown_is_ignored(put):
    """cooldown is ignored."""
    put.argument(ReduceLROnPlateau, cooldown=0)


@fault("reduce-lr.behavior")
def min_lr_is_ignored(put):
    """min_lr is ignored."""
    put.argument(ReduceLROnPlateau, min_lr=0.0)


@fault("reduce-lr.behavior")
def mode_is_ignored(put):
    """mode is always "min"."""
    put.argument(ReduceLROnPlateau, mode="min")
