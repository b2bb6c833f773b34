"""Week 2, The Sequential model API.

Subject: models and layers.
"""

import warnings

import numpy as np
import pytest
import tensorflow as tf

from spec.models import any_order
from spec.oracles.losses import relu
from tf_conformance import changed, holds, misstated, near, refused

keras, layers = tf.keras, tf.keras.layers


def two_dense_layers():
    """New layers for a network of 4 inputs, 3 hidden units with ReLU and 2 outputs."""
    return [layers.Dense(3, activation="relu", input_shape=(4,), name="hidden"), layers.Dense(2, name="output")]


@pytest.fixture
def weights(rng):
    """Kernels and biases for that network."""
    return [rng.randn(*shape).astype(np.float32) for shape in [(4, 3), (3,), (3, 2), (2,)]]


def built_by_add():
    """The network, built one layer at a time."""
    model = keras.Sequential()
    for layer in two_dense_layers():
        model.add(layer)
    return model


def outputs(x, w1, b1, w2, b2):
    """What the network computes, in NumPy."""
    return relu(x @ w1 + b1) @ w2 + b2


@pytest.mark.smoke
@holds("sequential.from-list")
def test_list_becomes_a_stack(device, rng, weights):
    """Sequential([...]) stacks a list of layers: the output of each layer is the input of the next."""
    model = keras.Sequential(two_dense_layers())
    assert [layer.name for layer in model.layers] == ["hidden", "output"]
    assert model.count_params() == (4 * 3 + 3) + (3 * 2 + 2)
    model.set_weights(weights)
    x = rng.randn(5, 4).astype(np.float32)
    assert device(model, x) == near(outputs(x, *weights), rtol=1e-4)


@pytest.mark.smoke
@holds("sequential.from-list")
def test_notes_dense_layer():
    """The notes' one-layer model, with activation spelled correctly, has 784 inputs, 64 outputs and 50,240 parameters."""
    model = keras.models.Sequential([layers.Dense(64, activation="relu", input_shape=(784,))])
    assert model.count_params() == 784 * 64 + 64
    assert tuple(model.output_shape) == (None, 64)


@pytest.mark.smoke
@holds("sequential.by-add")
def test_add_equals_list(rng, weights):
    """A model built with add() from layers of the same names has the configuration, parameters and outputs of one built from a list."""
    added, listed = built_by_add(), keras.Sequential(two_dense_layers())
    for model in (added, listed):
        model.set_weights(weights)
    x = rng.randn(5, 4).astype(np.float32)
    assert [layer.get_config() for layer in added.layers] == [layer.get_config() for layer in listed.layers]
    assert added.count_params() == listed.count_params() == 23
    assert added(x).numpy() == near(outputs(x, *weights), rtol=1e-4)
    assert listed(x).numpy() == near(added(x).numpy(), rtol=0, atol=any_order(x, *weights))


@pytest.mark.smoke
@holds("sequential.by-add")
def test_add_appends_and_pop_removes():
    """add() appends a layer and returns None; pop() removes the last layer."""
    model = built_by_add()
    assert model.add(layers.Dense(7, name="third")) is None
    assert [layer.name for layer in model.layers] == ["hidden", "output", "third"]
    assert tuple(model.output_shape) == (None, 7)
    model.pop()
    assert [layer.name for layer in model.layers] == ["hidden", "output"]
    assert tuple(model.output_shape) == (None, 2)


@pytest.mark.smoke
@holds("sequential.by-add")
def test_add_refuses_a_string():
    """add() refuses a string in place of a layer."""
    with refused(TypeError, ValueError, naming="layer"):
        keras.Sequential().add("dense")


@holds("sequential.input-shape")
def test_input_shape_builds_immediately():
    """With input_shape on the first layer, a Sequential model is built and has its weights immediately."""
    model = keras.Sequential(two_dense_layers())
    assert model.built
    assert tuple(model.input_shape) == (None, 4)
    assert [tuple(weight.shape) for weight in model.weights] == [(4, 3), (3,), (3, 2), (2,)]


