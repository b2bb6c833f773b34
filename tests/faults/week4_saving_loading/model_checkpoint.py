"""Faults of ModelCheckpoint."""

from __future__ import annotations

import os

import numpy as np
import tensorflow as tf

from tests.faults.fault import fault

Model, ModelCheckpoint = tf.keras.Model, tf.keras.callbacks.ModelCheckpoint


@fault("checkpoint.file-name")
def epoch_counts_from_zero(put):
    """{epoch} counts from 0."""
    put.around(
        ModelCheckpoint,
        "_get_file_path",
        lambda right, callback, epoch, batch, logs: right(callback, epoch - 1, batch, logs),
    )


@fault("checkpoint.new-folder", when="tensorflow>=2.12")
def nothing_is_saved_to_a_new_folder(put):
    """Nothing is saved if the folder of the filename does not exist."""

    def save(right, callback, *args, **settings):
        if os.path.exists(os.path.dirname(callback.filepath)):
            right(callback, *args, **settings)

    put.around(ModelCheckpoint, "_save_model", save)


@fault("checkpoint.batch-in-name", when="tensorflow>=2.2")
def batch_counts_from_zero(put):
    """{batch} counts from 0, as in older versions."""

    def path(right, callback, epoch, batch, logs):
        return right(callback, epoch, None if batch is None else batch - 1, logs)

    put.around(ModelCheckpoint, "_get_file_path", path)


@fault("checkpoint.name-of-the-notes")
def extension_is_added(put):
    """A missing extension is added to the file name."""

    def init(right, callback, filepath, **settings):
        right(callback, filepath if filepath.endswith((".h5", ".keras")) else filepath + ".weights.h5", **settings)

    put.around(ModelCheckpoint, "__init__", init)


@fault("checkpoint.save-weights-only")
def saved_weights_are_zero(put):
    """All weights are saved as zero."""

    def save_weights(right, model, *args, **settings):
        weights = model.get_weights()
        model.set_weights([0 * weight for weight in weights])
        right(model, *args, **settings)
        model.set_weights(weights)

    put.around(Model, "save_weights", save_weights)


@fault("checkpoint.save-best-only")
def save_best_only_is_ignored(put):
    """save_best_only is ignored."""
    put.argument(ModelCheckpoint, save_best_only=False)


@fault("checkpoint.save-best-only")
def mode_is_ignored(put):
    """mode is always "min"."""
    put.argument(ModelCheckpoint, mode="min")


@fault("checkpoint.reuse")
def best_is_forgotten(put):
    """The best value of one training is forgotten before the next."""

    def on_train_begin(right, callback, logs=None):
        right(callback, logs)
        callback.best = np.inf

    put.around(ModelCheckpoint, "on_train_begin", on_train_begin)


@fault("checkpoint.missing-monitor", when="keras>=3.10")
def nothing_is_saved_without_the_metric(put):
    """The defect is fixed: nothing is saved if the monitored metric is missing."""

    def should_save(right, callback, epoch, batch, logs, filepath):
        return callback.monitor in (logs or {}) and right(callback, epoch, batch, logs, filepath)

    put.around(ModelCheckpoint, "_should_save_model", should_save)


@fault("checkpoint.nan-first", when="keras>=3.11")
def nan_does_not_become_the_best(put):
    """The defect is fixed: NaN does not become the best value."""

    def is_improvement(right, callback, value, best):
        return not np.isnan(value) and right(callback, value, best)

    put.around(ModelCheckpoint, "_is_improvement", is_improvement)


@fault("checkpoint.best-between-epochs", when="keras>=3.10")
def nothing_is_saved_between_epochs(put):
    """Nothing is saved between epochs."""
    put.around(ModelCheckpoint, "_should_save_on_batch", lambda right, callback, batch: False)


