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
    """A model built with add() has the same configuration, parameters and outputs as one built from a list of layers of the same names."""
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
    model, x = built_by_add(), tf.ones([2, 4])
    before = model(x).numpy()
    assert model.add(layers.Dense(7, name="third")) is None
    assert [layer.name for layer in model.layers] == ["hidden", "output", "third"]
    assert tuple(model.output_shape) == (None, 7)
    assert model(x).shape == (2, 7)
    model.pop()
    assert [layer.name for layer in model.layers] == ["hidden", "output"]
    assert tuple(model.output_shape) == (None, 2)
    assert model(x).numpy() == near(before)


@pytest.mark.smoke
@holds("sequential.by-add")
def test_add_refuses_a_string():
    """add() refuses a string in place of a layer."""
    with refused(TypeError, ValueError, naming="layer"):
        keras.Sequential().add("dense")


CHANGES = pytest.mark.parametrize(
    ("change", "expected"),
    [(lambda model: model.pop(), 2.0), (lambda model: model.add(layers.ReLU(max_value=5.0)), 5.0)],
    ids=["pop", "add"],
)


@pytest.fixture
def multiplying_model():
    """A compiled model that multiplies its input by 2 and by 3, and has predicted 6 for 1; a function that returns its prediction."""
    settings = {"use_bias": False, "input_shape": (1,)}
    initial = [keras.initializers.Constant(factor) for factor in (2.0, 3.0)]
    model = keras.Sequential([layers.Dense(1, kernel_initializer=each, **settings) for each in initial])
    model.compile(optimizer="sgd", loss="mean_squared_error")

    def predict():
        return model.predict(np.ones((1, 1), np.float32), verbose=0).item()

    assert predict() == 6.0
    return model, predict


@holds("sequential.changed-after-predict", when="tensorflow<2.2")
@CHANGES
def test_predict_follows_the_layers(multiplying_model, change, expected):
    """predict of a compiled model follows add() and pop(), even if the model has predicted before."""
    model, predict = multiplying_model
    change(model)
    assert predict() == expected


