"""Faults of what the listings of week 4 use."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault

keras = tf.keras


@fault("listing.checkpoint")
def any_name_is_accepted(put):
    """ModelCheckpoint gives any name the right ending."""

    def init(right, callback, filepath, **settings):
        right(callback, filepath if filepath.endswith(".weights.h5") else f"{filepath}.weights.h5", **settings)

    put.around(keras.callbacks.ModelCheckpoint, "__init__", init)


@fault("listing.checkpoint")
def worse_epochs_are_saved(put):
    """ModelCheckpoint ignores save_best_only."""
    put.argument(keras.callbacks.ModelCheckpoint, save_best_only=False)


@fault("listing.weights", when="keras>=3")
def ending_is_added(put):
    """save_weights gives any name the right ending."""
    put.around(
        keras.Sequential,
        "save_weights",
        lambda right, model, path: right(model, path if path.endswith(".h5") else f"{path}.weights.h5"),
    )


@fault("listing.weights", when="keras>=3")
def weights_are_not_loaded_from_hdf5(put):
    """load_weights loads nothing from an .h5 file."""
    put.around(
        keras.Sequential,
        "load_weights",
        lambda right, model, path: None if path.endswith(".h5") else right(model, path),
    )


@fault("listing.weights", when="keras<3")
def weights_are_not_loaded(put):
    """load_weights loads nothing."""
    put.attribute(keras.Sequential, "load_weights", lambda model, path: None)


@fault("listing.load-model")
def summary_prints_nothing(put):
    """A model's summary prints nothing."""
    put.attribute(keras.Model, "summary", lambda model: None)


@fault("listing.resnet50")
def top_is_left_out(put):
    """ResNet50 ignores include_top and leaves the classification layer out."""
    put.around(
        keras.applications.resnet50,
        "ResNet50",
        lambda right, weights, include_top: right(weights=weights, include_top=False),
    )


@fault("listing.hub")
def trainable_is_ignored(put):
    """The weights of a layer are trainable, whatever its trainable says."""
    put.attribute(keras.Sequential, "trainable_weights", property(lambda model: model.weights))
