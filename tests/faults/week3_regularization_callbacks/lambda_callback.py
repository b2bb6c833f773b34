"""Faults of LambdaCallback."""

from __future__ import annotations

import tensorflow as tf
from keras.src.callbacks.callback_list import CallbackList

from tests.faults.fault import fault

Callback, LambdaCallback = tf.keras.callbacks.Callback, tf.keras.callbacks.LambdaCallback


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
        known = {name: value for name, value in functions.items() if not hasattr(Callback, name)}
        callback.on_train_end = lambda logs=None: [function(0, logs) for function in known.values()]

    put.around(LambdaCallback, "__init__", init)