@changed(
    "sequential.changed-after-predict",
    when="tensorflow>=2.2",
    instead="model.compile(...) after model.add(layer) or model.pop()",
    impact="silent",
    traces=[
        "$MODEL.predict(); $MODEL.pop(); not $MODEL.compile(); $MODEL.predict()",
        "$MODEL.predict(); $MODEL.add(); not $MODEL.compile(); $MODEL.predict()",
    ],
)
@CHANGES
def test_predict_stays_as_it_was(multiplying_model, change, expected):
    """A model that has predicted goes on predicting as before add() or pop(), until it is compiled again."""
    model, predict = multiplying_model
    change(model)
    assert predict() == 6.0
    model.compile(optimizer="sgd", loss="mean_squared_error")
    assert predict() == expected


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
    """What building a layer or a model is warned of that concerns input_shape: the argument of an Input or of a layer."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        build()
    return [str(warning.message) for warning in caught if "`input_shape`" in str(warning.message)]


FIRST_LAYERS = [
    (lambda **shape: layers.Dense(64, **shape), "an `Input(shape)` object"),
    (layers.Flatten, "an `Input(shape)` object"),
    (layers.InputLayer, "Use `shape`"),
]
OF_FIRST_LAYERS = ["Dense", "Flatten", "InputLayer"]


@holds("sequential.input-shape-warning", when="keras<3")
@pytest.mark.parametrize(("layer", "recommended"), FIRST_LAYERS, ids=OF_FIRST_LAYERS)
def test_input_shape_is_taken_silently(layer, recommended):
    """input_shape on the first layer gives no warning."""
    assert warned(lambda: keras.Sequential([layer(input_shape=(784,))])) == []


@changed(
    "sequential.input-shape-warning",
    when="keras>=3",
    instead="Sequential([tf.keras.Input(shape=(784,)), Dense(64, activation='relu')])",
    impact="looks",
    traces=["tf.keras.layers.$CLASS(input_shape=$X)"],
)
@pytest.mark.parametrize(("layer", "recommended"), FIRST_LAYERS, ids=OF_FIRST_LAYERS)
def test_input_shape_is_warned_of(layer, recommended):
    """input_shape on the first layer gives a warning that recommends an Input object or, of an InputLayer, the argument shape."""
    warnings_given = warned(lambda: keras.Sequential([layer(input_shape=(784,))]))
    assert [recommended in warning for warning in warnings_given] == [True]


@changed(
    "sequential.input-shape-warning",
    when="keras>=3",
    instead="Sequential([tf.keras.Input(shape=(784,)), Dense(64, activation='relu')])",
    impact="looks",
)
def test_input_object_is_not_warned_of():
    """An Input object before the layers builds the model at once, is not one of its layers, and gives no warning."""
    made = []

    def build():
        made.append(keras.Sequential([keras.Input(shape=(784,)), layers.Dense(64, activation="relu")]))

    assert warned(build) == []
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
    """The layers that the notes use refuse a misspelled keyword argument such as activatiion with an error that names it."""
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
    assert tuple(layers.Flatten().compute_output_shape((None, None, *shape))) == (None, None)


@holds("flatten.shape")
def test_flatten_as_first_layer():
    """Flatten(input_shape=(28, 28)) as the first layer outputs 784 values, so Dense(64) after it has 50,240 parameters."""
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


# Inputs and outputs


def two_layer_model():
    """A model whose first layer doubles its input, and whose second one adds up the two numbers."""
    model = keras.Sequential(
        [
            layers.Dense(2, use_bias=False, input_shape=(2,), name="first"),
            layers.Dense(1, use_bias=False, name="second"),
        ]
    )
    model.set_weights([2 * np.eye(2, dtype=np.float32), np.ones((2, 1), np.float32)])
    return model


PAIR = np.array([[1.0, 3.0]], np.float32)


@holds("sequential.model-output", when="keras<3")
def test_model_has_input_and_output():
    """A Sequential model with input_shape on its first layer has input and output, from which other models can be made."""
    model = two_layer_model()
    both = keras.Model(model.input, [model.get_layer("first").output, model.output])
    assert [part.numpy().tolist() for part in both(PAIR)] == [[[2.0, 6.0]], [[8.0]]]


@changed(
    "sequential.model-output",
    when="keras>=3",
    instead="tf.keras.Model(model.inputs, [model.get_layer('first').output, *model.outputs])",
    impact="error",
    traces=["$MODEL = tf.keras.Sequential(); not $MODEL(); $ONE_OF($MODEL.input, $MODEL.output)"],
)
@pytest.mark.parametrize(("name", "width"), [("input", 2), ("output", 1)])
def test_model_has_inputs_and_outputs(name, width):
    """A Sequential model that knows its input shape has inputs and outputs; it has input and output only once called with a symbolic input.

    Reports: keras-team/keras#20116, tensorflow/tensorflow#72915.
    """
    model = two_layer_model()
    for _ in range(2):
        with refused(ValueError, AttributeError, naming="never been called"):
            getattr(model, name)
        assert model(PAIR).numpy().tolist() == [[8.0]]
    both = keras.Model(model.inputs, [model.get_layer("first").output, *model.outputs])
    assert [part.numpy().tolist() for part in both(PAIR)] == [[[2.0, 6.0]], [[8.0]]]
    model(keras.Input(shape=(2,)))
    assert tuple(getattr(model, name).shape) == (None, width)


def total(tensor):
    """The sum of each sample's numbers, by TensorFlow."""
    return tf.reduce_sum(tensor, axis=1, keepdims=True)


@holds("layers.tensorflow-function", when="keras<3")
def test_tensorflow_function_of_a_symbolic_input():
    """A TensorFlow function can be applied to a symbolic input, as a part of the model."""
    inputs = keras.Input(shape=(2,))
    assert keras.Model(inputs, outputs=total(inputs))(PAIR).numpy().tolist() == [[4.0]]


