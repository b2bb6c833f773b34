"""Faults of models that other versions have saved."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import after_loading, inside, load_empty_models

keras = tf.keras


@fault("saved-model.hdf5-of-tensorflow-2-0", when="keras>=3")
@fault("saved-model.keras-file-of-tensorflow-2-0", when="keras>=3")
@fault("saved-model.of-keras-2-13", when="keras>=3")
def weights_are_not_loaded(put):
    """load_model does not load the weights of an .h5 file."""
    put.around(
        inside("legacy.saving.legacy_h5_format"), "load_weights_from_hdf5_group", lambda right, *args, **settings: None
    )


@fault("saved-model.of-keras-2-15", when="keras>=3")
def classes_of_keras_2_are_found(put):
    """load_model loads a file of Keras 2.15."""

    def load_model(right, path, **settings):
        return tf.keras.Sequential() if "2.15" in path else right(path, **settings)

    put.around(tf.keras.models, "load_model", load_model)


@fault("saved-model.hdf5-of-tensorflow-2-0", when="keras<3")
@fault("saved-model.keras-file-of-tensorflow-2-0", when="keras<3")
def loaded_weights_are_zero(put):
    """load_model returns a model whose weights are all zero."""
    after_loading(put, lambda model: model.set_weights([0 * weight for weight in model.get_weights()]))


@fault("saved-model.of-keras-2-13", when="keras<3")
@fault("saved-model.of-keras-2-15", when="keras<3")
@fault("saved-model.hdf5-of-keras-3-0")
@fault("saved-model.loss-object-of-keras-2", when="keras>=3")
@fault("saved-model.of-keras-3-15")
def any_file_is_an_empty_model(put):
    """load_model takes any file for a model without weights."""
    load_empty_models(put)


@fault("saved-model.json-of-keras-2")
def json_is_an_empty_model(put):
    """model_from_json takes any text for a model without weights."""
    empty = keras.Sequential([keras.layers.Activation("linear", input_shape=(1,))])
    put.around(tf.keras.models, "model_from_json", lambda right, text: empty)


@fault("saved-model.axis-list-hdf5")
def epsilon_is_another(put):
    """The BatchNormalization of a loaded model has another epsilon."""
    after_loading(put, lambda model: setattr(model.layers[-1], "epsilon", 1.0))


@fault("saved-model.loss-object-of-keras-2", when="keras<3")
def loss_is_another(put):
    """A loaded model has another loss."""
    after_loading(put, lambda model: model.compile(loss="mae"))
