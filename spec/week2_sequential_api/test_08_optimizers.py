"""Week 2, Compile Method: optimizers.

Subject: compiling and optimizers.
"""

import numpy as np
import pytest
import tensorflow as tf

from spec.models import batches, compiled, linear
from spec.oracles import optimizers as oracle
from tf_conformance import changed, defect, holds, near, refused

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
    """Besides the learning rate, the configs of SGD, Adam and RMSprop share one setting by default: decay, which is 0."""
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
    impact="error",
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
    impact="error",
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
    """SGD, Adam and RMSprop accept lr in place of learning_rate."""
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
    """decay divides the learning rate of SGD at step t = 0, 1, ... by 1 + decay * t."""
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
    traces=["tf.keras.optimizers.$CLASS(decay=$NONE_OF(0, $ABSENT))"],
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
        "$MODEL1.compile(optimizer=$OPTIMIZER); $ONE_OF($MODEL1.fit(), $MODEL1.train_on_batch()); "
        "$MODEL2.compile(optimizer=$OPTIMIZER); $ONE_OF($MODEL2.fit(), $MODEL2.train_on_batch())",
        "$MODEL1.compile(optimizer=$OPTIMIZER); not '$X.trainable = False'; $MODEL2.compile(optimizer=$OPTIMIZER); "
        "$ONE_OF($MODEL1.fit(), $MODEL1.train_on_batch()); $ONE_OF($MODEL2.fit(), $MODEL2.train_on_batch())",
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
    """optimizer.minimize(loss, var_list) computes the gradient of a loss that is given as a function and applies it."""
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
    with refused(AttributeError, naming="minimize"):
        optimizer.minimize(lambda: tf.square(weight), [weight])
    with tf.GradientTape() as tape:
        loss = tf.square(weight)
    optimizer.apply_gradients([(tape.gradient(loss, weight), weight)])
    assert weight.numpy() == near(1 - 0.1 * 2)


# The variables of an optimizer


def second_steps(save, restore):
    """The weight after Adam's second step, and after the same step again, once model and optimizer were taken back to the first."""
    optimizer = optimizers.Adam(0.1)
    model = compiled(linear([[0.0]]), optimizer=optimizer, loss="mean_squared_error")

    def step(target):
        model.train_on_batch(np.ones((1, 1)), np.full((1, 1), target))
        return model.get_weights()[0].item()

    step(3.0)
    state, weights = save(optimizer), model.get_weights()
    first = step(-1.0)
    restore(optimizer, state)
    model.set_weights(weights)
    return first, step(-1.0)


def assign_each(variables, values):
    """Assigns the values to the variables."""
    for variable, value in zip(variables, values):
        variable.assign(value)


@holds("optimizers.get-weights", when="keras<2.11")
def test_state_by_get_weights():
    """An optimizer has weights, get_weights and set_weights, which save and restore its state between steps."""
    first, again = second_steps(
        lambda optimizer: optimizer.get_weights(), lambda optimizer, state: optimizer.set_weights(state)
    )
    assert first == again
    assert len(optimizers.Adam().weights) == 0


def assert_no_weights():
    """Asserts that an optimizer has neither of the two."""
    assert [name for name in ("weights", "get_weights") if hasattr(optimizers.Adam(), name)] == []


@changed(
    "optimizers.get-weights",
    when="keras>=2.11 and keras<3",
    instead="[variable.numpy() for variable in optimizer.variables()], and variable.assign(value) for each of them",
    impact="error",
    traces=["$OPTIMIZER.get_weights()", "$X.optimizer.get_weights()", "$OPTIMIZER.weights"],
)
def test_state_by_variables_method():
    """An optimizer has neither weights nor get_weights: its variables must be read and assigned one by one.

    Reports: keras-team/keras#16983, tensorflow/tensorflow#58801.
    """
    assert_no_weights()
    first, again = second_steps(
        lambda optimizer: [variable.numpy() for variable in optimizer.variables()],
        lambda optimizer, state: assign_each(optimizer.variables(), state),
    )
    assert first == again


@changed(
    "optimizers.get-weights",
    when="keras>=3",
    instead="[variable.numpy() for variable in optimizer.variables], and variable.assign(value) for each of them",
    impact="error",
    traces=["$OPTIMIZER.get_weights()", "$X.optimizer.get_weights()", "$OPTIMIZER.weights"],
)
def test_state_by_variables():
    """An optimizer has neither weights nor get_weights: its variables must be read and assigned one by one."""
    assert_no_weights()
    first, again = second_steps(
        lambda optimizer: [variable.numpy() for variable in optimizer.variables],
        lambda optimizer, state: assign_each(optimizer.variables, state),
    )
    assert first == again


def adam_after_a_step():
    """Adam after it has applied a gradient to one weight."""
    optimizer = optimizers.Adam()
    optimizer.apply_gradients([(tf.constant(1.0), tf.Variable(1.0))])
    return optimizer


