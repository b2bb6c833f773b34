"""Week 3, Batch Normalization.

Subject: regularization and normalization.
"""

import numpy as np
import pytest
import tensorflow as tf

from spec.oracles import normalization as oracle
from tf_conformance import changed, defect, holds, near

keras, layers = tf.keras, tf.keras.layers
BatchNormalization = layers.BatchNormalization

# Batches of shape (samples, *space, channels): on images Keras 2 uses a kernel of its own.
SHAPES = {"features": (8, 3), "sequence": (4, 5, 3), "images": (4, 5, 6, 3)}


@pytest.fixture(params=SHAPES)
def batches(request, rng):
    """Three batches of one shape, whose channels have means and deviations of their own."""
    shape = SHAPES[request.param]
    return [(rng.randn(*shape) * [1.0, 2.0, 0.5] + [0.0, 3.0, -1.0]).astype(np.float32) for _ in range(3)]


def weights_of(layer):
    """gamma, beta, moving mean and moving variance, by name."""
    return dict(zip(("gamma", "beta", "moving_mean", "moving_variance"), layer.get_weights()))


def trained(device, layer, batches):
    """The layer's outputs in training on these batches, and its weights after each."""
    outputs, weights = [], []
    for batch in batches:
        outputs.append(device(lambda x: layer(x, training=True), batch))
        weights.append(weights_of(layer))
    return outputs, weights


# The layer


@pytest.mark.smoke
@holds("batch-normalization.layer")
@pytest.mark.parametrize("channels", [1, 64])
def test_four_parameters_a_channel(channels):
    """Batch normalisation is a layer like any other: 4 parameters a channel, 2 of which are not trainable."""
    model = keras.Sequential([layers.Dense(channels, input_shape=(3,)), BatchNormalization(), layers.Dense(2)])
    layer = model.layers[1]
    assert [tuple(weight.shape) for weight in layer.weights] == [(channels,)] * 4
    assert (len(layer.trainable_weights), len(layer.non_trainable_weights)) == (2, 2)
    assert layer.count_params() == 4 * channels
    assert tuple(model.output_shape) == (None, 2)


@holds("batch-normalization.layer")
def test_without_scale_or_centre():
    """scale=False leaves gamma out, center=False beta."""
    layer = BatchNormalization(scale=False, center=False)
    layer.build((None, 3))
    assert len(layer.trainable_weights) == 0
    assert len(layer.non_trainable_weights) == 2


# Defaults


@pytest.mark.smoke
@holds("batch-normalization.momentum-default")
def test_momentum_default():
    """The previous running mean weighs 0.99 by default when a minibatch is added to it."""
    layer = BatchNormalization()
    assert layer.get_config()["momentum"] == 0.99
    layer(tf.constant([[100.0], [100.0]]), training=True)
    assert weights_of(layer)["moving_mean"] == near([1.0], rtol=1e-4)


@pytest.mark.smoke
@holds("batch-normalization.epsilon-default")
def test_epsilon_default():
    """The epsilon that keeps the division stable is 0.001 by default."""
    layer = BatchNormalization()
    assert layer.get_config()["epsilon"] == 0.001
    assert layer(tf.constant([[1.0]]), training=False).numpy() == near([[1 / np.sqrt(1 + 0.001)]])


@pytest.mark.smoke
@holds("batch-normalization.beta-gamma-default")
def test_affine_defaults():
    """By default beta is an all-zeros and gamma an all-ones vector; the moving mean starts at zeros, the variance at ones."""
    layer = BatchNormalization()
    layer.build((None, 4))
    assert {name: weight.tolist() for name, weight in weights_of(layer).items()} == {
        "gamma": [1.0] * 4,
        "beta": [0.0] * 4,
        "moving_mean": [0.0] * 4,
        "moving_variance": [1.0] * 4,
    }


@holds("batch-normalization.beta-gamma-default")
def test_other_defaults():
    """By default the last axis holds the channels, both parameters are there, and nothing regularises or constrains them."""
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
    """momentum weighs the previous running mean, 1 - momentum that of the minibatch."""
    _, weights = trained(device, BatchNormalization(momentum=momentum), batches)
    expected = oracle.moving(np.zeros(3), [oracle.batch_moments(batch)[0] for batch in batches], momentum)
    for seen, mean in zip(weights, expected):
        assert seen["moving_mean"] == near(mean, rtol=1e-4, atol=1e-5)