@fault("checkpoint.save-freq")
def frequency_is_off_by_one(put):
    """save_freq is one batch more than given."""

    def init(right, callback, filepath, save_freq="epoch", **settings):
        right(callback, filepath, save_freq=save_freq + 1 if isinstance(save_freq, int) else save_freq, **settings)

    put.around(ModelCheckpoint, "__init__", init)


@fault("checkpoint.save-freq-words")
def any_word_is_accepted(put):
    """Any word is accepted as 'epoch'."""
    put.argument(ModelCheckpoint, save_freq="epoch")


@fault("checkpoint.auto-mode")
@fault("checkpoint.missing-monitor-auto", when="keras>=3.10")
def auto_means_min(put):
    """mode='auto' means 'min' for every value."""
    put.argument(ModelCheckpoint, mode="min")


@fault("checkpoint.ending")
def ending_of_a_model_is_added(put):
    """An ending that Keras does not know is followed by .keras."""

    def init(right, callback, filepath, **settings):
        right(callback, filepath if filepath.endswith((".h5", ".keras")) else filepath + ".keras", **settings)

    put.around(ModelCheckpoint, "__init__", init)


@fault("checkpoint.ending-of-weights")
def ending_of_weights_is_added(put):
    """An ending that Keras does not know is followed by .weights.h5."""

    def init(right, callback, filepath, **settings):
        right(callback, filepath if filepath.endswith(".weights.h5") else filepath + ".weights.h5", **settings)

    put.around(ModelCheckpoint, "__init__", init)


@fault("checkpoint.period")
def period_is_ignored(put):
    """period is ignored."""
    put.around(
        ModelCheckpoint,
        "__init__",
        lambda right, callback, filepath, period=1, **settings: right(callback, filepath, **settings),
    )


@fault("checkpoint.new-folder", when="tensorflow<2.12")
def new_folder_is_made(put):
    """The folder of the filename is made, as in later versions."""

    def save(right, callback, *args, **settings):
        os.makedirs(os.path.dirname(callback.filepath), exist_ok=True)
        right(callback, *args, **settings)

    put.around(ModelCheckpoint, "_save_model", save)


@fault("checkpoint.batch-in-name", when="tensorflow<2.2")
def batch_counts_from_one(put):
    """{batch} counts from 1, as in later versions."""

    def path(right, callback, epoch, logs):
        return right(callback, epoch, {**logs, "batch": logs.get("batch", 0) + 1})

    put.around(ModelCheckpoint, "_get_file_path", path)


def with_logs(put, change):
    """Changes the logs by which ModelCheckpoint decides whether to save: ``change(logs, monitor)``."""

    def save(right, callback, logs=None, **where):
        right(callback, logs=change(logs or {}, callback.monitor), **where)

    put.around(ModelCheckpoint, "_save_model", save)


@fault("checkpoint.missing-monitor", when="keras<3.10")
@fault("checkpoint.missing-monitor-auto", when="keras<3.10")
@fault("checkpoint.best-between-epochs", when="keras<3.10")
def missing_value_counts_as_zero(put):
    """A monitored value that the logs lack counts as 0."""
    with_logs(put, lambda logs, monitor: {monitor: 0.0, **logs})


@fault("checkpoint.nan-first", when="keras<3.11")
def nan_is_a_large_number(put):
    """NaN counts as a large number, which is the best so far in the first epoch."""
    with_logs(put, lambda logs, monitor: {**logs, monitor: np.nan_to_num(logs[monitor], nan=1e9)})


@fault("checkpoint.best-of-batches", when="keras<3.11")
def every_batch_is_saved(put):
    """save_best_only is ignored."""
    put.argument(ModelCheckpoint, save_best_only=False)


@fault("checkpoint.best-of-batches", when="keras>=3.11")
def mode_is_known_between_epochs(put):
    """The defect is fixed: what the mode 'auto' means is known before the first epoch ends."""

    def on_train_batch_end(right, callback, batch, logs=None):
        callback._set_monitor_op()
        right(callback, batch, logs)

    put.around(ModelCheckpoint, "on_train_batch_end", on_train_batch_end)
