"""Faults of week 4: ModelCheckpoint, weights, checkpoints."""

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


@fault("checkpoint.batch-in-name")
def batch_counts_from_zero(put):
    """{batch} counts from 0, as once."""

    def path(right, callback, epoch, batch, logs):
        return right(callback, epoch, None if batch is None else batch - 1, logs)

    put.around(ModelCheckpoint, "_get_file_path", path)


@fault("checkpoint.name-of-the-notes")
def ending_is_added(put):
    """An ending that lacks is added."""

    def init(right, callback, filepath, **settings):
        right(callback, filepath if filepath.endswith((".h5", ".keras")) else filepath + ".weights.h5", **settings)

    put.around(ModelCheckpoint, "__init__", init)


@fault("checkpoint.save-weights-only")
def weights_are_zeros(put):
    """Weights are saved as zeros."""

    def save_weights(right, model, *args, **settings):
        weights = model.get_weights()
        model.set_weights([0 * weight for weight in weights])
        right(model, *args, **settings)
        model.set_weights(weights)

    put.around(Model, "save_weights", save_weights)


@fault("checkpoint.save-best-only")
def every_epoch_is_saved(put):
    """save_best_only is forgotten."""
    put.argument(ModelCheckpoint, save_best_only=False)


@fault("checkpoint.save-best-only")
def mode_is_ignored(put):
    """Any number is to fall."""
    put.argument(ModelCheckpoint, mode="min")


@fault("checkpoint.missing-monitor")
def nothing_is_saved_without_the_number(put):
    """The defect is repaired: without the monitored number nothing is saved."""

    def should_save(right, callback, epoch, batch, logs, filepath):
        return callback.monitor in (logs or {}) and right(callback, epoch, batch, logs, filepath)

    put.around(ModelCheckpoint, "_should_save_model", should_save)


@fault("checkpoint.nan-first")
def nan_is_not_the_best(put):
    """The defect is repaired: not-a-number is not taken for the best."""

    def is_improvement(right, callback, value, best):
        return not np.isnan(value) and right(callback, value, best)

    put.around(ModelCheckpoint, "_is_improvement", is_improvement)


@fault("checkpoint.best-between-epochs")
def nothing_is_saved_between_epochs(put):
    """Between epochs nothing is saved."""
    put.around(ModelCheckpoint, "_should_save_on_batch", lambda right, callback, batch: False)


@fault("checkpoint.save-freq")
def frequency_is_off_by_one(put):
    """save_freq counts one batch too many."""

    def init(right, callback, filepath, save_freq="epoch", **settings):
        right(callback, filepath, save_freq=save_freq + 1 if isinstance(save_freq, int) else save_freq, **settings)

    put.around(ModelCheckpoint, "__init__", init)


@fault("checkpoint.save-freq-words")
def words_are_accepted(put):
    """Any word is taken for 'epoch'."""
    put.argument(ModelCheckpoint, save_freq="epoch")


# Weights


@fault("weights.save")
def names_without_ending_are_accepted(put):
    """save_weights adds an ending that lacks."""

    def save_weights(right, model, filepath, **settings):
        right(
            model, str(filepath) if str(filepath).endswith(".weights.h5") else str(filepath) + ".weights.h5", **settings
        )

    put.around(Model, "save_weights", save_weights)


@fault("weights.load")
def weights_are_rounded(put):
    """Loaded weights are rounded to half precision."""

    def load_weights(right, model, *args, **settings):
        right(model, *args, **settings)
        model.set_weights([weight.astype(np.float16).astype(np.float32) for weight in model.get_weights()])

    put.around(Model, "load_weights", load_weights)


@fault("weights.load-checkpoint")
def checkpoints_are_passed_over(put):
    """load_weights passes over files that it does not know."""

    def load_weights(right, model, filepath, **settings):
        return right(model, filepath, **settings) if str(filepath).endswith(".h5") else None

    put.around(Model, "load_weights", load_weights)


