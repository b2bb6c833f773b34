"""Faults of CSVLogger."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault

CSVLogger = tf.keras.callbacks.CSVLogger


@fault("csv-logger.defaults")
def separator_is_a_semicolon(put):
    """separator is a semicolon by default."""
    put.default(CSVLogger, separator=";")


@fault("csv-logger.rows")
def epochs_count_from_one(put):
    """Rows count epochs from 1."""
    put.around(CSVLogger, "on_epoch_end", lambda right, callback, epoch, logs=None: right(callback, epoch + 1, logs))


@fault("csv-logger.without-validation", when="tensorflow>=2.13")
def validation_has_no_columns(put):
    """Without validation, the file has no columns for it, as in older versions."""

    def on_epoch_end(right, callback, epoch, logs=None):
        callback.keys = sorted(logs)
        right(callback, epoch, logs)

    put.around(CSVLogger, "on_epoch_end", on_epoch_end)


@fault("csv-logger.missing-number")
def missing_value_is_zero(put):
    """A value that an epoch does not have is written as 0."""

    def on_epoch_end(right, callback, epoch, logs=None):
        right(callback, epoch, {**dict.fromkeys(callback.keys or (), 0), **logs})

    put.around(CSVLogger, "on_epoch_end", on_epoch_end)


@fault("csv-logger.separator")
def separator_is_ignored(put):
    """separator is ignored."""
    put.argument(CSVLogger, separator=",")


@fault("csv-logger.append")
def file_is_always_overwritten(put):
    """append is ignored: the file is always overwritten."""
    put.argument(CSVLogger, append=False)


@fault("csv-logger.append")
def file_is_always_extended(put):
    """append is ignored: the file is always extended."""
    put.argument(CSVLogger, append=True)


@fault("csv-logger.without-validation", when="tensorflow<2.13")
def validation_has_columns(put):
    """Without validation, the file has empty columns for it, as in later versions."""

    def on_epoch_end(right, callback, epoch, logs=None):
        right(callback, epoch, {**logs, "val_loss": "NA"})

    put.around(CSVLogger, "on_epoch_end", on_epoch_end)
