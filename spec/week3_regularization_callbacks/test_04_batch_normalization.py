"""Week 3, Batch Normalization.

Subject: regularization and normalization.
"""

import numpy as np
import pytest
import tensorflow as tf

from spec.oracles import normalization as oracle
from tf_conformance import changed, defect, holds, near, refused

keras, layers = tf.keras, tf.keras.layers
BatchNormalization = layers.BatchNormalization

# Shapes (samples, *space, channels): of these, Keras 2 normalizes only images by a fused kernel.
SHAPES = {"features": (8, 3), "sequence": (4, 5, 3), "images": (4, 5, 6, 3)}


@pytest.fixture(params=SHAPES)
def batches(request, rng):
    """Three batches of one shape whose channels differ in mean and deviation."""
    shape = SHAPES[request.param]
    return [(rng.randn(*shape) * [1.0, 2.0, 0.5] + [0.0, 3.0, -1.0]).astype(np.float32) for _ in range(3)]


def weights_of(layer):
    """gamma, beta, moving mean and moving variance, by name."""
    return dict(zip(("gamma", "beta", "moving_mean", "moving_variance"), layer.get_weights()))


def trained(device, layer, batches):
    """The layer's outputs for these batches in training, and its weights after each of them."""
    outputs, weights = [], []
    for batch in batches:
        outputs.append(device(lambda x: layer(x, training=True), batch))
        weights.append(weights_of(layer))
    return outputs, weights


# The layer


@pytest.mark.smoke
@holds("batch-normalization.layer")
@pytest.mark.parametrize("channels", [1, 64])
def test_four_parameters_per_channel(channels):
    """BatchNormalization goes into a Sequential model like any other layer; it has 4 parameters per channel, 2 of them non-trainable."""
    model = keras.Sequential([layers.Dense(channels, input_shape=(3,)), BatchNormalization(), layers.Dense(2)])
    layer = model.layers[1]
    assert [tuple(weight.shape) for weight in layer.weights] == [(channels,)] * 4
    assert (len(layer.trainable_weights), len(layer.non_trainable_weights)) == (2, 2)
    assert layer.count_params() == 4 * channels
    assert tuple(model.output_shape) == (None, 2)


@pytest.mark.smoke
@holds("batch-normalization.layer")
@pytest.mark.parametrize("scale", [True, False])
@pytest.mark.parametrize("center", [True, False])
def test_without_scale_or_center(scale, center):
    """With scale=False, BatchNormalization has no gamma to multiply by; with center=False, no beta to add."""
    layer = BatchNormalization(scale=scale, center=center, epsilon=1.0)
    layer.build((None, 1))
    assert (len(layer.trainable_weights), len(layer.non_trainable_weights)) == (scale + center, 2)
    layer.set_weights([np.array([weight]) for weight in [2.0] * scale + [5.0] * center + [1.0, 3.0]])
    normalized = (7 - 1) / np.sqrt(3 + 1.0)
    expected = (2 if scale else 1) * normalized + (5 if center else 0)
    assert layer(tf.constant([[7.0]]), training=False).numpy() == near([[expected]])


# Defaults


@pytest.mark.smoke
@holds("batch-normalization.momentum-default")
def test_momentum_default():
    """momentum, the weight of the previous running mean when a minibatch is added, is 0.99 by default."""
    layer = BatchNormalization()
    assert layer.get_config()["momentum"] == 0.99
    layer(tf.constant([[100.0], [100.0]]), training=True)
    assert weights_of(layer)["moving_mean"] == near([1.0], rtol=1e-4)


@pytest.mark.smoke
@holds("batch-normalization.epsilon-default")
def test_epsilon_default():
    """epsilon, which keeps the division numerically stable, is 0.001 by default."""
    layer = BatchNormalization()
    assert layer.get_config()["epsilon"] == 0.001
    assert layer(tf.constant([[1.0]]), training=False).numpy() == near([[1 / np.sqrt(1 + 0.001)]])


