"""Faults of saved models."""

from __future__ import annotations

import os
import zipfile

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import after_loading, inside, load_empty_models

keras = tf.keras
Model = tf.keras.Model


@fault("saved-model.layout", when="keras>=3")
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


@fault("saved-model.load", when="tensorflow>=2.13")
def optimizer_state_is_lost(put):
    """load_model does not restore the state of the optimizer."""
    put.around(
        inside("saving.saving_lib"),
        "_load_state",
        lambda right, trackable, weights_store, *args, **settings: (
            None
            if isinstance(trackable, keras.optimizers.Optimizer)
            else right(trackable, weights_store, *args, **settings)
        ),
    )


@fault("saved-model.train-from-hdf5", when="keras>=3")
def optimizer_state_is_not_loaded(put):
    """The defect is avoided: the state of the optimizer in an .h5 file is not loaded."""
    put.around(
        inside("legacy.saving.legacy_h5_format"), "load_optimizer_weights_from_hdf5_group", lambda right, group: []
    )


@fault("saved-model.include-optimizer", when="tensorflow>=2.13")
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


@fault("saved-model.loss-by-name-hdf5", when="keras>=3.0.2")
def loss_by_name_is_loaded(put):
    """The defect is fixed: the loss 'mse' is found."""
    put.around(
        inside("legacy.saving.legacy_h5_format"),
        "load_model_from_hdf5",
        lambda right, filepath, compile=True, **settings: recompiled(right(filepath, compile=False, **settings)),
    )


def recompiled(model):
    """The model, compiled with a loss."""
    model.compile(loss="mse")
    return model


@fault("saved-model.load-folder", when="keras>=3")
def folder_is_accepted(put):
    """load_model accepts a folder."""
    put.around(tf.keras.models, "load_model", lambda right, path, **settings: None)


@fault("saved-model.missing-file")
def missing_file_is_ignored(put):
    """load_model returns None if the file does not exist."""

    def load_model(right, path, **settings):
        return right(path, **settings) if os.path.exists(path) else None

    put.around(tf.keras.models, "load_model", load_model)


@fault("saved-model.keras-file", when="tensorflow>=2.13")
def archive_has_a_fourth_member(put):
    """A .keras file has a fourth member."""

    def save(right, model, filepath, **settings):
        right(model, filepath, **settings)
        with zipfile.ZipFile(str(filepath), "a") as archive:
            archive.writestr("more.txt", "")

    put.around(Model, "save", save)


@fault("saved-model.after-hdf5", when="keras>=3")
def optimizer_is_kept(put):
    """The defect is fixed: a model keeps its optimizer when it is saved to an .h5 file."""

    def save(right, model, filepath, **settings):
        optimizer = model._compile_config.config["optimizer"]
        right(model, filepath, **settings)
        model._compile_config.config["optimizer"] = optimizer

    put.around(Model, "save", save)


@fault("saved-model.layout", when="keras<3")
def there_is_an_asset(put):
    """model.save writes a file into the folder assets."""

    def save(right, model, path, **settings):
        right(model, path, **settings)
        with open(os.path.join(path, "assets", "more.txt"), "w", encoding="utf-8"):
            pass

    put.around(Model, "save", save)


@fault("saved-model.save-format", when="keras>=3")
def save_format_is_an_extension(put):
    """model.save takes save_format for a missing extension."""

    def save(right, model, filepath, save_format=None, **settings):
        right(model, f"{filepath}.{'h5' if save_format else ''}".rstrip("."), **settings)

    put.around(Model, "save", save)


@fault("saved-model.load")
@fault("saved-model.load-folder", when="keras<3")
def loaded_weights_are_zero(put):
    """load_model returns a model whose weights are all zero."""
    after_loading(put, lambda model: model.set_weights([0 * weight for weight in model.get_weights()]))


@fault("saved-model.not-compiled-hdf5")
def model_is_compiled_after_loading(put):
    """A loaded model is compiled in any case."""
    after_loading(put, recompiled)


