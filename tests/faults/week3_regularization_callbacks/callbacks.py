"""Faults of callbacks."""

from __future__ import annotations

import tensorflow as tf
from keras.src.callbacks.callback_list import CallbackList

from tests.faults.fault import fault

callbacks = tf.keras.callbacks


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
