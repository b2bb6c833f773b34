"""Week 4, TensorFlow hub.

Subject: pre-trained models.
"""

import importlib

import numpy as np
import pytest
import tensorflow as tf

from tf_conformance import changed, holds, near, refused, unchecked

keras = tf.keras
IMAGES = np.ones((2, 160, 160, 3), np.float32)


@pytest.fixture
def hub():
    """The package tensorflow_hub; the case is unchecked if it is not installed."""
    try:
        return importlib.import_module("tensorflow_hub")
    except ImportError as error:
        if error.name != "tensorflow_hub":
            raise
        return unchecked("tensorflow_hub is not installed", lacks="tensorflow_hub")


@pytest.fixture
def module(tmp_path):
    """The folder of a saved module that maps the mean color of an image to 5 numbers, with one variable."""
    module = tf.train.Checkpoint()
    module.kernel = tf.Variable(tf.fill([3, 5], 0.1))
    module.variables = module.trainable_variables = [module.kernel]
    module.__call__ = tf.function(
        lambda images: tf.reduce_mean(images, axis=[1, 2]) @ module.kernel,
        input_signature=[tf.TensorSpec([None, 160, 160, 3], tf.float32)],
    )
    tf.saved_model.save(module, str(tmp_path / "module"))
    return str(tmp_path / "module")


class Own(keras.layers.Layer):
    """A custom layer that calls a module."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def call(self, images):
        """What the module returns for these images."""
        return self.module(images)


@holds("hub.separate-library")
def test_hub_is_not_part_of_tensorflow():
    """TensorFlow Hub is a separate library: there is no tf.hub, and tensorflow.hub cannot be imported."""
    assert not hasattr(tf, "hub")
    with refused(ImportError):
        importlib.import_module("tensorflow.hub")


@holds("hub.module-is-no-layer")
def test_loaded_module_is_not_a_layer(module):
    """A Sequential model raises an error for a module that tf.saved_model.load returns, as hub.load does, but not for a layer calling it.

    Reports: tensorflow/tensorflow#63849, tensorflow/tensorflow#65419.
    """
    loaded = tf.saved_model.load(module)
    with refused(ValueError, TypeError, naming="Layer"):
        keras.Sequential([loaded])
    assert keras.Sequential([Own(loaded)])(tf.constant(IMAGES)).numpy() == near(np.full((2, 5), 0.3))


@holds("hub.keras-layer", when="keras<3")
def test_keras_layer_in_a_sequential(hub, module):
    """hub.KerasLayer turns a module into a layer of a Sequential model, which can be built, summarized and used for predictions."""
    model = keras.Sequential([hub.KerasLayer(module)])
    model.build(input_shape=[None, 160, 160, 3])
    lines = []
    model.summary(print_fn=lines.append)
    assert any("KerasLayer" in line for line in lines)
    assert model.predict(IMAGES, verbose=0) == near(np.full((2, 5), 0.3))


@changed(
    "hub.keras-layer",
    when="keras>=3",
    instead="hub.load(path) in a layer of your own",
    impact="error",
    traces=[
        "tf.keras.Sequential(layers=[tensorflow_hub.KerasLayer()])",
        "$MODEL.add(tensorflow_hub.KerasLayer())",
        "tensorflow_hub.KerasLayer()(tf.keras.Input())",
    ],
)
def test_keras_layer_is_not_a_layer_of_keras_3(hub, module):
    """A Sequential model raises an error for hub.KerasLayer, which is not a layer of Keras 3."""
    with refused(ValueError, AttributeError, TypeError, naming="layer"):
        keras.Sequential([hub.KerasLayer(module)])
    assert keras.Sequential([Own(hub.load(module))]).predict(IMAGES, verbose=0) == near(np.full((2, 5), 0.3))


@pytest.fixture
def weights_after_fit(hub, module):
    """Fits a KerasLayer with these settings; returns the number of its trainable weights and its weight before and after."""

    def run(**settings):
        model = keras.Sequential([hub.KerasLayer(module, **settings)])
        model.build(input_shape=[None, 160, 160, 3])
        model.compile(optimizer=keras.optimizers.SGD(1.0), loss="mse")
        before = model.get_weights()[0]
        model.fit(IMAGES, np.zeros((2, 5), np.float32), verbose=0)
        return len(model.trainable_weights), before, model.get_weights()[0]

    return run


@holds("hub.non-trainable", when="keras<3")
def test_parameters_are_not_trainable(weights_after_fit):
    """By default, the parameters of a hub.KerasLayer are not trainable: fit leaves them unchanged."""
    trainable, before, after = weights_after_fit()
    assert trainable == 0
    assert after.tolist() == before.tolist()


@holds("hub.non-trainable", when="keras<3")
def test_parameters_are_trainable_on_request(weights_after_fit):
    """With trainable=True, they are trainable: a step moves them against the gradient of the mean squared error."""
    trainable, before, after = weights_after_fit(trainable=True)
    assert trainable == 1
    # All 5 outputs are 0.3 and the targets 0: the gradient of each weight is 2 * 0.3 / 5.
    assert after == near(before - 2 * 0.3 / 5)


@changed(
    "hub.non-trainable",
    when="keras>=3",
    instead="hub.load(path) in a layer of your own, whose parameters fit leaves unchanged",
    impact="error",
    traces="none: code with hub.KerasLayer is found for hub.keras-layer",
)
def test_loaded_module_has_trainable_variables(hub, module):
    """hub.load, which takes the place of hub.KerasLayer, returns the module itself, with trainable variables."""
    loaded = hub.load(module)
    assert loaded(tf.constant(IMAGES)).numpy() == near(np.full((2, 5), 0.3))
    assert [tuple(variable.shape) for variable in loaded.trainable_variables] == [(3, 5)]
    model = keras.Sequential([Own(loaded), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(1.0), loss="mse")
    model.fit(IMAGES, np.zeros((2, 1), np.float32), verbose=0)
    assert len(model.trainable_weights) == 2
    assert loaded.kernel.numpy() == near(np.full((3, 5), 0.1))
