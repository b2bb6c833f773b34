"""Faults of CSVLogger."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault

CSVLogger = tf.keras.callbacks.CSVLogger


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
