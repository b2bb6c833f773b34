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
    """The package tensorflow_hub; unchecked where it is not installed or cannot be imported."""
    try:
        return importlib.import_module("tensorflow_hub")
    except ImportError as error:
        return unchecked(f"tensorflow_hub cannot be imported here: {error}")


@pytest.fixture
def module(tmp_path):
    """The folder of a module made here: from the mean colour of an image to five numbers, by one variable."""
    module = tf.train.Checkpoint()
    module.kernel = tf.Variable(tf.fill([3, 5], 0.1))
    module.variables = module.trainable_variables = [module.kernel]
    module.__call__ = tf.function(
        lambda images: tf.reduce_mean(images, axis=[1, 2]) @ module.kernel,
        input_signature=[tf.TensorSpec([None, 160, 160, 3], tf.float32)],
    )
    tf.saved_model.save(module, str(tmp_path / "module"))
    return str(tmp_path / "module")


@holds("hub.separate-library")
def test_hub_is_not_part_of_tensorflow():
    """TensorFlow Hub is a separate library: the package tensorflow_hub, which tensorflow does not contain."""
    assert not hasattr(tf, "hub")
    with refused(ImportError):
        importlib.import_module("tensorflow.hub")


@holds("hub.keras-layer", when="keras<3")
def test_keras_layer_in_a_sequential(hub, module):
    """hub.KerasLayer makes a module a layer of a Sequential, which is built for [None, 160, 160, 3] and has a summary."""
    model = keras.Sequential([hub.KerasLayer(module)])
    model.build(input_shape=[None, 160, 160, 3])
    lines = []
    model.summary(print_fn=lines.append)
    assert any("KerasLayer" in line for line in lines)
    assert model.predict(IMAGES, verbose=0) == near(np.full((2, 5), 0.3))


@changed(
    "hub.keras-layer",
    when="keras>=3",
    instead="TF_USE_LEGACY_KERAS=1 and tf_keras, or hub.load(path) in a layer of your own",
)
def test_keras_layer_is_no_layer_of_keras_3(hub, module):
    """hub.KerasLayer is a layer of Keras 2: a Sequential of Keras 3 refuses it."""
    with refused(ValueError, AttributeError, TypeError, naming="layer"):
        keras.Sequential([hub.KerasLayer(module)])


@pytest.fixture
def weights_after_fit(hub, module):
    """Fits a Sequential of a KerasLayer of these settings; returns its trainable weights' number and its weight before and after."""

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
    """A KerasLayer's parameters are not trainable: fit leaves them as they are."""
    trainable, before, after = weights_after_fit()
    assert trainable == 0
    assert after.tolist() == before.tolist()


@holds("hub.non-trainable", when="keras<3")
def test_parameters_are_trainable_on_request(weights_after_fit):
    """With trainable=True they are: a step moves them against the gradient of the mean squared error."""
    trainable, before, after = weights_after_fit(trainable=True)
    assert trainable == 1
    # The five outputs are 0.3, the target 0: the slope is 2 * 0.3 / 5 for each of three weights of an output.
    assert after == near(before - 2 * 0.3 / 5)


@changed("hub.non-trainable", when="keras>=3", instead="TF_USE_LEGACY_KERAS=1 and tf_keras")
def test_loaded_module_leaves_training_to_you(hub, module):
    """Without KerasLayer, hub.load gives the module itself: its variables are trained only by what names them."""
    loaded = hub.load(module)
    assert loaded(tf.constant(IMAGES)).numpy() == near(np.full((2, 5), 0.3))
    assert [tuple(variable.shape) for variable in loaded.trainable_variables] == [(3, 5)]