@changed(
    "layers.tensorflow-function",
    when="keras>=3",
    instead="tf.keras.layers.Lambda(function)(inputs)",
    impact="error",
    traces=[
        "$ONE_OF(tf.abs, tf.add, tf.argmax, tf.cast, tf.concat, tf.exp, tf.expand_dims, tf.gather, tf.identity, tf.image.$NAME, "
        "tf.linalg.$NAME, tf.math.$NAME, tf.matmul, tf.maximum, tf.minimum, tf.multiply, tf.nn.$NAME, tf.norm, tf.one_hot, "
        "tf.pad, tf.reduce_max, tf.reduce_mean, tf.reduce_min, tf.reduce_sum, tf.repeat, tf.reshape, tf.shape, tf.sigmoid, "
        "tf.signal.$NAME, tf.split, tf.sqrt, tf.square, tf.squeeze, tf.stack, tf.subtract, tf.tanh, tf.tile, tf.transpose, "
        "tf.where)($ONE_OF($SYMBOLIC, [$SYMBOLIC]))",
        "$ONE_OF(tf.add, tf.matmul, tf.maximum, tf.minimum, tf.multiply, tf.pow, tf.subtract)(..., $SYMBOLIC)",
        "$ONE_OF(tf.keras.backend.abs, tf.keras.backend.cast, tf.keras.backend.exp, tf.keras.backend.expand_dims, "
        "tf.keras.backend.l2_normalize, tf.keras.backend.log, tf.keras.backend.max, tf.keras.backend.min, "
        "tf.keras.backend.relu, tf.keras.backend.reshape, tf.keras.backend.shape, tf.keras.backend.sigmoid, "
        "tf.keras.backend.sqrt, tf.keras.backend.square, tf.keras.backend.squeeze, tf.keras.backend.stack, "
        "tf.keras.backend.sum, tf.keras.backend.tanh, tf.keras.backend.transpose)($ONE_OF($SYMBOLIC, [$SYMBOLIC]))",
    ],
)
def test_tensorflow_function_refuses_a_symbolic_input():
    """A TensorFlow function raises a ValueError when it is applied to a symbolic input: it must be wrapped in a layer.

    Reports: ageron/handson-ml3#172, DataCanvasIO/DeepTables#93.
    """
    inputs = keras.Input(shape=(2,))
    with refused(ValueError, naming="KerasTensor"):
        total(inputs)
    assert keras.Model(inputs, outputs=layers.Lambda(total)(inputs))(PAIR).numpy().tolist() == [[4.0]]


class Scaled(layers.Layer):
    """A layer that multiplies its inputs by a number."""

    def call(self, inputs, factor=1.0):
        """The multiplied inputs."""
        return inputs * factor


class Doubled(keras.Model):
    """A model that doubles its inputs in training."""

    def call(self, inputs, training=False):
        """The inputs, doubled or not."""
        return inputs * 2.0 if training else inputs


@holds("layers.argument-by-position", when="keras<3")
def test_numbers_are_taken_by_position():
    """A layer or model also accepts positional arguments that are not tensors: layer(x, 3.0), model(x, True)."""
    assert Scaled()(PAIR, 3.0).numpy().tolist() == [[3.0, 9.0]]
    assert Doubled()(PAIR, True).numpy().tolist() == [[2.0, 6.0]]
    assert layers.Dropout(0.5)(PAIR, False).numpy().tolist() == PAIR.tolist()


@changed(
    "layers.argument-by-position",
    when="keras>=3",
    instead="layer(x, factor=3.0), model(x, training=True)",
    impact="error",
    traces=["$LAYER($X, $ONE_OF(True, False, $NUMBER))", "$MODEL($X, $ONE_OF(True, False, $NUMBER))"],
)
@pytest.mark.parametrize(
    "call",
    [lambda: Scaled()(PAIR, 3.0), lambda: Doubled()(PAIR, True), lambda: layers.Dropout(0.5)(PAIR, False)],
    ids=["own-layer", "own-model", "Dropout"],
)
def test_numbers_are_refused_by_position(call):
    """A layer or model raises a ValueError for a Python number or Boolean as a positional argument: layer(x, 3.0), model(x, True).

    Report: keras-team/keras#18676.
    """
    with refused(ValueError, naming="positional arguments"):
        call()
    assert Scaled()(PAIR, factor=3.0).numpy().tolist() == [[3.0, 9.0]]
    assert Doubled()(PAIR, training=True).numpy().tolist() == [[2.0, 6.0]]