@holds("sequential.input-shape")
@pytest.mark.parametrize(
    "build", [lambda model: model.build((None, 4)), lambda model: model(tf.zeros([1, 4]))], ids=["build", "call"]
)
def test_without_input_shape_building_is_deferred(build):
    """Without input_shape, a Sequential model has no weights until it is built or first called."""
    model = keras.Sequential([layers.Dense(3), layers.Dense(2)])
    assert not model.built
    assert not any(layer.weights for layer in model.layers)
    build(model)
    assert model.built
    assert [tuple(weight.shape) for weight in model.weights] == [(4, 3), (3,), (3, 2), (2,)]


def warned(build):
    """Whether building a layer or a model warns that input_shape must not be passed."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        build()
    return any("Do not pass an `input_shape`" in str(warning.message) for warning in caught)


@holds("sequential.input-shape-warning", when="keras<3")
@pytest.mark.parametrize("layer", [lambda **shape: layers.Dense(64, **shape), layers.Flatten], ids=["Dense", "Flatten"])
def test_input_shape_is_taken_silently(layer):
    """input_shape on the first layer gives no warning."""
    assert not warned(lambda: keras.Sequential([layer(input_shape=(784,))]))


@changed(
    "sequential.input-shape-warning",
    when="keras>=3",
    instead="Sequential([tf.keras.Input(shape=(784,)), Dense(64, activation='relu')])",
    impact="looks",
    traces=["tf.keras.layers.$CLASS(input_shape=$X)"],
)
@pytest.mark.parametrize("layer", [lambda **shape: layers.Dense(64, **shape), layers.Flatten], ids=["Dense", "Flatten"])
def test_input_shape_is_warned_of(layer):
    """input_shape on the first layer gives a warning that asks for an Input object."""
    assert warned(lambda: keras.Sequential([layer(input_shape=(784,))]))


@changed(
    "sequential.input-shape-warning",
    when="keras>=3",
    instead="Sequential([tf.keras.Input(shape=(784,)), Dense(64, activation='relu')])",
    impact="looks",
)
def test_input_object_is_not_warned_of():
    """An Input object before the layers builds the model at once, is not one of its layers, and gives no warning."""
    made = []
    assert not warned(
        lambda: made.append(keras.Sequential([keras.Input(shape=(784,)), layers.Dense(64, activation="relu")]))
    )
    (model,) = made
    assert (model.built, len(model.layers), model.count_params()) == (True, 1, 784 * 64 + 64)


@holds("sequential.single-layer", when="keras<3")
def test_single_layer_needs_no_list():
    """Sequential(layer) takes one layer without a list, as the notes write it for hub.KerasLayer."""
    assert keras.Sequential(layers.Dense(2, input_shape=(3,))).count_params() == 3 * 2 + 2


@changed(
    "sequential.single-layer",
    when="keras>=3",
    instead="Sequential([layer])",
    impact="error",
    traces=["tf.keras.Sequential(layers=$ONE_OF($LAYER, tensorflow_hub.KerasLayer()))"],
)
def test_single_layer_needs_a_list():
    """Sequential(layer), as the notes write it for hub.KerasLayer, raises a TypeError: a layer is not iterable."""
    layer = layers.Dense(2, input_shape=(3,))
    with refused(TypeError, naming="not iterable"):
        keras.Sequential(layer)
    assert keras.Sequential([layer]).count_params() == 3 * 2 + 2


@misstated(
    "sequential.misspelled-argument",
    instead="activation=",
    impact="error",
    traces=["tf.keras.layers.$CLASS(activatiion=$X)"],
)
@pytest.mark.parametrize(
    "build",
    [
        lambda **misspelled: layers.Dense(64, input_shape=(784,), **misspelled),
        lambda **misspelled: layers.Dense(64, **misspelled),
        lambda **misspelled: layers.Conv2D(16, (3, 3), **misspelled),
        lambda **misspelled: layers.Flatten(**misspelled),
        lambda **misspelled: layers.MaxPooling2D(**misspelled),
        lambda **misspelled: layers.Dropout(0.5, **misspelled),
        lambda **misspelled: layers.BatchNormalization(**misspelled),
    ],
    ids=["dense-with-input-shape", "dense", "conv2d", "flatten", "max-pooling", "dropout", "batch-normalization"],
)
def test_activatiion_is_refused(build):
    """A layer refuses a misspelled keyword argument such as activatiion with an error that names it."""
    with refused(TypeError, ValueError, naming="activatiion"):
        build(activatiion="relu")


@misstated("sequential.misspelled-argument", instead="activation=", impact="error")
def test_activation_is_the_correct_spelling():
    """The argument is spelled activation: with activation='relu', a Dense layer applies ReLU."""
    layer = layers.Dense(2, activation="relu", kernel_initializer="ones", use_bias=False)
    assert layer(tf.constant([[-1.0], [2.0]])).numpy().tolist() == [[0.0, 0.0], [2.0, 2.0]]


@holds("flatten.shape")
@pytest.mark.parametrize(("shape", "size"), [((28, 28), 784), ((10, 10, 16), 1600), ((5,), 5), ((2, 3, 4, 5), 120)])
def test_flatten_keeps_batch_and_row_major_order(device, shape, size):
    """Flatten turns (28, 28) samples into 784 values and (10, 10, 16) into 1600, in row-major order, and keeps the batch axis."""
    x = np.arange(3 * size, dtype=np.float32).reshape((3, *shape))
    flat = device(layers.Flatten(), x)
    assert flat.shape == (3, size)
    assert flat.tolist() == [list(range(start, start + size)) for start in (0, size, 2 * size)]
    assert tuple(layers.Flatten().compute_output_shape((None, *shape))) == (None, size)


@holds("flatten.shape")
def test_flatten_as_first_layer():
    """Flatten(input_shape=(28, 28)) as the first layer outputs 784 values, so that Dense(64) after it has 50,240 parameters."""
    model = keras.Sequential()
    model.add(layers.Flatten(input_shape=(28, 28)))
    model.add(layers.Dense(64, activation="relu"))
    assert tuple(model.layers[0].output.shape) == (None, 784)
    assert model.count_params() == 28 * 28 * 64 + 64


@holds("flatten.shape")
def test_flatten_of_scalars():
    """Flatten turns a batch of scalars into a single column."""
    assert layers.Flatten()(tf.constant([1.0, 2.0])).numpy().tolist() == [[1.0], [2.0]]


@holds("flatten.shape")
def test_flatten_moves_channels_first_to_the_end():
    """Flatten(data_format='channels_first') moves the channels to the last axis before it flattens."""
    x = np.arange(12, dtype=np.float32).reshape((1, 2, 3, 2))
    flat = layers.Flatten(data_format="channels_first")(x)
    assert flat.numpy().tolist() == [np.transpose(x, (0, 2, 3, 1)).ravel().tolist()]


@misstated(
    "flatten.nothing-learned",
    instead="layers.Dense(units) for a linear layer; layers.Flatten() only reshapes",
    impact="silent",
    traces="none: it is a sentence of the notes, not code",
)
def test_flatten_is_not_linear():
    """Flatten is not similar to a linear layer: it has no weights and learns nothing."""
    layer = layers.Flatten()
    layer.build((None, 4, 4))
    assert layer.weights == []
    assert layer.count_params() == 0


@misstated(
    "flatten.nothing-learned",
    instead="layers.Dense(units) for a linear layer; layers.Flatten() only reshapes",
    impact="silent",
)
def test_dense_is_linear():
    """A Dense layer is linear and has weights: Dense(2) of 3 inputs has 6 of them and 2 biases."""
    layer = layers.Dense(2)
    layer.build((None, 3))
    layer.set_weights([np.arange(6.0).reshape((3, 2)), np.array([0.5, -0.5])])
    assert layer.count_params() == 3 * 2 + 2
    assert layer(tf.constant([[1.0, 2.0, 3.0]])).numpy().tolist() == [[0 + 4 + 12 + 0.5, 1 + 6 + 15 - 0.5]]