@pytest.mark.smoke
@holds("batch-normalization.beta-gamma-default")
def test_affine_defaults():
    """By default, beta is all zeros and gamma all ones; the moving mean starts at zeros and the moving variance at ones."""
    layer = BatchNormalization()
    layer.build((None, 4))
    assert {name: weight.tolist() for name, weight in weights_of(layer).items()} == {
        "gamma": [1.0] * 4,
        "beta": [0.0] * 4,
        "moving_mean": [0.0] * 4,
        "moving_variance": [1.0] * 4,
    }


@pytest.mark.smoke
@holds("batch-normalization.beta-gamma-default")
def test_other_defaults():
    """By default, the channels are on the last axis, and beta and gamma exist without regularizers or constraints."""
    config = BatchNormalization().get_config()
    axis = config.pop("axis")
    assert np.ravel(axis).tolist() == [-1]
    assert {name: config[name] for name in ("center", "scale")} == {"center": True, "scale": True}
    names = ["beta_regularizer", "gamma_regularizer", "beta_constraint", "gamma_constraint"]
    assert {name: config[name] for name in names} == dict.fromkeys(names)


# Moving averages


@holds("batch-normalization.moving-average")
@pytest.mark.parametrize("momentum", [0.99, 0.9, 0.0])
def test_moving_mean(device, batches, momentum):
    """The new running mean is momentum times the previous one plus (1 - momentum) times the mean of the minibatch."""
    _, weights = trained(device, BatchNormalization(momentum=momentum), batches)
    expected = oracle.moving(np.zeros(3), [oracle.batch_moments(batch)[0] for batch in batches], momentum)
    for seen, mean in zip(weights, expected):
        assert seen["moving_mean"] == near(mean, rtol=1e-4, atol=1e-5)


def moving_variances(batches, momentum, correct):
    """The expected running variance after each batch; ``correct`` makes the batches' variances unbiased."""
    biased = [oracle.batch_moments(batch)[1] for batch in batches]
    unbiased = [oracle.unbiased(variance, batch) for variance, batch in zip(biased, batches)]
    return oracle.moving(np.ones(3), unbiased if correct else biased, momentum)


@holds("batch-normalization.moving-variance", when="keras<3")
@pytest.mark.parametrize("momentum", [0.99, 0.0])
def test_moving_variance_of_images_is_unbiased(device, batches, momentum):
    """The running variance averages biased variances for features and sequences, but unbiased ones, times n / (n - 1), for images."""
    images = batches[0].ndim == 4
    _, weights = trained(device, BatchNormalization(momentum=momentum), batches)
    for seen, variance in zip(weights, moving_variances(batches, momentum, correct=images)):
        assert seen["moving_variance"] == near(variance, rtol=1e-4, atol=1e-5)


@changed(
    "batch-normalization.moving-variance",
    when="keras>=3",
    instead="decay + (moving_variance - decay) * n / (n - 1), with decay = momentum**steps and n values of a channel in a batch",
    impact="silent",
    traces="none: it depends on the size of the batches",
)
@pytest.mark.parametrize("momentum", [0.99, 0.0])
def test_moving_variance_is_biased(device, batches, momentum):
    """The running variance averages the biased variances of the batches, for images as well."""
    _, weights = trained(device, BatchNormalization(momentum=momentum), batches)
    seen = [weight["moving_variance"] for weight in weights]
    for each, variance in zip(seen, moving_variances(batches, momentum, correct=False)):
        assert each == near(variance, rtol=1e-4, atol=1e-5)
    n = batches[0][..., 0].size
    decays = [momentum**steps for steps in range(1, len(batches) + 1)]
    corrected = [decay + (each - decay) * n / (n - 1) for each, decay in zip(seen, decays)]
    for each, variance in zip(corrected, moving_variances(batches, momentum, correct=True)):
        assert each == near(variance, rtol=1e-4, atol=1e-5)