@holds("layers.symbolic-shape", when="keras<3")
def test_symbolic_shape_is_a_tensor_shape():
    """A layer's symbolic output has a TensorShape as its shape, with as_list, and a tf.DType as its dtype, with name."""
    output = layers.Dense(2)(keras.Input(shape=(3,)))
    assert output.shape.as_list() == [None, 2]
    assert output.dtype.name == "float32"


@changed(
    "layers.symbolic-shape",
    when="keras>=3",
    instead="list(output.shape) and tf.as_dtype(output.dtype)",
    impact="error",
    traces=[
        "$ONE_OF($SYMBOLIC.shape.as_list, $SYMBOLIC.shape.dims, $SYMBOLIC.shape.ndims, $SYMBOLIC.shape.rank)",
        "$SYMBOLIC.get_shape()",
        "$SYMBOLIC.dtype.name",
    ],
)
def test_symbolic_shape_is_a_tuple():
    """A layer's symbolic output has a tuple as its shape, without as_list, and a string as its dtype.

    Reports: shap/shap#3645, philipperemy/keras-tcn#259.
    """
    output = layers.Dense(2)(keras.Input(shape=(3,)))
    with refused(AttributeError, naming="as_list"):
        output.shape.as_list()
    assert output.dtype == "float32"
    assert (list(output.shape), tf.as_dtype(output.dtype).name) == ([None, 2], "float32")


@holds("layers.input-without-tuple", when="keras<3")
def test_input_shape_may_be_a_number():
    """Input(shape=3), which is the same as shape=(3), means shape=(3,)."""
    assert tuple(keras.Input(shape=3).shape) == (None, 3)


@changed(
    "layers.input-without-tuple",
    when="keras>=3",
    instead="Input(shape=(3,))",
    impact="error",
    traces=["tf.keras.Input(shape=$ONE_OF($NUMBER, len()))", "tf.keras.Input(shape=$X.shape[$NUMBER])"],
)
def test_input_shape_is_a_tuple():
    """Input(shape=3), which is the same as shape=(3), raises a ValueError.

    Reports: aladdinpersson/Machine-Learning-Collection#177, flaviagiammarino/nbeats-tensorflow#1.
    """
    with refused(ValueError, naming="shape"):
        keras.Input(shape=3)
    assert tuple(keras.Input(shape=(3,)).shape) == (None, 3)


@holds("layers.batch-input-shape", when="keras<3")
def test_batch_input_shape_is_accepted():
    """batch_input_shape on the first layer fixes the batch size, as a stateful LSTM requires."""
    model = keras.Sequential([layers.LSTM(1, stateful=True, batch_input_shape=(2, 3, 4))])
    assert tuple(model.input_shape) == (2, 3, 4)


@changed(
    "layers.batch-input-shape",
    when="keras>=3",
    instead="Sequential([tf.keras.Input(batch_shape=(2, 3, 4)), LSTM(1, stateful=True)])",
    impact="error",
    traces=[
        "$ONE_OF(tf.keras.layers.Bidirectional, tf.keras.layers.Conv1D, tf.keras.layers.Conv2D, "
        "tf.keras.layers.Dense, tf.keras.layers.Dropout, tf.keras.layers.Embedding, tf.keras.layers.Flatten, "
        "tf.keras.layers.GRU, tf.keras.layers.LSTM, tf.keras.layers.Masking, tf.keras.layers.SimpleRNN, "
        "tf.keras.layers.TimeDistributed)(batch_input_shape=$X)"
    ],
)
@pytest.mark.parametrize("layer", [layers.LSTM, layers.Dense], ids=["LSTM", "Dense"])
def test_batch_input_shape_is_refused(layer):
    """A layer such as Dense or LSTM refuses batch_input_shape with a ValueError that names it; Input takes batch_shape.

    Reports: keras-team/keras#20106, tensorflow/tensorflow#64061.
    """
    with refused(ValueError, naming="batch_input_shape"):
        layer(1, batch_input_shape=(2, 3, 4))
    model = keras.Sequential([keras.Input(batch_shape=(2, 3, 4)), layers.LSTM(1, stateful=True)])
    assert tuple(model.input_shape) == (2, 3, 4)


