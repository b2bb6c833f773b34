"""Week 2, Compile Method: optimizers.

Subject: compiling and optimizers.
"""

import numpy as np
import pytest
import tensorflow as tf

from spec.oracles import optimizers as oracle
from tf_conformance import changed, holds, near

optimizers = tf.keras.optimizers

WEIGHT = np.array([1.0, -2.0, 0.5])
GRADIENTS = np.array([[0.5, -1.0, 2.0], [0.1, 0.3, -0.2], [-0.4, 0.2, 1.0], [0.0, 1.5, 0.1], [0.3, -0.2, 0.0]])


def path_of(make, gradients):
    """A function that applies the gradients in turn and returns the weight after each of them."""

    def run():
        optimizer, weight = make(), tf.Variable(WEIGHT, dtype=tf.float32)
        path = []
        for gradient in gradients:
            optimizer.apply_gradients([(tf.constant(gradient, tf.float32), weight)])
            path.append(weight.read_value())
        return path

    return run


def assert_follows(device, class_name, expected, **settings):
    """Asserts that the optimizer moves the weight along the expected path on the device."""
    seen = device(path_of(lambda: getattr(optimizers, class_name)(**settings), GRADIENTS))
    assert np.array(seen) == near(expected, rtol=1e-5, atol=2e-6)


@holds("optimizers.update-rule")
@pytest.mark.parametrize(
    "settings",
    [{}, {"learning_rate": 0.5}, {"momentum": 0.9}, {"learning_rate": 0.1, "momentum": 0.5, "nesterov": True}],
    ids=str,
)
def test_sgd(device, settings):
    """SGD, Adam and RMSprop follow their update rules; SGD steps against the gradient or, with momentum, a decaying sum of gradients."""
    assert_follows(device, "SGD", oracle.sgd(WEIGHT, GRADIENTS, **settings), **settings)


@holds("optimizers.update-rule")
@pytest.mark.parametrize(
    "settings",
    [{}, {"learning_rate": 0.1}, {"beta_1": 0.5, "beta_2": 0.8}, {"epsilon": 0.1}, {"amsgrad": True, "beta_2": 0.5}],
    ids=str,
)
def test_adam(device, settings):
    """Adam divides the bias-corrected mean of the gradients by the square root of their bias-corrected mean square."""
    assert_follows(device, "Adam", oracle.adam(WEIGHT, GRADIENTS, **settings), **settings)


@holds("optimizers.update-rule")
@pytest.mark.parametrize(
    "settings", [{}, {"learning_rate": 0.1}, {"rho": 0.5}, {"momentum": 0.5}, {"centered": True}], ids=str
)
def test_rmsprop(device, settings):
    """RMSprop divides the gradient by the root of the gradients' moving mean square, or of their variance if centered."""
    assert_follows(device, "RMSprop", oracle.rmsprop(WEIGHT, GRADIENTS, **settings), **settings)


@holds("optimizers.rmsprop-epsilon", when="keras<2.11")
def test_epsilon_outside_the_root(device):
    """RMSprop adds epsilon to the root of the mean square."""
    expected = oracle.rmsprop(WEIGHT, GRADIENTS, epsilon=0.1, epsilon_in_root=False)
    assert_follows(device, "RMSprop", expected, epsilon=0.1)


@changed(
    "optimizers.rmsprop-epsilon",
    when="keras>=2.11",
    instead="RMSprop(epsilon=epsilon**2), the nearest equivalent",
    impact="silent",
)
def test_epsilon_inside_the_root(device):
    """RMSprop adds epsilon to the mean square, under the root."""
    expected = oracle.rmsprop(WEIGHT, GRADIENTS, epsilon=0.1, epsilon_in_root=True)
    assert_follows(device, "RMSprop", expected, epsilon=0.1)


OWN_SETTINGS = {
    "SGD": {"momentum", "nesterov"},
    "Adam": {"beta_1", "beta_2", "epsilon", "amsgrad"},
    "RMSprop": {"rho", "momentum", "epsilon", "centered", "ema_overwrite_frequency"},
}


