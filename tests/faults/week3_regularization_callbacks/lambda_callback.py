"""Faults of LambdaCallback."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import callback_list

Callback, LambdaCallback = tf.keras.callbacks.Callback, tf.keras.callbacks.LambdaCallback


@fault("lambda-callback.arguments")
def epochs_count_from_one(put):
    """on_epoch_end counts epochs from 1."""
    put.around(
        callback_list(), "on_epoch_end", lambda right, everyone, epoch, logs=None: right(everyone, epoch + 1, logs)
    )


@fault("lambda-callback.batch-arguments", when="tensorflow>=2.2")
def batch_function_is_not_called(put):
    """on_train_batch_end is not called."""
    put.around(callback_list(), "on_train_batch_end", lambda right, everyone, batch, logs=None: None)


@fault("lambda-callback.unknown-name")
def unknown_function_is_called(put):
    """A function under an unknown name is called at the end of training."""

    def init(right, callback, **functions):
        right(callback, **functions)
        unknown = {name: value for name, value in functions.items() if not hasattr(Callback, name)}
        callback.on_train_end = lambda logs=None: [function(0, logs) for function in unknown.values()]

    put.around(LambdaCallback, "__init__", init)


@fault("lambda-callback.other-hooks")
def hooks_of_evaluate_are_ignored(put):
    """Functions under the names of the hooks of evaluate are not called."""

    def init(right, callback, **functions):
        right(callback, **{name: function for name, function in functions.items() if "test" not in name})

    put.around(LambdaCallback, "__init__", init)


@fault("lambda-callback.argument-names")
def arguments_are_positional(put):
    """The functions get their arguments by position, whatever they name them."""

    def by_position(function):
        return lambda number=None, logs=None: function(number, logs)

    def init(right, callback, **functions):
        right(callback, **{name: by_position(function) for name, function in functions.items()})

    put.around(LambdaCallback, "__init__", init)


@fault("lambda-callback.order", when="keras>=3")
def order_of_the_notes_is_back(put):
    """The arguments come in the notes' order again."""

    def init(
        callback,
        on_epoch_begin=None,
        on_epoch_end=None,
        on_batch_begin=None,
        on_batch_end=None,
        on_train_begin=None,
        on_train_end=None,
    ):
        Callback.__init__(callback)

    put.attribute(LambdaCallback, "__init__", init)


@fault("lambda-callback.batch-arguments", when="tensorflow<2.2")
def functions_of_batches_are_not_called(put):
    """The hooks of batches are not called."""
    put.around(callback_list(), "_call_batch_hook", lambda right, *args, **settings: None)


@fault("lambda-callback.order", when="keras<3")
def order_of_keras_3(put):
    """The arguments begin with those of the training."""

    def init(callback, on_train_begin=None, on_train_end=None, **functions):
        Callback.__init__(callback)

    put.attribute(LambdaCallback, "__init__", init)
