"""Faults of week 3: callbacks."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras.src.callbacks.callback_list import CallbackList
from keras.src.trainers.data_adapters import array_slicing

from tests.faults.fault import fault

callbacks = tf.keras.callbacks
EarlyStopping, ReduceLROnPlateau = callbacks.EarlyStopping, callbacks.ReduceLROnPlateau
CSVLogger, LambdaCallback = callbacks.CSVLogger, callbacks.LambdaCallback


@fault("callbacks.subclass")
def epoch_counts_from_one(put):
    """Hooks are told the epoch from 1 on."""
    put.around(
        CallbackList, "on_epoch_begin", lambda right, everyone, epoch, logs=None: right(everyone, epoch + 1, logs)
    )


@fault("callbacks.subclass")
def last_callback_comes_first(put):
    """Callbacks are called in the other order."""

    def on_train_begin(right, everyone, logs=None):
        everyone.callbacks.reverse()
        right(everyone, logs)

    put.around(CallbackList, "on_train_begin", on_train_begin)


@fault("callbacks.subclass")
def end_of_testing_is_not_told(put):
    """The hook at the end of testing is not called."""
    put.around(CallbackList, "on_test_end", lambda right, everyone, logs=None: None)


@fault("callbacks.batch-hook-name")
def short_name_is_not_called(put):
    """on_batch_begin is not called any more."""
    put.around(callbacks.Callback, "on_train_batch_begin", lambda right, callback, batch, logs=None: None)


@fault("callbacks.logs")
def validation_is_not_told(put):
    """The logs of an epoch leave validation out."""

    def on_epoch_end(right, everyone, epoch, logs=None):
        right(everyone, epoch, {name: value for name, value in logs.items() if not name.startswith("val_")})

    put.around(CallbackList, "on_epoch_end", on_epoch_end)


@fault("callbacks.batch-logs")
def batches_are_counted(put):
    """The logs of a batch hold its number again."""

    def on_train_batch_begin(right, everyone, batch, logs=None):
        right(everyone, batch, {"batch": batch, "size": 2})

    put.around(CallbackList, "on_train_batch_begin", on_train_batch_begin)


@fault("callbacks.train-end-logs")
def end_of_training_has_no_logs(put):
    """The logs at the end of training are empty, as they once were."""
    put.around(CallbackList, "on_train_end", lambda right, everyone, logs=None: right(everyone, {}))


@fault("callbacks.prediction-logs")
def outputs_are_doubled(put):
    """The logs of a batch of predictions hold twice the outputs."""

    def on_predict_batch_end(right, everyone, batch, logs=None):
        right(everyone, batch, {"outputs": 2 * logs["outputs"]})

    put.around(CallbackList, "on_predict_batch_end", on_predict_batch_end)


# EarlyStopping


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


@fault("fit.validation-split")
def first_samples_are_held_out(put):
    """The split holds the first samples out."""

    def split(right, arrays, validation_split):
        training, validation = right(arrays, 1 - validation_split)
        return validation, training

    put.around(array_slicing, "train_validation_split", split)


@fault("fit.empty-split")
def empty_split_trains_on_everything(put):
    """A split that leaves no sample holds none out."""

    def split(right, arrays, validation_split):
        return arrays, arrays

    put.around(array_slicing, "train_validation_split", split)


# CSVLogger


@fault("csv-logger.defaults")
def separator_is_a_semicolon(put):
    """The separator is a semicolon by default."""
    put.default(CSVLogger, separator=";")


@fault("csv-logger.rows")
def epochs_are_counted_from_one(put):
    """Rows count epochs from 1 on."""
    put.around(CSVLogger, "on_epoch_end", lambda right, callback, epoch, logs=None: right(callback, epoch + 1, logs))


@fault("csv-logger.without-validation")
def no_columns_for_validation(put):
    """Without validation there are no columns for it, as once."""

    def on_epoch_end(right, callback, epoch, logs=None):
        callback.keys = sorted(logs)
        right(callback, epoch, logs)

    put.around(CSVLogger, "on_epoch_end", on_epoch_end)


@fault("csv-logger.missing-number")
def missing_number_is_zero(put):
    """A number that an epoch lacks is 0."""

    def on_epoch_end(right, callback, epoch, logs=None):
        right(callback, epoch, {**dict.fromkeys(callback.keys or (), 0), **logs})

    put.around(CSVLogger, "on_epoch_end", on_epoch_end)


@fault("csv-logger.separator")
def separator_is_ignored(put):
    """The separator is a comma, whatever is asked for."""
    put.argument(CSVLogger, separator=",")


@fault("csv-logger.append")
def append_is_ignored(put):
    """A file is always started anew."""
    put.argument(CSVLogger, append=False)


@fault("csv-logger.append")
def always_appends(put):
    """A file is always gone on with."""
    put.argument(CSVLogger, append=True)


# LambdaCallback


@fault("lambda-callback.arguments")
def epochs_count_from_one(put):
    """The functions of epochs are told the epoch from 1 on."""
    put.around(CallbackList, "on_epoch_end", lambda right, everyone, epoch, logs=None: right(everyone, epoch + 1, logs))


@fault("lambda-callback.batch-arguments")
def functions_of_batches_are_not_called(put):
    """The functions of batches are not called."""
    put.around(CallbackList, "on_train_batch_end", lambda right, everyone, batch, logs=None: None)


@fault("lambda-callback.unknown-name")
def unknown_names_are_called(put):
    """Any function that is given is called at the end of training."""

    def init(right, callback, **functions):
        right(callback, **functions)
        known = {name: value for name, value in functions.items() if not hasattr(callbacks.Callback, name)}
        callback.on_train_end = lambda logs=None: [function(0, logs) for function in known.values()]

    put.around(LambdaCallback, "__init__", init)


# ReduceLROnPlateau


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