def shared_settings(class_name):
    """The settings of an optimizer's config besides its own and the learning rate, with their defaults."""
    config = getattr(optimizers, class_name)().get_config()
    return {
        name: value
        for name, value in config.items()
        if name not in OWN_SETTINGS[class_name] | {"name", "learning_rate"}
    }


WEIGHT_AVERAGING = {"use_ema": False, "ema_momentum": 0.99}
CLIPPING = {"clipnorm": None, "global_clipnorm": None, "clipvalue": None}


def ema_overwriting(class_name):
    """The default of ema_overwrite_frequency; that of RMSprop is a separate statement."""
    return {} if class_name == "RMSprop" else {"ema_overwrite_frequency": None}


@holds("optimizers.shared-settings", when="keras<2.11")
@pytest.mark.parametrize("class_name", OWN_SETTINGS)
def test_only_decay_is_shared(class_name):
    """Besides the learning rate, SGD, Adam and RMSprop share one setting: decay, which is 0 by default."""
    assert shared_settings(class_name) == {"decay": 0.0}


@changed(
    "optimizers.shared-settings",
    when="keras>=2.11 and keras<3",
    instead="learning_rate=tf.keras.optimizers.schedules.InverseTimeDecay(lr, 1, decay)",
    impact="error",
)
@pytest.mark.parametrize("class_name", OWN_SETTINGS)
def test_shared_settings_of_keras_2(class_name):
    """SGD, Adam and RMSprop have no decay; they share weight decay, clipping, averaging (off) and jit_compile (on with a GPU)."""
    assert shared_settings(class_name) == {
        "weight_decay": None,
        **CLIPPING,
        **WEIGHT_AVERAGING,
        **ema_overwriting(class_name),
        "jit_compile": bool(tf.config.list_physical_devices("GPU")),
        "is_legacy_optimizer": False,
    }


@changed(
    "optimizers.shared-settings",
    when="keras>=3 and keras<3.0.2",
    instead="learning_rate=tf.keras.optimizers.schedules.InverseTimeDecay(lr, 1, decay)",
    impact="silent",
)
@pytest.mark.parametrize("class_name", OWN_SETTINGS)
def test_shared_settings_of_first_keras_3(class_name):
    """SGD, Adam and RMSprop have no decay; they share weight decay, clipping, weight averaging and loss scaling, all off by default."""
    assert shared_settings(class_name) == {
        "weight_decay": None,
        **CLIPPING,
        **WEIGHT_AVERAGING,
        **ema_overwriting(class_name),
        "loss_scale_factor": None,
    }


@changed(
    "optimizers.shared-settings",
    when="keras>=3.0.2",
    instead="learning_rate=tf.keras.optimizers.schedules.InverseTimeDecay(lr, 1, decay)",
    impact="silent",
)
@pytest.mark.parametrize("class_name", OWN_SETTINGS)
def test_shared_settings_of_keras_3(class_name):
    """SGD, Adam and RMSprop share weight decay, clipping, weight averaging, loss scaling and gradient accumulation, all off by default."""
    assert shared_settings(class_name) == {
        "weight_decay": None,
        **CLIPPING,
        **WEIGHT_AVERAGING,
        **ema_overwriting(class_name),
        "loss_scale_factor": None,
        "gradient_accumulation_steps": None,
    }


@holds("optimizers.rmsprop-overwriting", when="keras<2.11")
def test_no_weight_averaging():
    """RMSprop has no weight averaging: its config has no ema_overwrite_frequency."""
    assert "ema_overwrite_frequency" not in optimizers.RMSprop().get_config()


@changed(
    "optimizers.rmsprop-overwriting",
    when="keras>=2.11 and keras<3.3",
    instead="ema_overwrite_frequency=None",
    impact="looks",
)
def test_overwrite_frequency_is_100():
    """RMSprop's ema_overwrite_frequency, which matters only with use_ema=True, is 100 by default."""
    assert optimizers.RMSprop().get_config()["ema_overwrite_frequency"] == 100


@changed("optimizers.rmsprop-overwriting", when="keras>=3.3", instead="ema_overwrite_frequency=100", impact="looks")
def test_overwrite_frequency_is_none():
    """RMSprop's ema_overwrite_frequency, which matters only with use_ema=True, is None by default."""
    assert optimizers.RMSprop().get_config()["ema_overwrite_frequency"] is None