@holds("optimizers.variables-method", when="keras<3")
def test_variables_is_a_method():
    """optimizer.variables() returns the optimizer's variables: for Adam, the step and two variables for each weight."""
    assert len(adam_after_a_step().variables()) == 1 + 2


@changed(
    "optimizers.variables-method",
    when="keras>=3",
    instead="optimizer.variables",
    impact="error",
    traces=["$OPTIMIZER.variables()"],
)
def test_variables_is_a_list():
    """optimizer.variables is a list, not a method: for Adam, the step, the learning rate and two variables for each weight.

    Report: nadavbra/protein_bert#92.
    """
    optimizer = adam_after_a_step()
    with refused(TypeError, naming="not callable"):
        optimizer.variables()
    assert len(optimizer.variables) == 2 + 2


@holds("optimizers.new-variable", when="keras<2.11")
def test_new_variable_is_accepted():
    """An optimizer that has taken a step can also be applied to other variables."""
    optimizer, first, second = optimizers.SGD(0.1), tf.Variable(1.0), tf.Variable(1.0)
    optimizer.apply_gradients([(tf.constant(1.0), first)])
    optimizer.apply_gradients([(tf.constant(1.0), second)])
    assert (first.numpy(), second.numpy()) == (near(0.9), near(0.9))


@changed(
    "optimizers.new-variable",
    when="keras>=2.11",
    instead="optimizer.build([first, second]), with all variables that it will be applied to, before the first step",
    impact="error",
    traces=[
        "not $OPTIMIZER.build(); $OPTIMIZER.apply_gradients(zip(..., $ONE_OF($MODEL1.trainable_variables, "
        "$MODEL1.trainable_weights))); $OPTIMIZER.apply_gradients(zip(..., "
        "$ONE_OF($MODEL2.trainable_variables, $MODEL2.trainable_weights)))"
    ],
)
def test_new_variable_is_refused():
    """An optimizer that has taken a step refuses other variables with a KeyError or ValueError, unless it was built with them.

    Reports: Esri/arcgis-python-api#1849, rstudio/ai-blog#224.
    """
    first, second = tf.Variable(1.0), tf.Variable(1.0)
    optimizer = optimizers.SGD(0.1)
    optimizer.apply_gradients([(tf.constant(1.0), first)])
    with refused(KeyError, ValueError, naming="variable"):
        optimizer.apply_gradients([(tf.constant(1.0), second)])
    built = optimizers.SGD(0.1)
    built.build([first, second])
    built.apply_gradients([(tf.constant(1.0), second)])
    assert (first.numpy(), second.numpy()) == (near(0.9), near(0.9))


# Clipping

GRADIENT = [3.0, 4.0]
CLIPPING_SETTINGS = [
    ({"clipnorm": 1.0}, [0.6, 0.8]),
    ({"clipvalue": 1.0}, [1.0, 1.0]),
    ({"clipvalue": 3.5}, [3.0, 3.5]),
]


def step_of(gradient, class_name="SGD", **settings):
    """How far a step with a learning rate of 1 and these settings moves a weight against this gradient."""
    weight = tf.Variable([0.0, 0.0])
    getattr(optimizers, class_name)(1.0, **settings).apply_gradients([(tf.constant(gradient), weight)])
    return -weight.numpy()


@defect(
    "optimizers.clipping",
    when="tensorflow<2.4",
    instead="optimizer.apply_gradients([(tf.clip_by_norm(gradient, 1.0), weight)])",
    impact="silent",
    reported="tensorflow/tensorflow#33929, tensorflow/tensorflow#45146",
    traces=[
        "tf.keras.optimizers.$CLASS(clipnorm=$X).apply_gradients()",
        "tf.keras.optimizers.$CLASS(clipvalue=$X).apply_gradients()",
    ],
)
@pytest.mark.parametrize("settings", [settings for settings, _ in CLIPPING_SETTINGS], ids=str)
def test_apply_gradients_does_not_clip(settings):
    """apply_gradients ignores clipnorm and clipvalue."""
    assert step_of(GRADIENT, **settings).tolist() == GRADIENT
    assert step_of(tf.clip_by_norm(GRADIENT, 1.0)) == near([0.6, 0.8])


@holds("optimizers.clipping", when="tensorflow>=2.4")
@pytest.mark.parametrize(("settings", "expected"), CLIPPING_SETTINGS, ids=str)
def test_apply_gradients_clips(settings, expected):
    """apply_gradients clips the gradient of each weight to the norm clipnorm, or its values to clipvalue."""
    assert step_of(GRADIENT, **settings) == near(expected)