def moving_variances(batches, momentum, correct):
    """The running variance after each batch, of variances that were corrected or not."""
    seen = [oracle.batch_moments(batch)[1] for batch in batches]
    corrected = [oracle.unbiased(variance, batch) if correct else variance for variance, batch in zip(seen, batches)]
    return oracle.moving(np.ones(3), corrected, momentum)


@holds("batch-normalization.moving-variance", when="keras<3")
@pytest.mark.parametrize("momentum", [0.99, 0.0])
def test_moving_variance_of_images_is_unbiased(device, batches, momentum):
    """The running variance takes in the batch's biased variance, but that of images corrected by n / (n - 1)."""
    images = batches[0].ndim == 4
    _, weights = trained(device, BatchNormalization(momentum=momentum), batches)
    for seen, variance in zip(weights, moving_variances(batches, momentum, correct=images)):
        assert seen["moving_variance"] == near(variance, rtol=1e-4, atol=1e-5)


@changed(
    "batch-normalization.moving-variance", when="keras>=3", instead="nothing; small batches of images differ a little"
)
@pytest.mark.parametrize("momentum", [0.99, 0.0])
def test_moving_variance_is_biased(device, batches, momentum):
    """The running variance takes in the batch's biased variance, that of images too."""
    _, weights = trained(device, BatchNormalization(momentum=momentum), batches)
    for seen, variance in zip(weights, moving_variances(batches, momentum, correct=False)):
        assert seen["moving_variance"] == near(variance, rtol=1e-4, atol=1e-5)


@holds("batch-normalization.moving-average")
def test_inference_moves_nothing(device, batches):
    """Running values move in training only: inference, the default of a call, leaves them as they are."""
    layer = BatchNormalization(momentum=0.5)
    device(layer, batches[0])
    device(lambda x: layer(x, training=False), batches[0])
    assert weights_of(layer)["moving_mean"].tolist() == [0.0] * 3
    assert weights_of(layer)["moving_variance"].tolist() == [1.0] * 3


@holds("batch-normalization.moving-average")
def test_frozen_layer_infers(device, batches):
    """A frozen layer uses its running values in training as well, and leaves them as they are."""
    layer = BatchNormalization(momentum=0.5)
    layer.trainable = False
    seen = device(lambda x: layer(x, training=True), batches[0])
    assert seen == near(oracle.normalize(batches[0], 0.0, 1.0), rtol=1e-4, atol=1e-5)
    assert weights_of(layer)["moving_mean"].tolist() == [0.0] * 3


@holds("batch-normalization.moving-average")
def test_fit_moves_and_evaluate_does_not(batches):
    """fit moves the running values once a batch, evaluate and predict do not."""
    model = keras.Sequential([BatchNormalization(momentum=0.5, input_shape=batches[0].shape[1:])])
    model.compile(optimizer=keras.optimizers.SGD(0.0), loss="mse", run_eagerly=True)
    x = batches[0]
    model.fit(x, x, batch_size=len(x), epochs=2, shuffle=False, verbose=0)
    mean = oracle.moving(np.zeros(3), [oracle.batch_moments(x)[0]] * 2, 0.5)[-1]
    assert weights_of(model)["moving_mean"] == near(mean, rtol=1e-4, atol=1e-5)
    model.evaluate(x, x, verbose=0)
    model.predict(x, verbose=0)
    assert weights_of(model)["moving_mean"] == near(mean, rtol=1e-4, atol=1e-5)


# The affine transformation


GAMMA, BETA = np.array([2.0, 0.5, -1.0]), np.array([0.5, -1.0, 3.0])


@pytest.fixture
def affine():
    """A layer with weights of its own in every place."""
    layer = BatchNormalization(momentum=0.9, epsilon=0.1)
    layer.build((None, 3))
    layer.set_weights([GAMMA, BETA, np.array([0.5, 1.0, -2.0]), np.array([4.0, 0.25, 1.0])])
    return layer