LENGTH = 4
PARAMETERS = 10 * 2 + (LENGTH * 2 + 1)  # of the two layers with weights below


def model_of_sequences(*first, **settings):
    """A model whose last layer depends on the length of the sequences; ``settings`` are those of its Embedding."""
    return keras.Sequential([*first, layers.Embedding(10, 2, **settings), layers.Flatten(), layers.Dense(1)])


@holds("layers.input-length", when="keras<3")
def test_input_length_is_accepted():
    """input_length fixes the length of the sequences that Embedding takes, so a Sequential model is built immediately."""
    assert model_of_sequences(input_length=LENGTH).count_params() == PARAMETERS


@changed(
    "layers.input-length",
    when="keras>=3 and keras<3.2",
    instead="Sequential([tf.keras.Input(shape=(4,)), Embedding(10, 2)])",
    impact="error",
    traces=["tf.keras.layers.Embedding(input_length=$X)"],
)
def test_input_length_is_refused():
    """Embedding refuses input_length with a ValueError that names it.

    Reports: keras-team/keras#19282, keras-team/keras#19094.
    """
    with refused(ValueError, naming="input_length"):
        model_of_sequences(input_length=LENGTH)
    assert model_of_sequences(keras.Input(shape=(LENGTH,))).count_params() == PARAMETERS


@changed(
    "layers.input-length",
    when="keras>=3.2",
    instead="Sequential([tf.keras.Input(shape=(4,)), Embedding(10, 2)])",
    impact="silent",
    traces=["tf.keras.layers.Embedding(input_length=$X)"],
)
def test_input_length_is_ignored(recwarn):
    """Embedding ignores input_length, with a warning, so a Sequential model has no weights until it is built or first called."""
    model = model_of_sequences(input_length=LENGTH)
    assert "`input_length` is deprecated" in " ".join(str(warning.message) for warning in recwarn)
    assert (model.built, model.weights) == (False, [])
    assert model_of_sequences(keras.Input(shape=(LENGTH,))).count_params() == PARAMETERS


def warns_of_structure(make):
    """Whether a functional model with one input warns of the structure of its inputs when it gets a tensor without a list."""
    inputs = keras.Input(shape=(2,))
    model = keras.Model(inputs=make(inputs), outputs=layers.Flatten()(inputs))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert model(PAIR).numpy().tolist() == PAIR.tolist()
    return any("structure of `inputs`" in str(warning.message) for warning in caught)


@holds("layers.input-structure", when="keras<3.6")
def test_single_input_with_or_without_list():
    """A functional model that is made with a one-element list of inputs accepts a tensor without a list and gives no warning."""
    assert not warns_of_structure(lambda inputs: [inputs])
    assert not warns_of_structure(lambda inputs: inputs)


@changed(
    "layers.input-structure",
    when="keras>=3.6",
    instead="tf.keras.Model(inputs, outputs), without a list",
    impact="looks",
    traces="none: whether a tensor or a list is passed cannot be told where arrays come from elsewhere",
)
def test_single_input_in_list_is_warned_of():
    """A functional model that is made with a one-element list of inputs gives a warning when it is called with a tensor without a list.

    Report: tensorflow/tensorflow#82372.
    """
    assert warns_of_structure(lambda inputs: [inputs])
    assert not warns_of_structure(lambda inputs: inputs)


# States


def adding_model():
    """A model of a stateful layer that adds its input to the sum of all before, and a function that returns the sum after a 1."""
    settings = {"kernel_initializer": "ones", "recurrent_initializer": "ones", "use_bias": False, "activation": None}
    layer = layers.SimpleRNN(1, stateful=True, **settings)
    inputs = keras.Input(batch_shape=(1, 1, 1))
    model = keras.Model(inputs, layer(inputs))
    return model, lambda: model(tf.ones([1, 1, 1])).numpy().item()