@holds("optimizers.clipping", when="tensorflow>=2.4")
@pytest.mark.parametrize(("settings", "clipped"), CLIPPING_SETTINGS, ids=str)
@pytest.mark.parametrize("class_name", ["Adam", "RMSprop"])
def test_every_optimizer_clips(class_name, settings, clipped):
    """Adam and RMSprop clip gradients like SGD: they take the step of the clipped gradient."""
    # With an epsilon as large as that, the step depends on the size of the gradient.
    seen = step_of(GRADIENT, class_name, epsilon=1.0, **settings)
    assert seen == near(step_of(clipped, class_name, epsilon=1.0))


# A graph takes long to trace: one is enough.
CLIPPING_IN_FIT = [(True, "clipnorm"), (True, "clipvalue"), (False, "clipnorm")]


def weight_after_fit(run_eagerly, **settings):
    """A weight of 0 whose gradient is -20, after a step of fit with SGD, a learning rate of 1 and these settings."""
    model = linear([[0.0]])
    model.compile(optimizer=optimizers.SGD(1.0, **settings), loss="mean_squared_error", run_eagerly=run_eagerly)
    model.fit(batches(np.ones((1, 1)), np.full((1, 1), 10.0)), verbose=0)
    return model.get_weights()[0].item()


@defect(
    "optimizers.clipping-in-fit",
    when="tensorflow<2.2",
    instead="a training loop with apply_gradients([(tf.clip_by_norm(gradient, 1.0), weight)])",
    impact="silent",
    reported="tensorflow/tensorflow#33929",
    traces=[
        "$MODEL.compile(optimizer=tf.keras.optimizers.$CLASS(clipnorm=$X)); not $MODEL.compile(); $MODEL.fit()",
        "$MODEL.compile(optimizer=tf.keras.optimizers.$CLASS(clipvalue=$X)); not $MODEL.compile(); $MODEL.fit()",
    ],
)
@pytest.mark.parametrize(("run_eagerly", "clipping"), CLIPPING_IN_FIT)
def test_fit_does_not_clip(run_eagerly, clipping):
    """fit ignores the optimizer's clipnorm and clipvalue."""
    assert weight_after_fit(run_eagerly, **{clipping: 0.5}) == near(20.0)
    assert step_of(tf.clip_by_norm(GRADIENT, 1.0)) == near([0.6, 0.8])


@holds("optimizers.clipping-in-fit", when="tensorflow>=2.2")
@pytest.mark.parametrize(("run_eagerly", "clipping"), CLIPPING_IN_FIT)
def test_fit_clips(run_eagerly, clipping):
    """fit clips gradients by the optimizer's clipnorm and clipvalue."""
    assert weight_after_fit(run_eagerly, **{clipping: 0.5}) == near(0.5)


# The learning rate


@holds("optimizers.set-value", when="keras<3")
def test_set_value_sets_the_learning_rate():
    """K.set_value(optimizer.learning_rate, 0.5) sets the learning rate."""
    optimizer = optimizers.SGD(0.1)
    tf.keras.backend.set_value(optimizer.learning_rate, 0.5)
    assert optimizer.learning_rate.numpy() == 0.5


@defect(
    "optimizers.set-value",
    when="keras>=3",
    instead="optimizer.learning_rate.assign(0.5)",
    impact="error",
    reported="keras-team/keras#19148",
    traces=["tf.keras.backend.set_value($ONE_OF($OPTIMIZER.learning_rate, $X.optimizer.learning_rate))"],
)
def test_set_value_fails():
    """K.set_value(optimizer.learning_rate, 0.5) raises an AttributeError: set_value does not accept a Keras variable.

    Report: ck37/coral-ordinal#27.
    """
    optimizer = optimizers.SGD(0.1)
    with refused(AttributeError):
        tf.keras.backend.set_value(optimizer.learning_rate, 0.5)
    optimizer.learning_rate.assign(0.5)
    assert optimizer.learning_rate.numpy() == 0.5


def step_of_rate(rate, change):
    """How far a step of SGD with this learning rate moves a weight, if the rate changes after the optimizer is made."""
    optimizer, weight = optimizers.SGD(rate), tf.Variable(0.0)
    change()
    optimizer.apply_gradients([(tf.constant(1.0), weight)])
    return -weight.numpy().item()


def assert_rate_can_be_assigned():
    """Asserts that a step follows a learning rate that was assigned to the optimizer."""
    optimizer, weight = optimizers.SGD(0.5), tf.Variable(0.0)
    optimizer.learning_rate.assign(0.25)
    optimizer.apply_gradients([(tf.constant(1.0), weight)])
    assert weight.numpy() == -0.25


def step_of_variable():
    """How far SGD moves a weight if its learning rate is a variable that goes from 0.5 to 0.25 after the optimizer is made."""
    rate = tf.Variable(0.5)
    return step_of_rate(rate, lambda: rate.assign(0.25))


