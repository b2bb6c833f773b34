"""Week 2, Compile Method: optimisers.

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
    """The weight after each of the gradients, as TensorFlow's optimiser moves it."""

    def run():
        optimizer, weight = make(), tf.Variable(WEIGHT, dtype=tf.float32)
        path = []
        for gradient in gradients:
            optimizer.apply_gradients([(tf.constant(gradient, tf.float32), weight)])
            path.append(weight.read_value())
        return path

    return run


def follows(device, class_name, expected, **settings):
    """Whether the optimiser, on the device, moves the weight along the expected path."""
    seen = device(path_of(lambda: getattr(optimizers, class_name)(**settings), GRADIENTS))
    assert np.array(seen) == near(expected, rtol=1e-5, atol=2e-6)


@holds("optimizers.update-rule")
@pytest.mark.parametrize(
    "settings",
    [{}, {"learning_rate": 0.5}, {"momentum": 0.9}, {"learning_rate": 0.1, "momentum": 0.5, "nesterov": True}],
    ids=str,
)
def test_sgd(device, settings):
    """An optimiser moves a weight by its rule: SGD against the gradient, with momentum along a decaying sum of them."""
    follows(device, "SGD", oracle.sgd(WEIGHT, GRADIENTS, **settings), **settings)


@holds("optimizers.update-rule")
@pytest.mark.parametrize(
    "settings",
    [{}, {"learning_rate": 0.1}, {"beta_1": 0.5, "beta_2": 0.8}, {"epsilon": 0.1}, {"amsgrad": True, "beta_2": 0.5}],
    ids=str,
)
def test_adam(device, settings):
    """Adam divides a corrected mean of the gradients by the root of their corrected mean square."""
    follows(device, "Adam", oracle.adam(WEIGHT, GRADIENTS, **settings), **settings)


@holds("optimizers.update-rule")
@pytest.mark.parametrize(
    "settings", [{}, {"learning_rate": 0.1}, {"rho": 0.5}, {"momentum": 0.5}, {"centered": True}], ids=str
)
def test_rmsprop(device, settings):
    """RMSprop divides the gradient by the root of the mean square of the gradients, or of their variance if centred."""
    follows(device, "RMSprop", oracle.rmsprop(WEIGHT, GRADIENTS, **settings), **settings)


@holds("optimizers.rmsprop-epsilon", when="keras<2.11")
def test_epsilon_outside_the_root(device):
    """RMSprop's epsilon is added to the root of the mean square."""
    expected = oracle.rmsprop(WEIGHT, GRADIENTS, epsilon=0.1, epsilon_in_root=False)
    follows(device, "RMSprop", expected, epsilon=0.1)


@changed("optimizers.rmsprop-epsilon", when="keras>=2.11", instead="epsilon squared, where epsilon mattered")
def test_epsilon_inside_the_root(device):
    """RMSprop's epsilon is added to the mean square, under the root."""
    expected = oracle.rmsprop(WEIGHT, GRADIENTS, epsilon=0.1, epsilon_in_root=True)
    follows(device, "RMSprop", expected, epsilon=0.1)


OWN_SETTINGS = {
    "SGD": {"momentum", "nesterov"},
    "Adam": {"beta_1", "beta_2", "epsilon", "amsgrad"},
    "RMSprop": {"rho", "momentum", "epsilon", "centered", "ema_overwrite_frequency"},
}


def shared_settings(class_name):
    """The settings that an optimiser has beyond its own and the learning rate, with their defaults."""
    config = getattr(optimizers, class_name)().get_config()
    return {
        name: value
        for name, value in config.items()
        if name not in OWN_SETTINGS[class_name] | {"name", "learning_rate"}
    }


AVERAGING_OF_WEIGHTS = {"use_ema": False, "ema_momentum": 0.99}
CLIPPING = {"clipnorm": None, "global_clipnorm": None, "clipvalue": None}


def overwriting(class_name):
    """The setting that RMSprop has had a default of its own for."""
    return {} if class_name == "RMSprop" else {"ema_overwrite_frequency": None}


@holds("optimizers.shared-settings", when="keras<2.11")
@pytest.mark.parametrize("class_name", OWN_SETTINGS)
def test_decay_is_shared(class_name):
    """Beside its own settings and the learning rate, an optimiser has decay, 0 by default."""
    assert shared_settings(class_name) == {"decay": 0.0}


@changed("optimizers.shared-settings", when="keras>=2.11 and keras<3", instead="a schedule as learning_rate, for decay")
@pytest.mark.parametrize("class_name", OWN_SETTINGS)
def test_shared_settings_of_keras_2(class_name):
    """decay is gone; weight decay, clipping and averaging of weights are settings of every optimiser, all off by default."""
    assert shared_settings(class_name) == {
        "weight_decay": None,
        **CLIPPING,
        **AVERAGING_OF_WEIGHTS,
        **overwriting(class_name),
        "jit_compile": False,
        "is_legacy_optimizer": False,
    }


@changed(
    "optimizers.shared-settings", when="keras>=3 and keras<3.0.2", instead="a schedule as learning_rate, for decay"
)
@pytest.mark.parametrize("class_name", OWN_SETTINGS)
def test_shared_settings_of_first_keras_3(class_name):
    """decay is gone; weight decay, clipping, averaging of weights and loss scaling are off by default."""
    assert shared_settings(class_name) == {
        "weight_decay": None,
        **CLIPPING,
        **AVERAGING_OF_WEIGHTS,
        **overwriting(class_name),
        "loss_scale_factor": None,
    }


@changed("optimizers.shared-settings", when="keras>=3.0.2", instead="a schedule as learning_rate, for decay")
@pytest.mark.parametrize("class_name", OWN_SETTINGS)
def test_shared_settings_of_keras_3(class_name):
    """decay is gone; weight decay, clipping, averaging of weights, loss scaling and gradient accumulation are off by default."""
    assert shared_settings(class_name) == {
        "weight_decay": None,
        **CLIPPING,
        **AVERAGING_OF_WEIGHTS,
        **overwriting(class_name),
        "loss_scale_factor": None,
        "gradient_accumulation_steps": None,
    }


@holds("optimizers.rmsprop-overwriting", when="keras<2.11")
def test_no_averaging_of_weights():
    """RMSprop has no averaging of weights."""
    assert "ema_overwrite_frequency" not in optimizers.RMSprop().get_config()


@changed("optimizers.rmsprop-overwriting", when="keras>=2.11 and keras<3.3", instead="ema_overwrite_frequency=None")
def test_averages_overwrite_each_hundred_steps():
    """RMSprop, alone of the optimisers, would overwrite its weights by their average every 100 steps if use_ema were on."""
    assert optimizers.RMSprop().get_config()["ema_overwrite_frequency"] == 100


@changed("optimizers.rmsprop-overwriting", when="keras>=3.3", instead="ema_overwrite_frequency=100")
def test_averages_do_not_overwrite():
    """RMSprop, like the other optimisers, does not overwrite its weights by their average before training ends."""
    assert optimizers.RMSprop().get_config()["ema_overwrite_frequency"] is None
