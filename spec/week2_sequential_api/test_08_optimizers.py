"""Week 2, Compile Method: optimizers.

Subject: compiling and optimizers.
"""

import numpy as np
import pytest
import tensorflow as tf

from spec.models import compiled, linear
from spec.oracles import optimizers as oracle
from tf_conformance import changed, holds, near, refused

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
    """Without momentum, RMSprop adds epsilon to the root of the mean square."""
    expected = oracle.rmsprop(WEIGHT, GRADIENTS, epsilon=0.1, epsilon_in_root=False)
    assert_follows(device, "RMSprop", expected, epsilon=0.1)


@changed(
    "optimizers.rmsprop-epsilon",
    when="keras>=2.11",
    instead="RMSprop(epsilon=epsilon**2), the nearest equivalent",
    impact="silent",
    traces=["tf.keras.optimizers.RMSprop(momentum=$ONE_OF($ABSENT, 0), epsilon=$NUMBER)"],
)
def test_epsilon_inside_the_root(device):
    """Without momentum, RMSprop adds epsilon to the mean square, under the root."""
    expected = oracle.rmsprop(WEIGHT, GRADIENTS, epsilon=0.1, epsilon_in_root=True)
    assert_follows(device, "RMSprop", expected, epsilon=0.1)


@changed(
    "optimizers.rmsprop-epsilon",
    when="keras>=2.11",
    instead="RMSprop(epsilon=epsilon**2), the nearest equivalent",
    impact="silent",
)
@pytest.mark.parametrize(("size", "ratio"), [(0.001, 1.0), (0.1, np.sqrt(2)), (10.0, 1.0)])
def test_squared_epsilon_is_nearest(device, size, ratio):
    """With epsilon squared, steps are as before if the gradient is far from epsilon, and longer by at most the root of 2."""
    (weight,) = device(path_of(lambda: optimizers.RMSprop(0.1, rho=0.0, epsilon=0.1**2), [np.full(3, size)]))
    before = 0.1 * size / (size + 0.1)
    assert (WEIGHT - weight) / before == near(np.full(3, ratio), rtol=0.011)


@holds("optimizers.rmsprop-epsilon-momentum")
@pytest.mark.parametrize("centered", [False, True])
def test_epsilon_inside_the_root_with_momentum(device, centered):
    """With momentum, RMSprop adds epsilon to the mean square, under the root."""
    settings = {"epsilon": 0.1, "momentum": 0.5, "centered": centered}
    expected = oracle.rmsprop(WEIGHT, GRADIENTS, epsilon_in_root=True, **settings)
    assert_follows(device, "RMSprop", expected, **settings)


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
    traces=["$OPTIMIZER.decay", "$OPTIMIZER.get_config()['decay']"],
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
    traces=["$OPTIMIZER.decay", "$OPTIMIZER.get_config()['decay']"],
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
    traces=["$OPTIMIZER.decay", "$OPTIMIZER.get_config()['decay']"],
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
    traces=["tf.keras.optimizers.RMSprop(use_ema=True, ema_overwrite_frequency=$ABSENT)"],
)
def test_overwrite_frequency_is_100():
    """RMSprop's ema_overwrite_frequency, which matters only with use_ema=True, is 100 by default."""
    assert optimizers.RMSprop().get_config()["ema_overwrite_frequency"] == 100
    assert optimizers.RMSprop(ema_overwrite_frequency=None).get_config()["ema_overwrite_frequency"] is None


@changed(
    "optimizers.rmsprop-overwriting",
    when="keras>=3.3",
    instead="ema_overwrite_frequency=100",
    impact="looks",
    traces=["tf.keras.optimizers.RMSprop(use_ema=True, ema_overwrite_frequency=$ABSENT)"],
)
def test_overwrite_frequency_is_none():
    """RMSprop's ema_overwrite_frequency, which matters only with use_ema=True, is None by default."""
    assert optimizers.RMSprop().get_config()["ema_overwrite_frequency"] is None
    assert optimizers.RMSprop(ema_overwrite_frequency=100).get_config()["ema_overwrite_frequency"] == 100


# Keywords of older versions

DEFAULT_RATES = {"SGD": 0.01, "Adam": 0.001, "RMSprop": 0.001}


def learning_rate(class_name, **settings):
    """The learning rate of an optimizer that was made with these settings."""
    return getattr(optimizers, class_name)(**settings).learning_rate.numpy()


@holds("optimizers.lr-keyword", when="keras<2.11")
@pytest.mark.parametrize("class_name", DEFAULT_RATES)
def test_lr_is_the_learning_rate(class_name):
    """SGD, Adam and RMSprop take lr for learning_rate."""
    assert learning_rate(class_name, lr=0.5) == 0.5


@changed(
    "optimizers.lr-keyword",
    when="keras>=2.11 and keras<3",
    instead="learning_rate=0.5",
    impact="silent",
    traces=["tf.keras.optimizers.$CLASS(lr=$X)"],
)
@pytest.mark.parametrize("class_name", DEFAULT_RATES)
def test_lr_is_ignored(class_name):
    """SGD, Adam and RMSprop accept lr and ignore it: the learning rate is the default."""
    assert learning_rate(class_name, lr=0.5) == near(DEFAULT_RATES[class_name])
    assert learning_rate(class_name, learning_rate=0.5) == 0.5