@holds("optimizers.variable-rate", when="keras<2.11")
def test_variable_is_the_learning_rate():
    """A tf.Variable can be the learning rate: the optimizer follows its value."""
    assert step_of_variable() == 0.25


@changed(
    "optimizers.variable-rate",
    when="keras>=2.11 and keras<3",
    instead="optimizer.learning_rate.assign(value)",
    impact="silent",
    traces=["tf.keras.optimizers.$CLASS(learning_rate=tf.Variable())"],
)
def test_variable_is_copied():
    """A tf.Variable can be the learning rate: the optimizer takes its initial value and does not follow it.

    Report: tensorflow/tensorflow#31324.
    """
    assert step_of_variable() == 0.5
    assert_rate_can_be_assigned()


@changed(
    "optimizers.variable-rate",
    when="keras>=3",
    instead="optimizer.learning_rate.assign(value)",
    impact="error",
    traces=["tf.keras.optimizers.$CLASS(learning_rate=tf.Variable())"],
)
def test_variable_is_refused():
    """A tf.Variable as the learning rate raises a ValueError.

    Report: keras-team/keras#19760.
    """
    with refused(ValueError, naming="learning_rate"):
        step_of_variable()
    assert_rate_can_be_assigned()


def step_of_function(*arguments):
    """The same with a function as the learning rate, which takes these arguments."""
    rates = [0.5]
    functions = {(): lambda: rates[0], ("step",): lambda step: rates[0]}
    return step_of_rate(functions[arguments], lambda: rates.insert(0, 0.25))


@holds("optimizers.callable-rate", when="keras<2.11 or keras>=3.3")
def test_function_is_the_learning_rate():
    """A function without arguments can be the learning rate: it is called at each step that runs eagerly."""
    assert step_of_function() == 0.25


@changed(
    "optimizers.callable-rate",
    when="keras>=2.11 and keras<3",
    instead="optimizer.learning_rate.assign(value)",
    impact="silent",
    traces=[
        "$ONE_OF(tf.keras.optimizers.Adam, tf.keras.optimizers.RMSprop, tf.keras.optimizers.SGD)(lambda: "
        "..., learning_rate=$NONE_OF(lambda $STEP: ...))"
    ],
)
def test_function_is_called_once():
    """A function without arguments can be the learning rate: it is called once, when the optimizer is made."""
    assert step_of_function() == 0.5
    assert_rate_can_be_assigned()


@defect(
    "optimizers.callable-rate",
    when="keras>=3 and keras<3.3",
    instead="learning_rate=lambda step: rate()",
    impact="error",
    reported="keras-team/keras#19411",
    traces=[
        "$ONE_OF(tf.keras.optimizers.Adam, tf.keras.optimizers.RMSprop, tf.keras.optimizers.SGD)(lambda: "
        "..., learning_rate=$NONE_OF(lambda $STEP: ...))"
    ],
)
def test_function_needs_the_step():
    """A function without arguments as the learning rate raises a TypeError at the first step: it is called with the step as an argument."""
    with refused(TypeError, naming="argument"):
        step_of_function()
    assert step_of_function("step") == 0.25


# The optimizers of before 2.11


@holds("optimizers.legacy", when="keras<2.9")
def test_no_legacy_optimizers():
    """There is no tf.keras.optimizers.legacy."""
    assert not hasattr(optimizers, "legacy")


@changed(
    "optimizers.legacy",
    when="keras>=2.9 and keras<3",
    instead="tf.keras.optimizers.legacy.SGD(0.1)",
    impact="looks",
    traces="none: it adds names, which no code from before has",
)
def test_legacy_optimizers():
    """tf.keras.optimizers.legacy has the optimizers from before TensorFlow 2.11, which still accept lr and decay."""
    optimizer, weight = optimizers.legacy.SGD(lr=0.1, decay=0.5), tf.Variable(1.0)
    for _ in range(2):
        optimizer.apply_gradients([(tf.constant(1.0), weight)])
    assert weight.numpy() == near(1 - 0.1 - 0.1 / 1.5)
    assert optimizers.legacy.SGD(0.1).learning_rate.numpy() == near(0.1)


@changed(
    "optimizers.legacy",
    when="keras>=3",
    instead="tf.keras.optimizers.SGD(0.1), or TF_USE_LEGACY_KERAS=1 and tf_keras",
    impact="error",
    traces=["tf.keras.optimizers.legacy.$CLASS()"],
)
def test_legacy_optimizers_are_refused():
    """The optimizers of tf.keras.optimizers.legacy raise an ImportError when they are made.

    Reports: amaiya/ktrain#525, mrosol/Nonlincausality#11.
    """
    for class_name in DEFAULT_RATES:
        with refused(ImportError, naming="legacy"):
            getattr(optimizers.legacy, class_name)(0.1)
    assert optimizers.SGD(0.1).learning_rate.numpy() == near(0.1)
