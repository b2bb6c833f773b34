"""Faults of EarlyStopping."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tests.faults.fault import fault

EarlyStopping = tf.keras.callbacks.EarlyStopping


@fault("early-stopping.defaults")
def patience_of_three(put):
    """The patience is 3 by default."""
    put.default(EarlyStopping, patience=3)


@fault("early-stopping.defaults")
def restores_by_default(put):
    """The best weights are restored by default."""
    put.default(EarlyStopping, restore_best_weights=True)


@fault("early-stopping.start")
def start_is_ignored(put):
    """start_from_epoch is forgotten."""
    put.argument(EarlyStopping, start_from_epoch=0)


def more_patient(epochs):
    """An EarlyStopping is made that many epochs more patient than asked for."""
    return lambda right, callback, patience=0, **settings: right(callback, patience=patience + epochs, **settings)


@fault("early-stopping.patience")
def one_epoch_too_patient(put):
    """Training ends one epoch too late."""
    put.around(EarlyStopping, "__init__", more_patient(1))


@fault("early-stopping.patience")
def count_is_not_started_anew(put):
    """An improvement does not start the count of epochs anew."""

    def on_epoch_end(right, callback, epoch, logs=None):
        wait = callback.wait
        right(callback, epoch, logs)
        callback.wait = max(wait, callback.wait)

    put.around(EarlyStopping, "on_epoch_end", on_epoch_end)


@fault("early-stopping.patience-zero")
def zero_counts_as_two(put):
    """A patience of 0 counts as 2: a patience of 1 ends training when 0 does."""
    put.around(EarlyStopping, "__init__", more_patient(2))


@fault("early-stopping.reuse")
def best_is_not_forgotten(put):
    """The best of a first training is kept for the second."""

    def on_train_begin(right, callback, logs=None):
        best = callback.best
        right(callback, logs)
        callback.best = best

    put.around(EarlyStopping, "on_train_begin", on_train_begin)


@fault("early-stopping.min-delta")
def min_delta_is_ignored(put):
    """Any change counts as an improvement."""
    put.argument(EarlyStopping, min_delta=0)


@fault("early-stopping.min-delta")
def change_of_min_delta_counts(put):
    """A change of just min_delta counts as an improvement."""

    def init(right, callback, min_delta=0, **settings):
        right(callback, min_delta=abs(min_delta) * 0.99, **settings)

    put.around(EarlyStopping, "__init__", init)


@fault("early-stopping.mode")
def mode_is_ignored(put):
    """Any number is to fall."""
    put.argument(EarlyStopping, mode="min")


@fault("early-stopping.mode-name")
def builtin_is_a_mode(put):
    """The builtin min is taken for 'min' without a warning."""

    def init(right, callback, mode="auto", **settings):
        right(callback, mode="min" if mode is min else mode, **settings)

    put.around(EarlyStopping, "__init__", init)


@fault("early-stopping.monitor")
def missing_monitor_is_passed_over(put):
    """A monitored number that is not there is not warned of."""
    put.around(EarlyStopping, "get_monitor_value", lambda right, callback, logs: (logs or {}).get(callback.monitor))


@fault("early-stopping.nan")
def nan_is_an_improvement(put):
    """Not-a-number counts as an improvement."""

    def is_improvement(right, callback, value, best):
        return np.isnan(value) or right(callback, value, best)

    put.around(EarlyStopping, "_is_improvement", is_improvement)


@fault("early-stopping.nan-first")
def nan_is_not_the_best(put):
    """The defect is repaired: not-a-number is not taken for the best."""

    def is_improvement(right, callback, value, best):
        return not np.isnan(value) and right(callback, value, None if best is not None and np.isnan(best) else best)

    put.around(EarlyStopping, "_is_improvement", is_improvement)


@fault("early-stopping.baseline")
def baseline_is_ignored(put):
    """The baseline is forgotten."""
    put.argument(EarlyStopping, baseline=None)


@fault("early-stopping.baseline-out-of-reach")
def improvements_do_not_postpone(put):
    """Improvements that do not reach the baseline do not postpone the end, as once."""

    def is_improvement(right, callback, value, best):
        return right(callback, value, best) and (callback.baseline is None or value < callback.baseline)

    put.around(EarlyStopping, "_is_improvement", is_improvement)


@fault("early-stopping.restore")
def last_weights_stay(put):
    """The best weights are not restored."""
    put.argument(EarlyStopping, restore_best_weights=False)


@fault("early-stopping.restore-unstopped")
def nothing_is_restored_at_the_end(put):
    """Without a stop the best weights are not restored, as once."""
    put.around(EarlyStopping, "on_train_end", lambda right, callback, logs=None: None)


@fault("early-stopping.restore-nothing")
def last_weights_stay_below_the_baseline(put):
    """Weights that do not reach the baseline are not kept."""
    put.argument(EarlyStopping, restore_best_weights=False)