@holds("batch-normalization.moving-average")
def test_inference_updates_nothing(device, batches):
    """Inference, which is the default of a call, leaves the running mean and variance unchanged."""
    layer = BatchNormalization(momentum=0.5)
    device(layer, batches[0])
    device(lambda x: layer(x, training=False), batches[0])
    assert weights_of(layer)["moving_mean"].tolist() == [0.0] * 3
    assert weights_of(layer)["moving_variance"].tolist() == [1.0] * 3


@holds("batch-normalization.moving-average")
def test_frozen_layer_uses_running_values(device, batches):
    """A frozen layer normalizes by its running mean and variance even in training, and leaves them unchanged."""
    layer = BatchNormalization(momentum=0.5)
    layer.trainable = False
    seen = device(lambda x: layer(x, training=True), batches[0])
    assert seen == near(oracle.normalize(batches[0], 0.0, 1.0), rtol=1e-4, atol=1e-5)
    assert weights_of(layer)["moving_mean"].tolist() == [0.0] * 3
    assert weights_of(layer)["moving_variance"].tolist() == [1.0] * 3


@holds("batch-normalization.moving-average")
def test_fit_updates_and_evaluate_does_not(batches):
    """fit updates the running mean once per batch; evaluate and predict leave it unchanged."""
    model = keras.Sequential([BatchNormalization(momentum=0.5, input_shape=batches[0].shape[1:])])
    model.compile(optimizer=keras.optimizers.SGD(0.0), loss="mse", run_eagerly=True)
    data = tf.data.Dataset.from_tensors((batches[0], batches[0]))
    model.fit(data, epochs=2, verbose=0)
    mean = oracle.moving(np.zeros(3), [oracle.batch_moments(batches[0])[0]] * 2, 0.5)[-1]
    assert weights_of(model)["moving_mean"] == near(mean, rtol=1e-4, atol=1e-5)
    model.evaluate(data, verbose=0)
    model.predict(data, verbose=0)
    assert weights_of(model)["moving_mean"] == near(mean, rtol=1e-4, atol=1e-5)


# Freezing, in a model that fit trains


def model_of(part):
    """A model of this layer or model, whose training would change all weights of a BatchNormalization."""
    model = keras.Sequential([part])
    model.build((None, 1))
    return model


def compile_for_training(model, **settings):
    """Compiles the model; without settings, it runs as a graph, as is usual."""
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse", **settings)


def changed_by_fit(model, normalization, samples=3):
    """The names of the weights of a BatchNormalization that training on one full batch, of so many samples, changes."""
    before = weights_of(normalization)
    x = np.array([[1.0], [2.0], [6.0]], np.float32)[-samples:]
    model.fit(x, np.ones_like(x), batch_size=samples, verbose=0)
    return [name for name, weight in weights_of(normalization).items() if weight.tolist() != before[name].tolist()]


ALL_FOUR = ["gamma", "beta", "moving_mean", "moving_variance"]


@holds("batch-normalization.frozen")
@pytest.mark.parametrize("frozen", ["layer", "model"])
def test_frozen_before_compile(frozen):
    """A BatchNormalization that is frozen before compile, directly or as part of a frozen model, keeps all its weights in fit."""
    layer = BatchNormalization(momentum=0.5, input_shape=(1,))
    part = layer if frozen == "layer" else keras.Sequential([layer])
    model = model_of(part)
    part.trainable = False
    compile_for_training(model)
    assert changed_by_fit(model, layer) == []


def changed_around_freezing(samples=3, **settings):
    """The weights that fit changes before a BatchNormalization is frozen, after that, and after compile is called again.

    Once it is frozen, each batch has so many samples; before, it has 3.
    """
    layer = BatchNormalization(momentum=0.5, input_shape=(1,))
    model = model_of(layer)
    compile_for_training(model, **settings)
    before = changed_by_fit(model, layer)
    layer.trainable = False
    after = changed_by_fit(model, layer, samples)
    compile_for_training(model, **settings)
    return before, after, changed_by_fit(model, layer, samples)