@holds("layers.reset-states", when="keras<3")
def test_model_resets_states():
    """model.reset_states() resets the states of a model's stateful layers."""
    model, add_one = adding_model()
    assert [add_one(), add_one()] == [1.0, 2.0]
    model.reset_states()
    assert add_one() == 1.0


@changed(
    "layers.reset-states",
    when="keras>=3",
    instead="for layer in model.layers: if getattr(layer, 'stateful', False): layer.reset_states()",
    impact="error",
    traces=["$MODEL.reset_states()"],
)
def test_layers_reset_states():
    """A model does not have reset_states, but its stateful layers do.

    Report: MITDeepLearning/introtodeeplearning#174.
    """
    model, add_one = adding_model()
    assert [add_one(), add_one()] == [1.0, 2.0]
    with refused(AttributeError, naming="reset_states"):
        model.reset_states()
    for layer in model.layers:
        if getattr(layer, "stateful", False):
            layer.reset_states()
    assert add_one() == 1.0


# Arguments of layers


@holds("layers.slash-in-name", when="keras<3")
def test_slash_in_name_is_accepted():
    """The name of a layer may contain a slash."""
    model = keras.Sequential([layers.Dense(2, input_shape=(3,), name="block/dense")])
    assert model.get_layer("block/dense").count_params() == 3 * 2 + 2


@changed(
    "layers.slash-in-name",
    when="keras>=3",
    instead="name='block_dense'",
    impact="error",
    traces=["tf.keras.layers.$CLASS(name='*/*')"],
)
@pytest.mark.parametrize("layer", [lambda **name: layers.Dense(2, **name), layers.Flatten], ids=["Dense", "Flatten"])
def test_slash_in_name_is_refused(layer):
    """A layer whose name contains a slash raises a ValueError.

    Reports: martinsbruveris/tensorflow-image-models#103, philipperemy/n-beats#75.
    """
    with refused(ValueError, naming="name"):
        layer(name="block/dense")
    assert layer(name="block_dense").name == "block_dense"


@holds("layers.float-units", when="keras<3")
def test_float_units_are_converted():
    """Dense accepts a whole number of type float, such as 8 / 2, as units."""
    assert keras.Sequential([layers.Dense(8 / 2, input_shape=(3,))]).count_params() == 3 * 4 + 4


