"""Faults of EarlyStopping."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tests.faults.fault import fault

EarlyStopping = tf.keras.callbacks.EarlyStopping


@fault("early-stopping.defaults")
def patience_is_three_by_default(put):
    """patience is 3 by default."""
    put.default(EarlyStopping, patience=3)


@fault("early-stopping.defaults")
def weights_are_restored_by_default(put):
    """restore_best_weights is True by default."""
    put.default(EarlyStopping, restore_best_weights=True)


@fault("early-stopping.start", when="tensorflow>=2.11")
def start_is_ignored(put):
    """start_from_epoch is ignored."""
    put.argument(EarlyStopping, start_from_epoch=0)


def more_patient(epochs):
    """An __init__ that adds that many epochs to patience."""
    return lambda right, callback, patience=0, **settings: right(callback, patience=patience + epochs, **settings)


@fault("early-stopping.patience")
def one_epoch_too_patient(put):
    """Training ends one epoch too late."""
    put.around(EarlyStopping, "__init__", more_patient(1))


@fault("early-stopping.patience")
def improvement_does_not_reset_the_count(put):
    """An improvement does not reset the count of epochs."""

    def on_epoch_end(right, callback, epoch, logs=None):
        wait = callback.wait
        right(callback, epoch, logs)
        callback.wait = max(wait, callback.wait)

    put.around(EarlyStopping, "on_epoch_end", on_epoch_end)


@fault("early-stopping.negative-patience")
def patience_is_never_negative(put):
    """A negative patience counts as 0."""

    def init(right, callback, patience=0, **settings):
        right(callback, patience=max(patience, 0), **settings)

    put.around(EarlyStopping, "__init__", init)


@fault("early-stopping.patience-zero")
def zero_counts_as_two(put):
    """A patience of 0 counts as 2, so it is not the same as 1."""
    put.around(EarlyStopping, "__init__", more_patient(2))


@fault("early-stopping.reuse")
def best_survives_training(put):
    """The best value of one training is kept for the next."""

    def on_train_begin(right, callback, logs=None):
        best = getattr(callback, "best", None)
        right(callback, logs)
        callback.best = callback.best if best is None else best

    put.around(EarlyStopping, "on_train_begin", on_train_begin)


@fault("early-stopping.min-delta")
def min_delta_is_ignored(put):
    """Any change counts as an improvement."""
    put.argument(EarlyStopping, min_delta=0)


@fault("early-stopping.min-delta")
def change_of_exactly_min_delta_counts(put):
    """A change of exactly min_delta counts as an improvement."""

    def init(right, callback, min_delta=0, **settings):
        right(callback, min_delta=abs(min_delta) * 0.99, **settings)

    put.around(EarlyStopping, "__init__", init)


@fault("early-stopping.mode")
def mode_is_ignored(put):
    """mode is always "min"."""
    put.argument(EarlyStopping, mode="min")


@fault("early-stopping.mode-name")
def builtin_is_accepted(put):
    """The builtin function min is accepted as 'min'."""

    def init(right, callback, mode="auto", **settings):
        right(callback, mode="min" if mode is min else mode, **settings)

    put.around(EarlyStopping, "__init__", init)


@fault("early-stopping.monitor")
def missing_metric_causes_no_warning(put):
    """No warning is given if the monitored metric is missing."""
    put.around(EarlyStopping, "get_monitor_value", lambda right, callback, logs: (logs or {}).get(callback.monitor))


def nan_is_the_best(put):
    """Has NaN be less than any number."""

    def monitored(value):
        return -np.inf if value is not None and np.isnan(value) else value

    put.result(EarlyStopping, "get_monitor_value", monitored)


@fault("early-stopping.nan")
def nan_is_an_improvement(put):
    """NaN counts as an improvement."""
    nan_is_the_best(put)


@fault("early-stopping.nan-first", when="keras>=3.7")
def nan_does_not_become_the_best(put):
    """The defect is fixed: NaN does not become the best value."""

    def is_improvement(right, callback, value, best):
        return not np.isnan(value) and right(callback, value, None if best is not None and np.isnan(best) else best)

    put.around(EarlyStopping, "_is_improvement", is_improvement)


@fault("early-stopping.baseline")
def baseline_is_ignored(put):
    """baseline is ignored."""
    put.argument(EarlyStopping, baseline=None)


@fault("early-stopping.baseline-out-of-reach", when="tensorflow>=2.12")
def improvements_below_the_baseline_do_not_count(put):
    """Improvements that do not reach the baseline do not reset the count, as in older versions."""

    def is_improvement(right, callback, value, best):
        return right(callback, value, best) and (callback.baseline is None or value < callback.baseline)

    put.around(EarlyStopping, "_is_improvement", is_improvement)


@fault("early-stopping.restore")
def restore_best_weights_is_ignored(put):
    """restore_best_weights is ignored."""
    put.argument(EarlyStopping, restore_best_weights=False)


@fault("early-stopping.restore-unstopped", when="keras>=2.16")
def nothing_is_restored_at_the_end(put):
    """The best weights are not restored if training is not stopped, as in older versions."""
    put.around(EarlyStopping, "on_train_end", lambda right, callback, logs=None: None)


@fault("early-stopping.restore-nothing")
def weights_below_the_baseline_are_not_kept(put):
    """Weights that do not reach the baseline are not restored."""
    put.argument(EarlyStopping, restore_best_weights=False)


@fault("early-stopping.auto-mode")
@fault("early-stopping.missing-monitor", when="keras>=3")
def auto_means_min(put):
    """mode='auto' means 'min' for every value."""
    put.argument(EarlyStopping, mode="min")


@fault("early-stopping.nan-first", when="keras<3.7")
def nan_becomes_the_best(put):
    """NaN in the first epoch becomes the best value, which no number reaches."""
    nan_is_the_best(put)


@fault("early-stopping.start", when="tensorflow<2.11")
def start_can_be_delayed(put):
    """EarlyStopping has an argument that delays its start, as in later versions."""
    right = EarlyStopping.__init__
    put.attribute(EarlyStopping, "__init__", lambda self, start_from_epoch=0, **settings: right(self, **settings))


@fault("early-stopping.missing-monitor", when="keras<3")
def missing_value_causes_no_warning(put):
    """No warning is given if the monitored value is missing."""
    put.around(EarlyStopping, "get_monitor_value", lambda right, callback, logs: (logs or {}).get(callback.monitor))


@fault("early-stopping.baseline-out-of-reach", when="tensorflow<2.12")
def baseline_does_not_matter(put):
    """Improvements count whether or not they reach the baseline, as in later versions."""
    put.argument(EarlyStopping, baseline=None)


@fault("early-stopping.restore-unstopped", when="keras<2.16")
def best_weights_are_restored_at_the_end(put):
    """The best weights are restored even if training is not stopped, as in later versions."""

    def on_train_end(right, callback, logs=None):
        right(callback, logs)
        if callback.best_weights is not None:
            callback.model.set_weights(callback.best_weights)

    put.around(EarlyStopping, "on_train_end", on_train_end)