@holds("batch-normalization.frozen-after-fit")
def test_frozen_after_fit():
    """In a model that does not run eagerly, a BatchNormalization frozen after fit trains until compile if batches keep their size."""
    assert changed_around_freezing() == (ALL_FOUR, ALL_FOUR, [])


@holds("batch-normalization.frozen-after-fit-other-size", when="keras<3")
def test_frozen_after_fit_trains_on_other_batches():
    """In a model that does not run eagerly, a BatchNormalization frozen after fit keeps training on full batches of another size."""
    assert changed_around_freezing(samples=2) == (ALL_FOUR, ALL_FOUR, [])


@changed(
    "batch-normalization.frozen-after-fit-other-size",
    when="keras>=3",
    instead="model.compile(...) after freezing, which takes effect for batches of every size",
    impact="silent",
    traces="none: it depends on the sizes of the batches",
)
def test_frozen_after_fit_is_kept_on_other_batches():
    """In a model that does not run eagerly, a BatchNormalization frozen after fit keeps its weights on full batches of another size."""
    assert changed_around_freezing(samples=2) == (ALL_FOUR, [], [])


@holds("batch-normalization.frozen-after-fit-eagerly", when="keras<3")
def test_frozen_after_fit_eagerly_trains():
    """In a model that runs eagerly, a BatchNormalization that is frozen after fit keeps training until compile is called again."""
    assert changed_around_freezing(run_eagerly=True) == (ALL_FOUR, ALL_FOUR, [])


@changed(
    "batch-normalization.frozen-after-fit-eagerly",
    when="keras>=3",
    instead="nothing: trainable takes effect at the next step",
    impact="silent",
    traces=[
        "$MODEL.compile(run_eagerly=True); $MODEL.fit(); tf.keras.layers.BatchNormalization().trainable = False; "
        "not $MODEL.compile(); $MODEL.fit()"
    ],
)
def test_frozen_after_fit_eagerly_is_kept():
    """In a model that runs eagerly, a BatchNormalization that is frozen after fit keeps all its weights."""
    assert changed_around_freezing(run_eagerly=True) == (ALL_FOUR, [], [])


@pytest.fixture
def changed_after_compile():
    """The weights that fit changes if the BatchNormalization is frozen between compile and fit."""
    layer = BatchNormalization(momentum=0.5, input_shape=(1,))
    model = model_of(layer)
    compile_for_training(model)
    layer.trainable = False
    return changed_by_fit(model, layer)


@holds("batch-normalization.frozen-after-compile", when="keras<3")
def test_frozen_after_compile_trains(changed_after_compile):
    """A BatchNormalization that is frozen between compile and fit is trained as if it were not frozen."""
    assert changed_after_compile == ALL_FOUR


@changed(
    "batch-normalization.frozen-after-compile",
    when="keras>=3",
    instead="nothing: trainable takes effect when fit is called for the first time",
    impact="silent",
    traces=[
        "$MODEL.compile(); not $MODEL.fit(); tf.keras.layers.BatchNormalization().trainable = False; "
        "not $MODEL.compile(); $MODEL.fit()"
    ],
)
def test_frozen_after_compile_is_kept(changed_after_compile):
    """A BatchNormalization that is frozen between compile and fit keeps all its weights."""
    assert changed_after_compile == []


# The affine transformation


GAMMA, BETA = np.array([2.0, 0.5, -1.0]), np.array([0.5, -1.0, 3.0])


@pytest.fixture
def affine():
    """A layer none of whose weights have their default values."""
    layer = BatchNormalization(momentum=0.9, epsilon=0.1)
    layer.build((None, 3))
    layer.set_weights([GAMMA, BETA, np.array([0.5, 1.0, -2.0]), np.array([4.0, 0.25, 1.0])])
    return layer