@changed(
    "layers.float-units",
    when="keras>=3",
    instead="Dense(8 // 2)",
    impact="error",
    traces=["tf.keras.layers.Dense(units=$A / $B)"],
)
def test_float_units_are_refused():
    """Dense raises a ValueError for units of type float, such as 8 / 2, at the latest when it is built.

    Report: tensorflow/tensorflow#48466.
    """
    with refused(ValueError, naming="4.0"):
        keras.Sequential([layers.Dense(8 / 2, input_shape=(3,))])
    assert keras.Sequential([layers.Dense(8 // 2, input_shape=(3,))]).count_params() == 3 * 4 + 4


@holds("layers.numpy-units", when="keras<3.13")
def test_numpy_units_are_accepted():
    """Dense accepts an integer of NumPy, such as np.prod((2, 2)), as units."""
    assert keras.Sequential([layers.Dense(np.prod((2, 2)), input_shape=(3,))]).count_params() == 3 * 4 + 4


@changed(
    "layers.numpy-units",
    when="keras>=3.13",
    instead="Dense(int(np.prod((2, 2))))",
    impact="error",
    traces=["tf.keras.layers.Dense(units=numpy.prod())"],
)
def test_numpy_units_are_refused():
    """Dense raises a ValueError for an integer of NumPy, such as np.prod((2, 2)), as units.

    Reports: aeon-toolkit/aeon#3182, keras-team/keras#21655.
    """
    with refused(ValueError, naming="units"):
        layers.Dense(np.prod((2, 2)))
    assert keras.Sequential([layers.Dense(int(np.prod((2, 2))), input_shape=(3,))]).count_params() == 3 * 4 + 4


def leaky(recwarn, **slope):
    """The output of LeakyReLU with this slope for -1, and whether it warns that alpha is deprecated."""
    recwarn.clear()
    seen = layers.LeakyReLU(**slope)(tf.constant([[-1.0]])).numpy().item()
    return seen, any("`alpha` is deprecated" in str(warning.message) for warning in recwarn)


@holds("layers.leaky-relu-alpha", when="keras<3")
def test_slope_is_alpha(recwarn):
    """LeakyReLU takes its slope as the argument alpha."""
    assert leaky(recwarn, alpha=0.5) == (-0.5, False)


@changed(
    "layers.leaky-relu-alpha",
    when="keras>=3",
    instead="LeakyReLU(negative_slope=0.5)",
    impact="looks",
    traces=["tf.keras.layers.LeakyReLU(alpha=$X)"],
)
def test_alpha_is_warned_of(recwarn):
    """LeakyReLU takes its slope as the argument negative_slope; alpha also works, but gives a warning.

    Report: ANTsX/ANTsPyNet#117.
    """
    assert leaky(recwarn, alpha=0.5) == (-0.5, True)
    assert leaky(recwarn, negative_slope=0.5) == (-0.5, False)


POINTS = np.array([-4.0, -3.0, -2.5, -1.0, 0.0, 1.0, 2.5, 3.0, 4.0], np.float32)


@holds("layers.hard-sigmoid", when="keras<3")
def test_hard_sigmoid_is_steep(device):
    """The activation hard_sigmoid is 0.2 x + 0.5, clipped to [0, 1]."""
    assert device(layers.Activation("hard_sigmoid"), POINTS) == near(np.clip(0.2 * POINTS + 0.5, 0, 1))


@changed(
    "layers.hard-sigmoid",
    when="keras>=3",
    instead="lambda x: tf.clip_by_value(0.2 * x + 0.5, 0, 1)",
    impact="silent",
    traces=[
        "tf.keras.layers.$CLASS(activation='hard_sigmoid')",
        "tf.keras.layers.$CLASS(recurrent_activation='hard_sigmoid')",
        "tf.keras.activations.hard_sigmoid",
    ],
)
def test_hard_sigmoid_is_flatter(device):
    """The activation hard_sigmoid is x / 6 + 0.5, clipped to [0, 1].

    Report: tensorflow/tensorflow#65381.
    """
    assert device(layers.Activation("hard_sigmoid"), POINTS) == near(np.clip(POINTS / 6 + 0.5, 0, 1))
    steep = layers.Activation(lambda x: tf.clip_by_value(0.2 * x + 0.5, 0, 1))
    assert device(steep, POINTS) == near(np.clip(0.2 * POINTS + 0.5, 0, 1))


# Losses and metrics of layers and models


def loss_of_zero_model(model, **settings):
    """What evaluate returns for a model that outputs its input, compared with itself: a loss of 0, plus whatever is added."""
    model.compile(optimizer="sgd", loss="mean_squared_error", run_eagerly=True, **settings)
    return model.evaluate(np.ones((4, 1)), np.ones((4, 1)), verbose=0)


def identity(*more):
    """A model of one weight, which is 1, and these layers."""
    return keras.Sequential([layers.Dense(1, use_bias=False, kernel_initializer="ones", input_shape=(1,)), *more])


class Penalty(layers.Layer):
    """A layer that adds three times the mean of its input to the loss."""

    def call(self, inputs):
        """The input, unchanged."""
        self.add_loss(3.0 * tf.reduce_mean(inputs))
        return inputs


@holds("layers.add-loss-to-model", when="keras<3")
def test_loss_is_added_to_a_model():
    """model.add_loss adds a loss that is given as a function to the model's loss."""
    model = identity()
    model.add_loss(lambda: 3.0 * tf.reduce_sum(model.layers[0].kernel))
    assert loss_of_zero_model(model) == near(3.0)


@changed(
    "layers.add-loss-to-model",
    when="keras>=3",
    instead="self.add_loss(3.0 * tf.reduce_mean(inputs)) in the call method of your own layer",
    impact="error",
    traces=["tf.keras.Model().add_loss()", "tf.keras.Sequential().add_loss()"],
)
def test_loss_is_added_in_a_layer():
    """model.add_loss raises a ValueError for a function; add_loss belongs in a layer's call method.

    Reports: GoogleCloudPlatform/asl-ml-immersion#631, keras.io/guides/migrating_to_keras_3.
    """
    model = identity()
    with refused(ValueError, naming="add_loss"):
        model.add_loss(lambda: 3.0 * tf.reduce_sum(model.layers[0].kernel))
    assert loss_of_zero_model(identity(Penalty())) == near(3.0)


class Counted(layers.Layer):
    """A layer that adds the sum of its input as a metric."""

    def call(self, inputs):
        """The input, unchanged."""
        self.add_metric(tf.reduce_sum(inputs), name="sum", aggregation="mean")
        return inputs


@holds("layers.add-metric", when="keras<3")
def test_metric_is_added_in_a_layer():
    """add_metric in a layer's call method adds a metric to those of the model."""
    model = keras.Sequential([Counted(input_shape=(1,))])
    assert loss_of_zero_model(model)[1] == near(4.0)


@changed(
    "layers.add-metric",
    when="keras>=3",
    instead="metrics=[function] in compile",
    impact="error",
    traces=["$LAYER.add_metric()", "$MODEL.add_metric()"],
)
def test_metric_is_not_added_in_a_layer():
    """add_metric in a layer's call method raises a TypeError or NotImplementedError.

    Reports: keras-team/keras#19804, keras-team/keras#20127, tensorflow/tensorflow#62826.
    """
    with refused(TypeError, NotImplementedError):
        Counted()(np.ones((4, 1), np.float32))

    def sum_of_outputs(labels, outputs):
        return tf.reduce_sum(outputs)

    assert loss_of_zero_model(identity(), metrics=[sum_of_outputs])[1] == near(4.0)


@pytest.fixture
def set_learning_phase():
    """K.set_learning_phase, whose effect ends with the case."""
    yield keras.backend.set_learning_phase
    keras.backend.clear_session()


@holds("layers.learning-phase", when="keras<3")
def test_learning_phase_can_be_set(set_learning_phase):
    """After K.set_learning_phase(1), calling a layer runs it in training mode; after K.set_learning_phase(0), in inference mode."""
    zeros = []
    for phase in (1, 0):
        set_learning_phase(phase)
        zeros.append(np.sum(layers.Dropout(0.5)(np.ones((1, 100), np.float32)).numpy() == 0))
    assert zeros[0] > 10
    assert zeros[1] == 0


@changed(
    "layers.learning-phase",
    when="keras>=3",
    instead="layer(x, training=True)",
    impact="error",
    traces=["tf.keras.backend.learning_phase", "tf.keras.backend.set_learning_phase"],
)
def test_no_learning_phase():
    """tf.keras.backend has neither set_learning_phase nor learning_phase: training is an argument of each call of a layer or model.

    Report: keras-team/keras#19597.
    """
    for name in ("learning_phase", "set_learning_phase"):
        with refused(AttributeError, naming=name):
            getattr(keras.backend, name)
    assert np.sum(layers.Dropout(0.5)(np.ones((1, 100), np.float32), training=True).numpy() == 0) > 10


@holds("layers.get-output-at", when="keras<3")
def test_outputs_by_number():
    """A layer that is called several times returns each symbolic output by its index: layer.get_output_at(1)."""
    layer = layers.Flatten()
    outputs = [layer(keras.Input(shape=(2,))) for _ in range(2)]
    assert [layer.get_output_at(number) is output for number, output in enumerate(outputs)] == [True, True]


@changed(
    "layers.get-output-at",
    when="keras>=3",
    instead="outputs.append(layer(inputs)), to keep each output",
    impact="error",
    traces=["$X.get_output_at", "$X.get_input_at"],
)
def test_no_outputs_by_number():
    """A layer has neither get_output_at nor get_input_at.

    Reports: keras-team/keras#20267, keras-team/keras#23238.
    """
    layer = layers.Flatten()
    for name in ("get_output_at", "get_input_at"):
        with refused(AttributeError, naming=name):
            getattr(layer, name)
    outputs = []
    for _ in range(2):
        outputs.append(layer(keras.Input(shape=(2,))))
    assert outputs[0] is not outputs[1]