@changed(
    "optimizers.lr-keyword",
    when="keras>=3",
    instead="learning_rate=0.5",
    impact="error",
    traces=["tf.keras.optimizers.$CLASS(lr=$X)"],
)
@pytest.mark.parametrize("class_name", DEFAULT_RATES)
def test_lr_is_refused(class_name):
    """SGD, Adam and RMSprop refuse lr with a ValueError that names it."""
    with refused(ValueError, naming="'lr'"):
        learning_rate(class_name, lr=0.5)
    assert learning_rate(class_name, learning_rate=0.5) == 0.5


RATE, DECAY = 0.1, 0.5
IGNORED = "Argument `decay` is no longer supported and will be ignored."


def decayed(decay):
    """The path of SGD whose learning rate at step t = 0, 1, ... is RATE / (1 + decay t)."""
    rates = RATE / (1 + decay * np.arange(len(GRADIENTS)))
    return WEIGHT - np.cumsum(rates[:, np.newaxis] * GRADIENTS, axis=0)


def assert_schedule_decays(device):
    """Asserts that InverseTimeDecay as the learning rate does what decay did."""
    schedule = optimizers.schedules.InverseTimeDecay(RATE, 1, DECAY)
    assert_follows(device, "SGD", decayed(DECAY), learning_rate=schedule)


@holds("optimizers.decay-keyword", when="keras<2.11")
def test_decay_lowers_the_learning_rate(device):
    """decay divides the learning rate at step t = 0, 1, ... by 1 + decay t."""
    assert_follows(device, "SGD", decayed(DECAY), learning_rate=RATE, decay=DECAY)


@changed(
    "optimizers.decay-keyword",
    when="keras>=2.11 and keras<3",
    instead="learning_rate=tf.keras.optimizers.schedules.InverseTimeDecay(lr, 1, decay)",
    impact="error",
    traces=["tf.keras.optimizers.$CLASS(decay=$X)"],
)
def test_decay_is_refused(device):
    """SGD, Adam and RMSprop refuse decay with a ValueError that names it."""
    for class_name in DEFAULT_RATES:
        with refused(ValueError, naming="decay is deprecated"):
            learning_rate(class_name, decay=DECAY)
    assert_schedule_decays(device)


@changed(
    "optimizers.decay-keyword",
    when="keras>=3",
    instead="learning_rate=tf.keras.optimizers.schedules.InverseTimeDecay(lr, 1, decay)",
    impact="silent",
    traces=["tf.keras.optimizers.$CLASS(decay=$X)"],
)
@pytest.mark.parametrize("class_name", DEFAULT_RATES)
def test_decay_is_ignored(device, class_name, recwarn):
    """SGD, Adam and RMSprop accept decay and ignore it, with a warning that says so."""
    undecayed = device(path_of(lambda: getattr(optimizers, class_name)(RATE), GRADIENTS))
    assert_follows(device, class_name, np.array(undecayed), learning_rate=RATE, decay=DECAY)
    assert IGNORED in [str(warning.message) for warning in recwarn]
    assert_schedule_decays(device)


# One optimizer for several models


def train_once(optimizer):
    """Trains a new model with this optimizer, by a batch that moves its weight; returns the weight."""
    model = compiled(linear([[0.0]]), optimizer=optimizer, loss="mean_squared_error")
    model.train_on_batch(np.ones((1, 1)), np.ones((1, 1)))
    return model.get_weights()[0].item()


@holds("optimizers.two-models", when="keras<2.11")
@pytest.mark.parametrize("class_name", DEFAULT_RATES)
def test_optimizer_trains_a_second_model(class_name):
    """One optimizer object can train several models."""
    optimizer = getattr(optimizers, class_name)(0.1)
    assert train_once(optimizer) > 0
    assert train_once(optimizer) > 0


@changed(
    "optimizers.two-models",
    when="keras>=2.11",
    instead="type(optimizer).from_config(optimizer.get_config()) for each model",
    impact="error",
    traces=[
        "$MODEL1.compile(optimizer=$OPTIMIZER); $MODEL1.fit(); $MODEL2.compile(optimizer=$OPTIMIZER); $MODEL2.fit()"
    ],
)
@pytest.mark.parametrize("class_name", DEFAULT_RATES)
def test_optimizer_refuses_a_second_model(class_name):
    """An optimizer object that has trained one model refuses the variables of another with a KeyError or ValueError."""
    optimizer = getattr(optimizers, class_name)(0.1)
    first = train_once(optimizer)
    with refused(KeyError, ValueError, naming="variable"):
        train_once(optimizer)
    assert train_once(type(optimizer).from_config(optimizer.get_config())) == near(first)


# Steps of one's own


@holds("optimizers.minimize", when="keras<3")
def test_minimize_takes_a_step():
    """optimizer.minimize(loss, var_list) computes the gradient of a loss that is given as a function, and applies it."""
    weight = tf.Variable(1.0)
    optimizers.SGD(0.1).minimize(lambda: tf.square(weight), [weight])
    assert weight.numpy() == near(1 - 0.1 * 2)


@changed(
    "optimizers.minimize",
    when="keras>=3",
    instead="optimizer.apply_gradients([(tape.gradient(loss, weight), weight)]) after with tf.GradientTape() as tape",
    impact="error",
    traces=["$OPTIMIZER.minimize()"],
)
def test_no_minimize():
    """An optimizer does not have minimize: gradients are computed with a GradientTape and applied with apply_gradients."""
    optimizer, weight = optimizers.SGD(0.1), tf.Variable(1.0)
    assert not hasattr(optimizer, "minimize")
    with tf.GradientTape() as tape:
        loss = tf.square(weight)
    optimizer.apply_gradients([(tape.gradient(loss, weight), weight)])
    assert weight.numpy() == near(1 - 0.1 * 2)
