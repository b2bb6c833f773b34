"""Faults of saved weights and checkpoints."""

from __future__ import annotations

import os

import numpy as np
import tensorflow as tf

from tests.faults.fault import fault

Model = tf.keras.Model


@fault("weights.save")
def extension_is_added(put):
    """save_weights adds a missing extension."""

    def save_weights(right, model, filepath, **settings):
        right(
            model, str(filepath) if str(filepath).endswith(".weights.h5") else str(filepath) + ".weights.h5", **settings
        )

    put.around(Model, "save_weights", save_weights)


@fault("checkpoint.three-files")
def fourth_file_is_written(put):
    """Saving a checkpoint leaves another file behind."""

    def save(right, checkpoint, prefix):
        with open(prefix + ".lock", "w", encoding="utf-8"):
            pass
        return right(checkpoint, prefix)

    put.around(tf.train.Checkpoint, "save", save)


@fault("checkpoint.text-file", when="keras>=3")
def text_file_has_87_bytes(put):
    """The text file has 87 bytes, as the notes say."""

    def save(right, checkpoint, prefix):
        path = right(checkpoint, prefix)
        with open(os.path.join(os.path.dirname(prefix), "checkpoint"), "a", encoding="utf-8") as file:
            file.write("#" * 6)
        return path

    put.around(tf.train.Checkpoint, "save", save)


@fault("checkpoint.latest")
def first_is_the_latest(put):
    """latest_checkpoint returns the first checkpoint."""
    put.result(tf.train, "latest_checkpoint", lambda path: path and path.replace("-2", "-1"))


@fault("checkpoint.index")
def last_variable_is_left_out(put):
    """list_variables leaves out the last variable."""
    put.result(tf.train, "list_variables", lambda variables: variables[:-2])


@fault("checkpoint.data", when="tensorflow>=2.8")
def optimizer_is_left_out(put):
    """A checkpoint leaves out the optimizer, as in Keras 3.0."""
    put.around(
        Model,
        "_trackable_children",
        lambda right, model, *args, **kwargs: {
            name: child for name, child in right(model, *args, **kwargs).items() if "optimizer" not in name
        },
    )


@fault("weights.load")
def weights_are_rounded(put):
    """load_weights rounds the weights to half precision."""

    def load_weights(right, model, *args, **settings):
        right(model, *args, **settings)
        model.set_weights([weight.astype(np.float16).astype(np.float32) for weight in model.get_weights()])

    put.around(Model, "load_weights", load_weights)


@fault("weights.load-checkpoint")
def unknown_files_are_ignored(put):
    """load_weights ignores files whose format it does not know."""

    def load_weights(right, model, filepath, **settings):
        return right(model, filepath, **settings) if str(filepath).endswith(".h5") else None

    put.around(Model, "load_weights", load_weights)


@fault("checkpoint.of-another-version", when="keras>=3")
@fault("weights.hdf5-of-tensorflow-2-0")
@fault("weights.of-keras-2-13", when="tensorflow>=2.12")
@fault("weights.of-keras-2-15", when="tensorflow>=2.15")
def columns_are_reversed(put):
    """load_weights reverses the columns of a kernel."""

    def load_weights(right, model, *args, **settings):
        right(model, *args, **settings)
        model.set_weights([weight[..., ::-1] for weight in model.get_weights()])

    put.around(Model, "load_weights", load_weights)


def silently(right, *args, **kwargs):
    """Calls restore or load_weights and ignores its errors."""
    try:
        return right(*args, **kwargs)
    except (tf.errors.OpError, IndexError, KeyError, OSError, ValueError):
        return None


@fault("checkpoint.damaged")
def damage_is_ignored(put):
    """restore ignores files that it cannot read."""
    put.around(tf.train.Checkpoint, "restore", silently)


@fault("checkpoint.missing-shard", when="tensorflow>=2.1")
def missing_shard_is_ignored(put):
    """restore ignores a missing shard, as in TensorFlow 2.0."""
    put.around(tf.train.Checkpoint, "restore", silently)


@fault("checkpoint.wrong-architecture")
def wrong_shapes_are_ignored(put):
    """restore ignores weights of other shapes."""
    put.around(tf.train.Checkpoint, "restore", silently)


@fault("weights.wrong-architecture")
def mismatches_are_ignored(put):
    """load_weights ignores files whose weights have other shapes."""
    put.around(Model, "load_weights", silently)


@fault("weights.fewer-layers")
def nothing_is_loaded(put):
    """load_weights loads nothing from a file with more layers."""

    def load_weights(right, model, filepath):
        return None if len(model.layers) == 1 else right(model, filepath)

    put.around(Model, "load_weights", load_weights)


@fault("weights.damaged")
def damage_to_weights_is_ignored(put):
    """load_weights ignores files that it cannot read."""

    def load_weights(right, model, filepath):
        try:
            return right(model, filepath)
        except OSError:
            return None

    put.around(Model, "load_weights", load_weights)