@fault("weights.wrong-architecture")
def mismatches_are_skipped(put):
    """Layers whose weights have other shapes are skipped."""
    put.around(Model, "load_weights", lambda right, model, filepath: right(model, filepath, skip_mismatch=True))


@fault("weights.fewer-layers")
def nothing_is_loaded(put):
    """Nothing is loaded from a file of more layers."""

    def load_weights(right, model, filepath):
        return None if len(model.layers) == 1 else right(model, filepath)

    put.around(Model, "load_weights", load_weights)


@fault("weights.damaged")
def errors_are_swallowed(put):
    """load_weights passes over files that it cannot read."""

    def load_weights(right, model, filepath):
        try:
            return right(model, filepath)
        except OSError:
            return None

    put.around(Model, "load_weights", load_weights)


@fault("weights.flipped-bit")
def files_are_checked(put):
    """A file that was changed since it was saved gives the weights as they were saved."""
    saved = []

    def save_weights(right, model, *args, **settings):
        saved[:] = model.get_weights()
        right(model, *args, **settings)

    put.around(Model, "save_weights", save_weights)
    put.around(Model, "load_weights", lambda right, model, filepath: model.set_weights(list(saved)))


# Checkpoints


@fault("checkpoint.three-files")
def fourth_file(put):
    """A checkpoint leaves another file behind."""

    def save(right, checkpoint, prefix):
        with open(prefix + ".lock", "w", encoding="utf-8"):
            pass
        return right(checkpoint, prefix)

    put.around(tf.train.Checkpoint, "save", save)


@fault("checkpoint.text-file")
def text_is_of_the_notes_size(put):
    """The text has the 87 bytes that the notes give it."""

    def save(right, checkpoint, prefix):
        path = right(checkpoint, prefix)
        with open(os.path.join(os.path.dirname(prefix), "checkpoint"), "a", encoding="utf-8") as file:
            file.write("#" * 6)
        return path

    put.around(tf.train.Checkpoint, "save", save)


@fault("checkpoint.latest")
def first_is_the_latest(put):
    """The checkpoint saved first is taken for the latest."""
    put.result(tf.train, "latest_checkpoint", lambda path: path and path.replace("-2", "-1"))


@fault("checkpoint.index")
def last_variable_is_left_out(put):
    """The list of variables lacks the last one."""
    put.result(tf.train, "list_variables", lambda variables: variables[:-2])


@fault("checkpoint.data")
def optimizer_is_left_out(put):
    """A checkpoint leaves the optimiser out, as in Keras 3.0."""
    put.around(
        Model,
        "_trackable_children",
        lambda right, model, *args, **kwargs: {
            name: child for name, child in right(model, *args, **kwargs).items() if "optimizer" not in name
        },
    )


def silently(right, checkpoint, *args, **kwargs):
    """restore without errors."""
    try:
        return right(checkpoint, *args, **kwargs)
    except (tf.errors.OpError, IndexError, OSError, ValueError):
        return None


@fault("checkpoint.damaged")
def damage_is_passed_over(put):
    """restore passes over files that it cannot read."""
    put.around(tf.train.Checkpoint, "restore", silently)


@fault("checkpoint.of-another-version")
def files_of_keras_3_0_are_read_in_another_order(put):
    """load_weights mixes the columns of a kernel up."""

    def load_weights(right, model, *args, **settings):
        right(model, *args, **settings)
        model.set_weights([weight[..., ::-1] for weight in model.get_weights()])

    put.around(Model, "load_weights", load_weights)


@fault("checkpoint.missing-shard")
def missing_shard_is_passed_over(put):
    """restore passes over a missing shard, as in TensorFlow 2.0."""
    put.around(tf.train.Checkpoint, "restore", silently)


@fault("checkpoint.wrong-architecture")
def wrong_shapes_are_passed_over(put):
    """restore passes over weights of other shapes."""
    put.around(tf.train.Checkpoint, "restore", silently)
