"""Faults of what the listings of week 3 use."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import callback_list

keras, layers = tf.keras, tf.keras.layers
callbacks = tf.keras.callbacks


@fault("listing.regularizers")
def coefficient_is_ignored(put):
    """l2 ignores its coefficient."""
    put.around(keras.regularizers, "l2", lambda right, coefficient: right())


@fault("listing.batch-normalization")
def add_takes_a_tuple(put):
    """add() takes the layer out of a tuple."""

    def add(right, model, layer, **settings):
        right(model, layer[0] if isinstance(layer, tuple) else layer, **settings)

    put.around(keras.Sequential, "add", add)


@fault("listing.custom-batch-normalization")
def gamma_starts_at_one(put):
    """BatchNormalization ignores gamma_initializer."""
    put.argument(layers.BatchNormalization, gamma_initializer="ones")


@fault("listing.callback", when="keras>=3")
def batches_do_not_begin(put):
    """on_train_batch_begin is not called."""
    put.around(callback_list(), "on_train_batch_begin", lambda right, everyone, batch, logs=None: None)


@fault("listing.callback")
def training_begins_twice(put):
    """on_train_begin is called twice."""

    def on_train_begin(right, everyone, logs=None):
        right(everyone, logs)
        right(everyone, logs)

    put.around(callback_list(), "on_train_begin", on_train_begin)


@fault("listing.early-stopping")
def unknown_mode_is_accepted_silently(put):
    """EarlyStopping takes any mode for 'auto' without a warning."""
    put.argument(callbacks.EarlyStopping, mode="auto")


@fault("listing.early-stopping")
def patience_is_longer(put):
    """EarlyStopping waits longer than its patience."""
    put.argument(callbacks.EarlyStopping, patience=3)


@fault("listing.csv-logger")
def separator_is_ignored(put):
    """CSVLogger ignores separator."""
    put.argument(callbacks.CSVLogger, separator=";")


@fault("listing.lambda-callback", when="keras<3", raises=TypeError)
def none_is_called(put):
    """LambdaCallback has every function that it is given called, and None, too, as in Keras 3."""

    def init(right, callback, **functions):
        right(callback)
        vars(callback).update(functions)

    put.around(callbacks.LambdaCallback, "__init__", init)


@fault("listing.lambda-callback", when="keras>=3")
def none_is_left_out(put):
    """LambdaCallback leaves out every function that is None, as in Keras 2."""

    def init(right, callback, **functions):
        right(callback, **{name: function for name, function in functions.items() if function is not None})

    put.around(callbacks.LambdaCallback, "__init__", init)


@fault("listing.reduce-lr")
def factor_is_ignored(put):
    """ReduceLROnPlateau ignores factor."""
    put.argument(callbacks.ReduceLROnPlateau, factor=0.5)
