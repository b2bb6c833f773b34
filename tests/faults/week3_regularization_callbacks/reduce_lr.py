"""Faults of ReduceLROnPlateau."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault

ReduceLROnPlateau = tf.keras.callbacks.ReduceLROnPlateau


@fault("reduce-lr.defaults")
def factor_of_a_half(put):
    """The factor is 0.5 by default."""
    put.default(ReduceLROnPlateau, factor=0.5)


@fault("reduce-lr.defaults")
def patience_of_nine(put):
    """The patience is 9, though 10 is what the signature says."""
    put.argument(ReduceLROnPlateau, patience=9)


@fault("reduce-lr.behaviour")
def cooldown_is_ignored(put):
    """cooldown is forgotten."""
    put.argument(ReduceLROnPlateau, cooldown=0)


@fault("reduce-lr.behaviour")
def lower_bound_is_ignored(put):
    """min_lr is forgotten."""
    put.argument(ReduceLROnPlateau, min_lr=0.0)


@fault("reduce-lr.behaviour")
def mode_of_the_number_is_ignored(put):
    """Any number is to fall."""
    put.argument(ReduceLROnPlateau, mode="min")