@holds("batch-normalization.affine")
def test_training_outputs(device, batches):
    """In training, each channel is normalized by the batch's mean and variance, then multiplied by gamma and shifted by beta."""
    layer = BatchNormalization(epsilon=0.1)
    layer.build((None, *batches[0].shape[1:]))
    layer.set_weights([GAMMA, BETA, np.zeros(3), np.ones(3)])
    outputs, _ = trained(device, layer, batches)
    for seen, batch in zip(outputs, batches):
        expected = oracle.normalize(batch, *oracle.batch_moments(batch), epsilon=0.1, gamma=GAMMA, beta=BETA)
        assert seen == near(expected, rtol=1e-4, atol=1e-4)


@holds("batch-normalization.affine")
def test_inference_outputs(device, affine, rng):
    """At inference, the running mean and variance replace the batch's; epsilon is added to the variance under the root."""
    x = rng.randn(5, 3).astype(np.float32)
    expected = oracle.normalize(x, [0.5, 1.0, -2.0], np.array([4.0, 0.25, 1.0]), epsilon=0.1, gamma=GAMMA, beta=BETA)
    assert device(lambda x: affine(x, training=False), x) == near(expected, rtol=1e-4, atol=1e-5)


@pytest.fixture
def gradient(device, rng):
    """A batch, the gradient of a loss with respect to the normalized batch, and a function that carries it back to the batch."""
    x, upstream = rng.randn(6, 3).astype(np.float32), rng.randn(6, 3).astype(np.float32)

    def through(normalize):
        def of_inputs(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                loss = tf.reduce_sum(normalize(x) * upstream)
            return tape.gradient(loss, x)

        return device(of_inputs, x)

    return x, upstream, through


def in_training():
    """A layer without gamma and beta other than the defaults, as training calls it."""
    layer = BatchNormalization(epsilon=0.1)
    layer.build((None, 3))
    return lambda x: layer(x, training=True)


@holds("batch-normalization.gradient", when="keras<3 or keras>=3.0.3")
def test_gradient(gradient):
    """The gradient in training flows through the batch's mean and variance."""
    x, upstream, through = gradient
    assert through(in_training()) == near(oracle.input_gradient(x, upstream, epsilon=0.1), rtol=1e-4, atol=1e-5)


@defect(
    "batch-normalization.gradient",
    when="keras>=3,<3.0.3",
    instead="tf.nn.batch_normalization(x, *tf.nn.moments(x, [0]), beta, gamma, epsilon), or Keras 3.0.3",
    impact="silent",
    reported="keras-team/keras@9815ac1c81",
    traces=["tf.keras.layers.BatchNormalization()"],
)
def test_gradient_forgets_the_mean_in_the_variance(gradient):
    """The gradient in training is wrong: through the variance, it treats the batch's mean as a constant."""
    x, upstream, through = gradient
    wrong = oracle.input_gradient(x, upstream, epsilon=0.1, variance_about_constant=True)
    assert through(in_training()) == near(wrong, rtol=1e-4, atol=1e-5)
    seen = through(lambda x: tf.nn.batch_normalization(x, *tf.nn.moments(x, [0]), 0.0, 1.0, 0.1))
    assert seen == near(oracle.input_gradient(x, upstream, epsilon=0.1), rtol=1e-4, atol=1e-5)


@holds("batch-normalization.affine")
@pytest.mark.parametrize("axis", [1, 2, -1])
def test_axis_of_the_channels(device, rng, axis):
    """axis is the axis of a sequence that holds the channels."""
    x = rng.randn(4, 3, 5).astype(np.float32)
    layer = BatchNormalization(axis=axis)
    seen = device(lambda x: layer(x, training=True), x)
    assert seen == near(oracle.normalize(x, *oracle.batch_moments(x, axis), axis=axis), rtol=1e-4, atol=1e-4)
    assert weights_of(layer)["gamma"].shape == (x.shape[axis],)


# The notes' customized layer


@pytest.fixture
def customized():
    """The layer that the notes customize."""
    return BatchNormalization(
        momentum=0.95,
        epsilon=0.005,
        axis=-1,
        beta_initializer=keras.initializers.RandomNormal(mean=0.0, stddev=0.05),
        gamma_initializer=keras.initializers.Constant(value=0.9),
    )


def check_customized(layer):
    """Asserts that the layer has the notes' settings and draws its weights from the notes' initializers."""
    layer.build((None, 2000))
    weights = weights_of(layer)
    assert weights["gamma"] == near(np.full(2000, 0.9))
    assert weights["beta"].mean() == near(0.0, atol=0.005)
    assert weights["beta"].std() == near(0.05, rtol=0.1)
    layer.set_weights([np.ones(2000), np.zeros(2000), np.zeros(2000), np.ones(2000)])
    x = tf.ones([2, 2000])
    assert layer(x, training=False).numpy() == near(np.full((2, 2000), 1 / np.sqrt(1.005)))
    layer(x, training=True)
    assert weights_of(layer)["moving_mean"] == near(np.full(2000, 0.05), rtol=1e-4)


@holds("batch-normalization.custom")
def test_customized_layer(customized):
    """The notes' customized BatchNormalization honors its momentum, epsilon, axis and initializers of beta and gamma."""
    check_customized(customized)


@holds("batch-normalization.custom")
def test_customized_layer_survives_its_config(customized):
    """The notes' customized BatchNormalization keeps its settings through get_config and from_config."""
    copy = BatchNormalization.from_config(customized.get_config())
    assert copy.get_config() == customized.get_config()
    check_customized(copy)


# Settings that only Keras 2 has

OF_KERAS_2 = [{"virtual_batch_size": 2}, {"fused": False}, {"adjustment": None}]


@holds("batch-normalization.keras-2-arguments", when="keras<3")
@pytest.mark.parametrize("argument", OF_KERAS_2, ids=list)
def test_keras_2_arguments_are_accepted(argument):
    """BatchNormalization accepts the arguments virtual_batch_size, fused and adjustment."""
    assert type(BatchNormalization(**argument)) is BatchNormalization


@changed(
    "batch-normalization.keras-2-arguments",
    when="keras>=3",
    instead="BatchNormalization(), without them",
    impact="error",
    traces=[
        "tf.keras.layers.BatchNormalization(virtual_batch_size=$VALUE)",
        "tf.keras.layers.BatchNormalization(fused=$VALUE)",
        "tf.keras.layers.BatchNormalization(adjustment=$VALUE)",
    ],
)
@pytest.mark.parametrize("argument", OF_KERAS_2, ids=list)
def test_keras_2_arguments_are_refused(argument):
    """BatchNormalization refuses the arguments virtual_batch_size, fused and adjustment with a ValueError that names them."""
    with refused(ValueError, naming=list(argument)):
        BatchNormalization(**argument)


def shapes_for_axis(axis, *before):
    """The shapes of the weights of a BatchNormalization with this axis, for inputs (2, 3, 4), after other layers."""
    model = keras.Sequential([tf.keras.Input((2, 3, 4)), *before, BatchNormalization(axis=axis)])
    return {tuple(weight.shape) for weight in model.get_weights()}


@holds("batch-normalization.several-axes", when="keras<3")
def test_list_of_axes():
    """axis of BatchNormalization can be a list: [3] is the same as 3, and [1, 2] has numbers of its own for each pair."""
    assert shapes_for_axis([3]) == {(4,)}
    assert shapes_for_axis([1, 2]) == {(1, 2, 3, 1)}


@changed(
    "batch-normalization.several-axes",
    when="keras>=3",
    instead="axis=3; for several axes, a Reshape that makes them one",
    impact="error",
    traces=["tf.keras.layers.BatchNormalization(axis=[$AXIS])"],
)
def test_axis_is_a_number():
    """BatchNormalization raises a TypeError for a list as its axis."""
    for axis in ([3], [1, 2]):
        with refused(TypeError):
            shapes_for_axis(axis)
    assert shapes_for_axis(3) == {(4,)}
    assert shapes_for_axis(1, tf.keras.layers.Reshape((2 * 3, 4))) == {(2 * 3,)}
