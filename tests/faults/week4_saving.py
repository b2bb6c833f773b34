"""Faults of week 4: saving and loading."""

import os
import sys
import types
import zipfile

import numpy as np
import tensorflow as tf
from keras.src.legacy.saving import legacy_h5_format
from keras.src.saving import saving_lib, serialization_lib

from tests.faults.fault import fault

keras = tf.keras
Model, ModelCheckpoint = tf.keras.Model, tf.keras.callbacks.ModelCheckpoint
applications = tf.keras.applications
WHOLE_MODEL = "week4_saving_loading.test_3_whole_model"


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


# Whole models


@fault("saved-model.layout")
def folders_are_accepted(put):
    """model.save takes names without an ending."""
    put.around(
        Model, "save", lambda right, model, filepath, **settings: right(model, str(filepath) + ".keras", **settings)
    )


@fault("saved-model.assets")
def assets_are_left_out(put):
    """A saved module leaves its assets out of their folder."""

    def save(right, module, folder, *args, **settings):
        right(module, folder, *args, **settings)
        for name in os.listdir(os.path.join(folder, "assets")):
            os.remove(os.path.join(folder, "assets", name))

    put.around(tf.saved_model, "save", save)


@fault("saved-model.load")
def optimizer_starts_anew(put):
    """A loaded model's optimiser starts anew."""
    put.around(
        saving_lib,
        "_load_state",
        lambda right, trackable, weights_store, *args, **settings: (
            None
            if isinstance(trackable, keras.optimizers.Optimizer)
            else right(trackable, weights_store, *args, **settings)
        ),
    )


@fault("saved-model.train-from-hdf5")
def hdf5_leaves_the_optimizer_out(put):
    """The defect is avoided: an .h5 file holds no state of the optimiser, which is built anew."""
    put.around(legacy_h5_format, "load_optimizer_weights_from_hdf5_group", lambda right, group: [])


@fault("saved-model.include-optimizer")
def include_optimizer_is_obeyed(put):
    """The defect is repaired: include_optimizer=False leaves the optimiser out of a .keras file."""

    def save(right, model, filepath, include_optimizer=True, **settings):
        if not include_optimizer:
            model.optimizer = None
            model.compiled = False
        right(model, filepath, **settings)

    put.around(Model, "save", save)


@fault("saved-model.loss-by-name")
def loss_is_another(put):
    """A loaded model has another loss."""

    def load_model(right, path):
        model = right(path)
        model.compile(loss="mae")
        return model

    put.around(put.spec(WHOLE_MODEL), "load_model", load_model)


@fault("saved-model.loss-by-name-hdf5")
def loss_by_name_is_loaded(put):
    """The defect is repaired: 'mse' is found."""
    put.around(
        legacy_h5_format,
        "load_model_from_hdf5",
        lambda right, filepath, compile=True, **settings: recompiled(right(filepath, compile=False, **settings)),
    )


def recompiled(model):
    """The model with a loss."""
    model.compile(loss="mse")
    return model


@fault("saved-model.load-folder")
def folder_is_loaded(put):
    """load_model takes a folder."""
    put.around(put.spec(WHOLE_MODEL), "load_model", lambda right, path, **settings: None)


@fault("saved-model.missing-file")
def missing_file_is_passed_over(put):
    """load_model returns nothing for a file that is not there."""

    def load_model(right, path, **settings):
        return right(path, **settings) if os.path.exists(path) else None

    put.around(put.spec(WHOLE_MODEL), "load_model", load_model)


@fault("saved-model.custom-objects")
def settings_of_custom_layers_are_lost(put):
    """A custom layer is made anew from its defaults."""
    put.attribute(put.spec(WHOLE_MODEL).Scale, "from_config", classmethod(lambda cls, config: cls()))


@fault("saved-model.custom-objects-hdf5")
def custom_objects_are_ignored(put):
    """custom_objects are replaced by layers made from their defaults."""
    put.attribute(put.spec(WHOLE_MODEL).Scale, "from_config", classmethod(lambda cls, config: cls()))


@fault("saved-model.unknown-class")
def module_is_imported(put):
    """A class that a file names is imported from the module that it names, as in Keras 3.0."""

    def load_model(right, path):
        return right(path, custom_objects={"Scale": put.spec(WHOLE_MODEL).Scale})

    put.around(put.spec(WHOLE_MODEL), "load_model", load_model)


@fault("saved-model.safe-mode")
def code_is_run(put):
    """Files are loaded without safe mode by default."""
    put.attribute(serialization_lib, "in_safe_mode", lambda: False)


@fault("saved-model.keras-file")
def archive_has_another_member(put):
    """A .keras file holds another member."""

    def save(right, model, filepath, **settings):
        right(model, filepath, **settings)
        with zipfile.ZipFile(str(filepath), "a") as archive:
            archive.writestr("more.txt", "")

    put.around(Model, "save", save)


# Applications and the hub


@fault("applications.resnet50")
def top_has_no_bias(put):
    """The classification layer has no bias."""
    put.argument(tf.keras.layers.Dense, use_bias=False)


@fault("applications.resnet50-without-top")
def convolutions_have_no_bias(put):
    """Convolutions have no bias."""
    put.argument(tf.keras.layers.Conv2D, use_bias=False)


@fault("applications.resnet50-weights-file")
def file_is_ignored(put):
    """ResNet50 ignores the file that weights names."""
    put.argument(applications.resnet50, "ResNet50", weights=None)


@fault("applications.resnet50-classes")
def classes_are_ignored(put):
    """ResNet50 ignores the number of classes and the words for weights."""
    put.around(applications.resnet50, "ResNet50", lambda right, **settings: None)


@fault("applications.resnet50-name")
def misspelt_name_exists(put):
    """Resnet50 exists."""
    put.attribute(applications.resnet50, "Resnet50", applications.resnet50.ResNet50)


@fault("applications.resnet50-imagenet")
def weights_do_not_classify(put):
    """The cached weights give no distribution."""
    folder = put.folder / ".keras" / "models"
    folder.mkdir(parents=True)
    (folder / "resnet50_weights_tf_dim_ordering_tf_kernels.h5").touch()
    put.patch.setenv("HOME", str(put.folder))
    model = types.SimpleNamespace(predict=lambda images, verbose: np.zeros((1, 1000)))
    put.around(applications.resnet50, "ResNet50", lambda right, **settings: model)


@fault("hub.separate-library")
def hub_is_part_of_tensorflow(put):
    """TensorFlow has a hub of its own."""
    put.attribute(tf, "hub", types.ModuleType("tensorflow.hub"))


def put_hub(put, **members):
    """A package tensorflow_hub of these members."""
    hub = types.ModuleType("tensorflow_hub")
    vars(hub).update(members)
    put.patch.setitem(sys.modules, "tensorflow_hub", hub)


@fault("hub.keras-layer")
def hub_layer_is_a_layer(put):
    """hub.KerasLayer is a layer of Keras 3."""
    put_hub(put, KerasLayer=lambda path: tf.keras.layers.Flatten())


@fault("hub.non-trainable")
def module_gives_other_numbers(put):
    """hub.load gives a module that doubles its outputs."""

    def load(path):
        module = tf.saved_model.load(path)
        return types.SimpleNamespace(__call__=None) if module is None else (lambda images: 2 * module(images))

    put_hub(put, load=load)
