"""Faults of ReduceLROnPlateau."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import without

ReduceLROnPlateau = tf.keras.callbacks.ReduceLROnPlateau


@fault("reduce-lr.defaults")
def factor_is_a_half_by_default(put):
    """factor is 0.5 by default."""
    put.default(ReduceLROnPlateau, factor=0.5)


@fault("reduce-lr.defaults")
def patience_is_nine(put):
    """patience is 9, although the signature says 10."""
    put.argument(ReduceLROnPlateau, patience=9)


@fault("reduce-lr.cooldown")
def cooldown_is_ignored(put):
    """cooldown is ignored."""
    put.argument(ReduceLROnPlateau, cooldown=0)


@fault("reduce-lr.cooldown")
def cooldown_survives_training(put):
    """The cooldown goes on in the next training."""

    def on_train_begin(right, callback, logs=None):
        left = callback.cooldown_counter
        right(callback, logs)
        callback.cooldown_counter = left

    put.around(ReduceLROnPlateau, "on_train_begin", on_train_begin)


@fault("reduce-lr.behavior")
def min_lr_is_ignored(put):
    """min_lr is ignored."""
    put.argument(ReduceLROnPlateau, min_lr=0.0)


@fault("reduce-lr.behavior")
def mode_is_ignored(put):
    """mode is always "min"."""
    put.argument(ReduceLROnPlateau, mode="min")


@fault("reduce-lr.reuse")
def best_survives_training(put):
    """The best value of one training is kept for the next."""

    def on_train_begin(right, callback, logs=None):
        best = callback.best
        right(callback, logs)
        callback.best = best

    put.around(ReduceLROnPlateau, "on_train_begin", on_train_begin)


@fault("reduce-lr.auto-mode")
@fault("reduce-lr.missing-monitor", when="keras>=3.11")
def auto_means_min(put):
    """mode='auto' means 'min' for every value."""
    put.argument(ReduceLROnPlateau, mode="min")


@fault("reduce-lr.history", when="keras>=3")
def lr_is_back(put):
    """The learning rate is in the History under 'lr' again."""

    def on_epoch_end(right, callback, epoch, logs=None):
        right(callback, epoch, logs)
        logs["lr"] = logs.pop("learning_rate")

    put.around(ReduceLROnPlateau, "on_epoch_end", on_epoch_end)


@fault("reduce-lr.epsilon", when="keras>=3")
def epsilon_is_min_delta(put):
    """The defect is fixed: epsilon is taken for min_delta."""

    def init(right, callback, min_delta=0.0001, epsilon=None, **settings):
        right(callback, min_delta=min_delta if epsilon is None else epsilon, **settings)

    put.around(ReduceLROnPlateau, "__init__", init)


@fault("reduce-lr.unknown-argument")
def misspelled_patience_is_understood(put):
    """A misspelled patience is understood."""

    def init(right, callback, patience=10, patiense=None, **settings):
        right(callback, patience=patiense or patience, **settings)

    put.around(ReduceLROnPlateau, "__init__", init)


@fault("reduce-lr.schedule", when="tensorflow<2.11 or keras>=3")
def schedule_is_left_alone(put):
    """ReduceLROnPlateau leaves a schedule alone."""
    put.around(ReduceLROnPlateau, "on_epoch_end", lambda right, callback, epoch, logs=None: None)


@fault("reduce-lr.cooldown")
def cooldown_is_as_long_as_it_says(put):
    """The defect is fixed: cooldown passes over as many epochs as it says."""

    def init(right, callback, cooldown=0, **settings):
        right(callback, cooldown=cooldown + 1 if cooldown else 0, **settings)

    put.around(ReduceLROnPlateau, "__init__", init)


@fault("reduce-lr.history", when="keras<3")
def lr_is_a_python_float(put):
    """The learning rate in the History is a Python float."""

    def on_epoch_end(right, callback, epoch, logs=None):
        right(callback, epoch, logs)
        logs["lr"] = float(logs["lr"])

    put.around(ReduceLROnPlateau, "on_epoch_end", on_epoch_end)


@fault("reduce-lr.missing-monitor", when="keras<3.11")
def missing_value_counts_as_zero(put):
    """A monitored value that the logs lack counts as 0, which does not improve."""

    def on_epoch_end(right, callback, epoch, logs=None):
        logs.setdefault(callback.monitor, 0.0)
        right(callback, epoch, logs)

    put.around(ReduceLROnPlateau, "on_epoch_end", on_epoch_end)


@fault("reduce-lr.epsilon", when="keras<3")
def epsilon_is_ignored(put):
    """epsilon is ignored."""
    put.around(ReduceLROnPlateau, "__init__", without("epsilon"))


@fault("reduce-lr.schedule", when="tensorflow>=2.11 and keras<3")
def rate_of_the_schedule_is_halved(put):
    """ReduceLROnPlateau halves the rate of a schedule."""

    def on_epoch_end(right, callback, epoch, logs=None):
        right(callback, epoch, logs)
        logs["lr"] = logs["lr"] / 2

    put.around(ReduceLROnPlateau, "on_epoch_end", on_epoch_end)


@fault("reduce-lr.negative-min-delta")
def min_delta_is_ignored(put):
    """min_delta is always 0."""
    put.argument(ReduceLROnPlateau, min_delta=0.0)
