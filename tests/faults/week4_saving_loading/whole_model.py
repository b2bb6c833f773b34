"""Faults of saved models."""

from __future__ import annotations

import os
import zipfile

import tensorflow as tf
from keras.src.legacy.saving import legacy_h5_format
from keras.src.saving import saving_lib, serialization_lib

from tests.faults.fault import fault

keras = tf.keras
Model = tf.keras.Model


@fault("saved-model.layout")
def extension_is_added(put):
    """model.save adds a missing extension."""
    put.around(
        Model, "save", lambda right, model, filepath, **settings: right(model, str(filepath) + ".keras", **settings)
    )


@fault("saved-model.assets")
def assets_are_missing(put):
    """tf.saved_model.save does not write the assets."""

    def save(right, module, folder, *args, **settings):
        right(module, folder, *args, **settings)
        for name in os.listdir(os.path.join(folder, "assets")):
            os.remove(os.path.join(folder, "assets", name))

    put.around(tf.saved_model, "save", save)


@fault("saved-model.load")
def optimizer_state_is_lost(put):
    """load_model does not restore the state of the optimizer."""
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
def optimizer_state_is_not_loaded(put):
    """The defect is avoided: the state of the optimizer in an .h5 file is not loaded."""
    put.around(legacy_h5_format, "load_optimizer_weights_from_hdf5_group", lambda right, group: [])


@fault("saved-model.include-optimizer")
def include_optimizer_is_respected(put):
    """The defect is fixed: include_optimizer=False keeps the optimizer out of a .keras file."""

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

    put.around(tf.keras.models, "load_model", load_model)


@fault("saved-model.loss-by-name-hdf5")
def loss_by_name_is_loaded(put):
    """The defect is fixed: the loss 'mse' is found."""
    put.around(
        legacy_h5_format,
        "load_model_from_hdf5",
        lambda right, filepath, compile=True, **settings: recompiled(right(filepath, compile=False, **settings)),
    )


def recompiled(model):
    """The model, compiled with a loss."""
    model.compile(loss="mse")
    return model


@fault("saved-model.load-folder")
def folder_is_accepted(put):
    """load_model accepts a folder."""
    put.around(tf.keras.models, "load_model", lambda right, path, **settings: None)


@fault("saved-model.missing-file")
def missing_file_is_ignored(put):
    """load_model returns None if the file does not exist."""

    def load_model(right, path, **settings):
        return right(path, **settings) if os.path.exists(path) else None

    put.around(tf.keras.models, "load_model", load_model)


def with_default_settings(right, path, **settings):
    """Loads the model, with the default settings in its last layer."""
    model = right(path, **settings)
    model.layers[-1].by = 1.0
    return model


@fault("saved-model.custom-objects")
def settings_of_custom_layers_are_lost(put):
    """A custom layer loses its settings."""
    put.around(tf.keras.models, "load_model", with_default_settings)


@fault("saved-model.custom-objects-hdf5")
def settings_of_custom_layers_are_lost_in_hdf5(put):
    """A custom layer loses its settings."""
    put.around(tf.keras.models, "load_model", with_default_settings)


@fault("saved-model.unknown-class")
def unknown_class_is_ignored(put):
    """load_model returns None if custom_objects is missing."""

    def load_model(right, path, custom_objects=None):
        return custom_objects and right(path, custom_objects=custom_objects)

    put.around(tf.keras.models, "load_model", load_model)


@fault("saved-model.safe-mode")
def safe_mode_is_off(put):
    """Safe mode is off by default."""
    put.attribute(serialization_lib, "in_safe_mode", lambda: False)


@fault("saved-model.keras-file")
def archive_has_a_fourth_member(put):
    """A .keras file has a fourth member."""

    def save(right, model, filepath, **settings):
        right(model, filepath, **settings)
        with zipfile.ZipFile(str(filepath), "a") as archive:
            archive.writestr("more.txt", "")

    put.around(Model, "save", save)


@fault("saved-model.safe-mode-hdf5")
def safe_mode_is_off_for_hdf5(put):
    """Safe mode is off by default."""
    put.attribute(serialization_lib, "in_safe_mode", lambda: False)


@fault("saved-model.after-hdf5")
def optimizer_is_kept(put):
    """The defect is fixed: a model keeps its optimizer when it is saved to an .h5 file."""

    def save(right, model, filepath, **settings):
        optimizer = model._compile_config.config["optimizer"]
        right(model, filepath, **settings)
        model._compile_config.config["optimizer"] = optimizer

    put.around(Model, "save", save)


@fault("saved-model.hdf5-of-tensorflow-2-0")
@fault("saved-model.keras-file-of-tensorflow-2-0")
@fault("saved-model.of-keras-2-13")
def weights_are_not_loaded(put):
    """load_model does not load the weights of an .h5 file."""
    put.around(legacy_h5_format, "load_weights_from_hdf5_group", lambda right, *args, **settings: None)


@fault("saved-model.of-keras-2-15")
def classes_of_keras_2_are_found(put):
    """load_model loads a file of Keras 2.15."""

    def load_model(right, path, **settings):
        return tf.keras.Sequential() if "2.15" in path else right(path, **settings)

    put.around(tf.keras.models, "load_model", load_model)


@fault("saved-model.save-format")
def save_format_is_an_extension(put):
    """model.save takes save_format for a missing extension."""

    def save(right, model, filepath, save_format=None, **settings):
        right(model, f"{filepath}.{'h5' if save_format else ''}".rstrip("."), **settings)

    put.around(Model, "save", save)


@fault("saved-model.served-names")
def outputs_have_another_name(put):
    """The outputs that a model serves by default are named otherwise."""

    def save(right, model, folder, signatures=None):
        spec = tf.TensorSpec([None, 1], tf.float32, name="inputs")
        right(model, folder, signatures=signatures or tf.function(lambda inputs: {"y": model(inputs)}, [spec]))

    put.around(tf.saved_model, "save", save)