@fault("saved-model.frozen")
def all_layers_are_trainable_after_loading(put):
    """All layers of a loaded model are trainable."""

    def thaw(model):
        for layer in model.layers:
            layer.trainable = True

    after_loading(put, thaw)


@fault("saved-model.train-from-hdf5", when="keras<3")
def loaded_optimizer_has_counted_nothing(put):
    """The optimizer of a loaded model has forgotten how many steps it has taken."""
    after_loading(put, lambda model: model.optimizer.iterations.assign(0))


@fault("saved-model.include-optimizer", when="tensorflow<2.13")
def include_optimizer_is_ignored(put):
    """include_optimizer is ignored."""
    put.argument(Model, "save", include_optimizer=True)


@fault("saved-model.loss-by-name-hdf5", when="keras<3.0.2")
def loss_from_hdf5_is_another(put):
    """A model that is loaded from an .h5 file has another loss."""
    after_loading(put, lambda model: model.compile(loss="mae"))


@fault("saved-model.after-hdf5", when="keras<3")
def optimizer_is_another(put):
    """A loaded model has another optimizer."""
    after_loading(put, lambda model: model.compile(optimizer="sgd", loss="mse"))


@fault("saved-model.keras-file", when="tensorflow<2.13")
@fault("saved-model.save-format", when="keras<3")
def every_file_is_an_archive(put):
    """model.save writes an archive, like the .keras files of later versions."""

    def save(right, model, path, **settings):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("config.json", "{}")

    put.around(Model, "save", save)


@fault("saved-model.served-names")
def outputs_have_another_name(put):
    """The outputs that a model serves by default are named otherwise."""

    def save(right, model, folder, signatures=None):
        spec = tf.TensorSpec([None, 1], tf.float32, name="inputs")
        right(model, folder, signatures=signatures or tf.function(lambda inputs: {"y": model(inputs)}, [spec]))

    put.around(tf.saved_model, "save", save)


def with_its_folder(right, model, filepath, *args, **settings):
    """model.save, which makes the folder first."""
    os.makedirs(os.path.dirname(filepath), exist_ok=True)
    right(model, filepath, *args, **settings)


@fault("saved-model.new-folder", when="tensorflow<2.4 or tensorflow>=2.13")
def folder_is_made(put):
    """model.save makes the folder of every file."""
    put.around(Model, "save", with_its_folder)


@fault("saved-model.new-folder", when="tensorflow>=2.4 and tensorflow<2.13")
def nothing_is_saved_to_a_new_folder(put):
    """model.save does nothing if the folder does not exist."""

    def save(right, model, filepath, *args, **settings):
        if os.path.exists(os.path.dirname(filepath)):
            right(model, filepath, *args, **settings)

    put.around(Model, "save", save)


@fault("saved-model.open-file", when="keras<3")
def any_file_is_an_empty_model(put):
    """load_model takes any file for a model without weights."""
    load_empty_models(put)


@fault("saved-model.open-file", when="keras>=3")
def open_file_is_ignored(put):
    """model.save ignores an open file."""

    def save(right, model, filepath, *args, **settings):
        if isinstance(filepath, str):
            right(model, filepath, *args, **settings)

    put.around(Model, "save", save)


@fault("saved-model.called-after-loading")
def loaded_model_returns_zero(put):
    """A model that tf.saved_model.load returns outputs zeros, however it is called."""

    class Zero:
        def __call__(self, x):
            return 0 * x

    put.around(tf.saved_model, "load", lambda right, folder: Zero())


@fault("saved-model.overwrite")
def file_is_replaced_without_asking(put):
    """model.save ignores overwrite=False."""
    put.argument(Model, "save", overwrite=True)


@fault("saved-model.axis-hdf5")
def axis_is_always_the_first(put):
    """A loaded layer works along axis 0."""
    put.argument(keras.layers.Concatenate, axis=0)