@holds("batch-normalization.affine")
def test_training_outputs(device, batches):
    """In training each channel is brought to mean 0 and variance 1 over the batch, then multiplied by gamma and shifted by beta."""
    layer = BatchNormalization(epsilon=0.1)
    layer.build((None, *batches[0].shape[1:]))
    layer.set_weights([GAMMA, BETA, np.zeros(3), np.ones(3)])
    outputs, _ = trained(device, layer, batches)
    for seen, batch in zip(outputs, batches):
        expected = oracle.normalize(batch, *oracle.batch_moments(batch), epsilon=0.1, gamma=GAMMA, beta=BETA)
        assert seen == near(expected, rtol=1e-4, atol=1e-4)


@holds("batch-normalization.affine")
def test_inference_outputs(device, affine, rng):
    """At inference the running mean and variance take the place of the batch's; epsilon joins the variance under the root."""
    x = rng.randn(5, 3).astype(np.float32)
    expected = oracle.normalize(x, [0.5, 1.0, -2.0], np.array([4.0, 0.25, 1.0]), epsilon=0.1, gamma=GAMMA, beta=BETA)
    assert device(lambda x: affine(x, training=False), x) == near(expected, rtol=1e-4, atol=1e-5)


@pytest.fixture
def gradient(device, rng):
    """A batch, the gradient of the loss with respect to the normalised batch, and that with respect to the batch by TensorFlow."""
    layer = BatchNormalization(epsilon=0.1)
    layer.build((None, 3))
    x, upstream = rng.randn(6, 3).astype(np.float32), rng.randn(6, 3).astype(np.float32)

    def of_inputs(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = tf.reduce_sum(layer(x, training=True) * upstream)
        return tape.gradient(loss, x)

    return x, upstream, device(of_inputs, x)


@holds("batch-normalization.gradient", when="keras<3 or keras>=3.0.3")
def test_gradient(gradient):
    """The gradient goes through the batch's mean and variance."""
    x, upstream, seen = gradient
    assert seen == near(oracle.input_gradient(x, upstream, epsilon=0.1), rtol=1e-4, atol=1e-5)


@defect("batch-normalization.gradient", when="keras>=3,<3.0.3", instead="Keras 3.0.3")
def test_gradient_forgets_the_mean_in_the_variance(gradient):
    """The gradient is wrong: on its way through the variance it takes the batch's mean for a constant."""
    x, upstream, seen = gradient
    assert seen == near(
        oracle.input_gradient(x, upstream, epsilon=0.1, variance_about_constant=True), rtol=1e-4, atol=1e-5
    )


@holds("batch-normalization.affine")
@pytest.mark.parametrize("axis", [1, 2, -1])
def test_axis_of_the_channels(device, rng, axis):
    """axis says which axis holds the channels."""
    x = rng.randn(4, 3, 5).astype(np.float32)
    layer = BatchNormalization(axis=axis)
    seen = device(lambda x: layer(x, training=True), x)
    assert seen == near(oracle.normalize(x, *oracle.batch_moments(x, axis), axis=axis), rtol=1e-4, atol=1e-4)
    assert weights_of(layer)["gamma"].shape == (x.shape[axis],)


# The notes' customised layer


@pytest.fixture
def customised():
    """The layer that the notes customise."""
    return BatchNormalization(
        momentum=0.95,
        epsilon=0.005,
        axis=-1,
        beta_initializer=keras.initializers.RandomNormal(mean=0.0, stddev=0.05),
        gamma_initializer=keras.initializers.Constant(value=0.9),
    )


def check_customised(layer):
    """The layer has the notes' settings, and its weights come from the notes' initialisers."""
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
def test_customised_layer(customised):
    """momentum, epsilon, axis and the initialisers of beta and gamma can be set, and are honoured."""
    check_customised(customised)


@holds("batch-normalization.custom")
def test_customised_layer_survives_its_config(customised):
    """A layer made from the other's configuration has the same settings."""
    copy = BatchNormalization.from_config(customised.get_config())
    assert copy.get_config() == customised.get_config()
    check_customised(copy)