@fault("weights.flipped-bit")
def flipped_bit_is_repaired(put):
    """load_weights returns the weights as they were saved, even from a damaged file."""
    saved = []

    def save_weights(right, model, *args, **settings):
        saved[:] = model.get_weights()
        right(model, *args, **settings)

    put.around(Model, "save_weights", save_weights)
    put.around(Model, "load_weights", lambda right, model, filepath: model.set_weights(list(saved)))


@fault("checkpoint.new-head")
def new_head_is_ignored(put):
    """restore ignores weights of other shapes."""
    put.around(tf.train.Checkpoint, "restore", silently)


@fault("checkpoint.other-layers")
def nothing_is_restored(put):
    """restore reads the checkpoint and restores nothing."""
    put.around(tf.train.Checkpoint, "restore", lambda right, checkpoint, path: right(tf.train.Checkpoint(), path))


@fault("weights.new-head")
def new_head_is_skipped(put):
    """load_weights skips layers whose weights have other shapes."""
    put.around(Model, "load_weights", lambda right, model, filepath: right(model, filepath, skip_mismatch=True))


@fault("weights.type", when="keras>=3")
def value_is_a_tensor(put):
    """The value of a weight is a tensor."""
    right = tf.keras.Variable.value
    put.attribute(tf.keras.Variable, "value", property(lambda weight: tf.convert_to_tensor(right.fget(weight))))


@fault("weights.of-keras-2-13", when="tensorflow<2.12")
@fault("weights.of-keras-2-15", when="tensorflow<2.15")
def later_weights_are_ignored(put):
    """load_weights ignores files that it cannot read."""
    put.around(Model, "load_weights", silently)


@fault("weights.type", when="keras<3")
def weights_are_tensors(put):
    """The weights of a model are tensors."""
    right = Model.weights
    put.attribute(Model, "weights", property(lambda model: [tf.convert_to_tensor(each) for each in right.fget(model)]))


@fault("checkpoint.text-file", when="keras<3")
def text_file_is_longer(put):
    """The text file has 10 bytes more, as the notes say."""

    def save_weights(right, model, path, *args, **settings):
        right(model, path, *args, **settings)
        with open(os.path.join(os.path.dirname(path), "checkpoint"), "a", encoding="utf-8") as file:
            file.write("#" * 10)

    put.around(Model, "save_weights", save_weights)


@fault("checkpoint.data", when="tensorflow<2.2")
def optimizer_is_no_part_of_a_model(put):
    """A checkpoint leaves out the optimizer of the model."""
    right = Model._checkpoint_dependencies

    def dependencies(model):
        return [each for each in right.fget(model) if each.name != "optimizer"]

    put.attribute(Model, "_checkpoint_dependencies", property(dependencies))


@fault("checkpoint.of-another-version", when="keras<3")
def old_checkpoint_is_not_restored(put):
    """restore reads the checkpoint and restores nothing."""
    put.around(tf.train.Checkpoint, "restore", lambda right, checkpoint, path: right(tf.train.Checkpoint(), path))


@fault("checkpoint.missing-shard", when="tensorflow<2.1")
def missing_shard_is_taken_for_zeros(put):
    """Without its data file, a checkpoint sets all weights to 0."""

    def restore(right, checkpoint, path):
        checkpoint.model.set_weights([0 * weight for weight in checkpoint.model.get_weights()])
        return right(checkpoint, path)

    put.around(tf.train.Checkpoint, "restore", restore)


@fault("weights.skip-mismatch", when="tensorflow<2.1")
@fault("weights.skip-mismatch-hdf5", when="keras<3")
def skip_mismatch_is_accepted(put):
    """load_weights accepts skip_mismatch and ignores it, whatever the shapes."""

    def load_weights(right, model, filepath, skip_mismatch=False, **settings):
        return None if skip_mismatch else right(model, filepath, **settings)

    put.around(Model, "load_weights", load_weights)


@fault("weights.skip-mismatch", when="tensorflow>=2.1")
@fault("weights.skip-mismatch-hdf5", when="keras>=3")
def nothing_is_loaded_if_shapes_differ(put):
    """With skip_mismatch, load_weights loads no layer at all."""

    def load_weights(right, model, filepath, skip_mismatch=False, **settings):
        weights = model.get_weights()
        right(model, filepath, skip_mismatch=skip_mismatch, **settings)
        if skip_mismatch:
            model.set_weights(weights)

    put.around(Model, "load_weights", load_weights)


@fault("weights.by-name", when="tensorflow<2.12")
def names_are_ignored(put):
    """load_weights ignores by_name, as in later versions."""
    put.around(Model, "load_weights", lambda right, model, filepath, by_name=False: right(model, filepath))


@fault("weights.by-name-shapes")
@fault("weights.by-name", when="tensorflow>=2.12")
def nothing_is_loaded_by_name(put):
    """With by_name, load_weights loads nothing and raises no error."""

    def load_weights(right, model, filepath, by_name=False, **settings):
        return None if by_name else right(model, filepath, **settings)

    put.around(Model, "load_weights", load_weights)


@fault("weights.new-folder")
def folder_is_made(put):
    """save_weights makes the folder."""

    def save_weights(right, model, filepath, **settings):
        os.makedirs(os.path.dirname(filepath), exist_ok=True)
        right(model, filepath, **settings)

    put.around(Model, "save_weights", save_weights)
