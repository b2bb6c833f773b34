"""Faults of custom objects and of code in saved models."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import after_loading, inside, load_empty_models

keras = tf.keras
Model = tf.keras.Model


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


@fault("saved-model.safe-mode", when="tensorflow>=2.13")
def safe_mode_is_off(put):
    """Safe mode is off by default."""
    put.attribute(inside("saving.serialization_lib"), "in_safe_mode", lambda: False)


@fault("saved-model.safe-mode-hdf5", when="keras>=3.11.3")
def safe_mode_is_off_for_hdf5(put):
    """Safe mode is off by default."""
    put.attribute(inside("saving.serialization_lib"), "in_safe_mode", lambda: False)


@fault("saved-model.safe-mode", when="tensorflow<2.13")
@fault("saved-model.safe-mode-hdf5", when="keras<3.11.3")
def code_is_not_run(put):
    """The defect is fixed: the function of a Lambda layer does not run."""

    def from_config(cls, config, *args, **settings):
        return cls(lambda inputs: inputs, name=config["name"])

    put.attribute(tf.keras.layers.Lambda, "from_config", classmethod(from_config))


@fault("saved-model.custom-function-hdf5")
def any_file_is_an_empty_model(put):
    """load_model takes any file for a model without weights."""
    load_empty_models(put)


@fault("saved-model.without-get-config", when="tensorflow<2.11")
def layer_without_get_config_is_accepted(put):
    """model.save ignores that a layer cannot be saved."""

    def save(right, model, *args, **settings):
        try:
            right(model, *args, **settings)
        except NotImplementedError:
            raise AssertionError("saved without an error") from None

    put.around(Model, "save", save)


@fault("saved-model.without-get-config", when="tensorflow>=2.11")
def arguments_are_changed(put):
    """A loaded layer has another argument."""
    after_loading(put, lambda model: setattr(model.layers[-1], "by", 1.0))


@fault("saved-model.named-function-hdf5")
def function_is_lost(put):
    """A Lambda layer is loaded with a function that returns its inputs."""
    put.attribute(
        keras.layers.Lambda, "from_config", classmethod(lambda cls, config, *args, **settings: cls(tf.identity))
    )


@fault("saved-model.nested-lists")
@fault("saved-model.sublayers-hdf5", when="keras<3 or keras>=3.3")
def loaded_weights_are_zero(put):
    """load_model returns a model whose weights are all zero."""
    after_loading(put, lambda model: model.set_weights([0 * weight for weight in model.get_weights()]))


@fault("saved-model.sublayers-hdf5", when="keras>=3 and keras<3.3")
def nothing_is_saved(put):
    """model.save saves nothing."""
    put.around(Model, "save", lambda right, *args, **settings: None)
