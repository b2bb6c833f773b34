"""Week 2, Weights.

Subject: weights and initializers.
"""

import random
import threading

import numpy as np
import pytest
import tensorflow as tf

from spec.models import compiled
from tf_conformance import changed, defect, holds, near, refused

keras, layers = tf.keras, tf.keras.layers


# Checks of a weight's initial values


def zeros(weight):
    """Checks that every value is zero."""
    assert weight.tolist() == np.zeros_like(weight).tolist()


def ones(weight):
    """Checks that every value is one."""
    assert weight.tolist() == np.ones_like(weight).tolist()


def uniform(limit):
    """A check that the values look uniformly distributed between -limit and limit."""

    def check(weight):
        assert np.abs(weight).max() <= limit * (1 + 1e-6)
        assert np.abs(weight).max() > 0.9 * limit
        assert abs(weight.mean()) < 0.2 * limit
        assert weight.std() == near(limit / np.sqrt(3), rtol=0.15)

    return check


def glorot(fan_in, fan_out):
    """A check that the values look Glorot uniform: uniformly distributed up to the root of 6 / (fan_in + fan_out)."""
    return uniform(np.sqrt(6 / (fan_in + fan_out)))


def orthogonal(weight):
    """Checks that the rows, or the columns if there are fewer, are orthonormal, but not those of the identity."""
    assert not np.allclose(np.abs(weight), np.eye(*weight.shape))
    gram = weight @ weight.T if weight.shape[0] <= weight.shape[1] else weight.T @ weight
    assert gram == near(np.eye(min(weight.shape)), atol=1e-5)


def unit_forget(weight):
    """Checks an LSTM's bias: ones for the forget gate, the second of four, and zeros for the others."""
    units = weight.size // 4
    assert weight.tolist() == [0.0] * units + [1.0] * units + [0.0] * 2 * units


BATCH_NORMALIZATION = [ones, zeros, zeros, ones]  # gamma, beta, moving mean, moving variance

DEFAULTS = {
    # layer, input shape, a check of each weight
    "Dense": (lambda: layers.Dense(30), (20,), [glorot(20, 30), zeros]),
    "Conv1D": (lambda: layers.Conv1D(20, 3), (9, 10), [glorot(3 * 10, 3 * 20), zeros]),
    "Conv2D": (lambda: layers.Conv2D(16, 3), (9, 9, 8), [glorot(9 * 8, 9 * 16), zeros]),
    "Conv3D": (lambda: layers.Conv3D(6, 3), (5, 5, 5, 4), [glorot(27 * 4, 27 * 6), zeros]),
    "Conv2DTranspose": (lambda: layers.Conv2DTranspose(8, 3), (9, 9, 10), [glorot(9 * 10, 9 * 8), zeros]),
    "Conv3DTranspose": (lambda: layers.Conv3DTranspose(4, 3), (5, 5, 5, 6), [glorot(27 * 6, 27 * 4), zeros]),
    "DepthwiseConv2D": (
        lambda: layers.DepthwiseConv2D(5, depth_multiplier=2),
        (9, 9, 10),
        [glorot(25 * 10, 25 * 2), zeros],
    ),
    "SeparableConv1D": (
        lambda: layers.SeparableConv1D(30, 5, depth_multiplier=2),
        (9, 20),
        [glorot(5 * 20, 5 * 2), glorot(40, 30), zeros],
    ),
    "SeparableConv2D": (
        lambda: layers.SeparableConv2D(30, 5),
        (9, 9, 10),
        [glorot(25 * 10, 25), glorot(10, 30), zeros],
    ),
    "Embedding": (lambda: layers.Embedding(50, 10), (7,), [uniform(0.05)]),
    "SimpleRNN": (lambda: layers.SimpleRNN(20), (5, 15), [glorot(15, 20), orthogonal, zeros]),
    "GRU": (lambda: layers.GRU(10), (5, 15), [glorot(15, 30), orthogonal, zeros]),
    "LSTM": (lambda: layers.LSTM(10), (5, 15), [glorot(15, 40), orthogonal, unit_forget]),
    "BatchNormalization": (lambda: layers.BatchNormalization(), (6,), BATCH_NORMALIZATION),
    "LayerNormalization": (lambda: layers.LayerNormalization(), (6,), [ones, zeros]),
    "PReLU": (lambda: layers.PReLU(), (6,), [zeros]),
}


@holds("initializers.by-layer")
@pytest.mark.parametrize("name", DEFAULTS)
def test_defaults_depend_on_the_layer(name):
    """The default initial weights and biases depend on the type of the layer."""
    make, input_shape, checks = DEFAULTS[name]
    layer = make()
    layer.build((None, *input_shape))
    assert len(layer.get_weights()) == len(checks)
    for weight, check in zip(layer.get_weights(), checks):
        check(weight)


@holds("initializers.attention", when="tensorflow<2.4")
def test_no_attention_layer():
    """tf.keras does not have a MultiHeadAttention layer."""
    assert not hasattr(layers, "MultiHeadAttention")


KERNEL_AND_BIAS = [(20, 4, 10), (4, 10)]  # of the query, key and value projections below


@pytest.fixture
def attention():
    """A new MultiHeadAttention layer with 4 heads of size 10 for 20 features."""
    layer = layers.MultiHeadAttention(num_heads=4, key_dim=10)
    layer(tf.zeros([1, 3, 20]), tf.zeros([1, 3, 20]))
    assert [weight.shape for weight in layer.get_weights()] == KERNEL_AND_BIAS * 3 + [(4, 10, 20), (20,)]
    return layer


def projections(inputs, output):
    """Checks of the query, key and value projections and of the output projection: a kernel and a zero bias each."""
    return [inputs, zeros] * 3 + [output, zeros]


FANS_OF_A_CONVOLUTION = projections(glorot(20 * 4, 20 * 10), glorot(4 * 10, 4 * 20))


@changed(
    "initializers.attention",
    when="tensorflow>=2.4 and keras<3.15",
    instead="layers.MultiHeadAttention",
    impact="looks",
    traces="none: code for older versions has no such layer",
)
def test_attention_fans_of_a_convolution(attention):
    """MultiHeadAttention's biases are initially zero and its kernels Glorot uniform, with fan_in and fan_out as for a convolution."""
    for weight, check in zip(attention.get_weights(), FANS_OF_A_CONVOLUTION):
        check(weight)


@changed(
    "initializers.attention",
    when="keras>=3.15",
    instead="layer.set_weights with zeros for biases and GlorotUniform()(kernel.shape) for kernels, which has the fans of a convolution",
    impact="silent",
    traces=["tf.keras.layers.MultiHeadAttention(kernel_initializer=$ABSENT)"],
)
def test_attention_fans_of_a_dense_layer(attention):
    """MultiHeadAttention's biases are initially zero and its kernels Glorot uniform, with fan_in and fan_out as for a Dense layer."""
    weights = attention.get_weights()
    for weight, check in zip(weights, projections(glorot(20, 4 * 10), glorot(4 * 10, 20))):
        check(weight)
    kernels = [keras.initializers.GlorotUniform()(kernel.shape).numpy() for kernel in weights[::2]]
    biases = [np.zeros_like(bias) for bias in weights[1::2]]
    attention.set_weights([weight for pair in zip(kernels, biases) for weight in pair])
    for weight, check in zip(attention.get_weights(), FANS_OF_A_CONVOLUTION):
        check(weight)


@pytest.mark.smoke
@holds("initializers.dense-bias-zeros")
@pytest.mark.parametrize("units", [1, 7, 64])
def test_dense_biases_are_zero(units):
    """The biases of a Dense layer are zero by default."""
    layer = layers.Dense(units)
    layer.build((None, 5))
    assert layer.get_weights()[1].tolist() == [0.0] * units


def dense_kernel(fan_in, fan_out, **settings):
    """The initial kernel of a Dense layer."""
    layer = layers.Dense(fan_out, **settings)
    layer.build((None, fan_in))
    return layer.get_weights()[0]


def distance_from_uniform(values, limit):
    """The Kolmogorov-Smirnov statistic of the values for the uniform distribution between -limit and limit."""
    expected = (np.sort(values, axis=None).astype(np.float64) + limit) / (2 * limit)
    steps = np.arange(values.size + 1) / values.size
    return max((steps[1:] - expected).max(), (expected - steps[:-1]).max())


KOLMOGOROV_SMIRNOV_LIMIT = 1.95  # exceeded by one uniform sample in a thousand


@holds("initializers.dense-kernel-glorot")
@pytest.mark.parametrize(("fan_in", "fan_out"), [(100, 100), (30, 200), (400, 20)])
def test_dense_kernel_is_glorot_uniform(fan_in, fan_out):
    """By default, a Dense layer's kernel is Glorot uniform: uniformly distributed within ±√(6 / (fan_in + fan_out))."""
    kernel = dense_kernel(fan_in, fan_out)
    limit = np.sqrt(6 / (fan_in + fan_out))
    assert np.abs(kernel).max() <= limit
    assert np.abs(kernel).max() > 0.99 * limit
    assert distance_from_uniform(kernel, limit) * np.sqrt(kernel.size) < KOLMOGOROV_SMIRNOV_LIMIT


@holds("initializers.dense-kernel-glorot")
@pytest.mark.parametrize(
    ("shape", "fans"), [((3, 3, 8, 32), (9 * 8, 9 * 32)), ((5, 20, 30), (5 * 20, 5 * 30)), ((3000,), (3000, 3000))]
)
def test_fans_of_other_shapes(shape, fans):
    """A convolution kernel's fans are its window size times its input channels and its window size times its output channels."""
    values = keras.initializers.GlorotUniform(seed=3)(shape).numpy()
    limit = np.sqrt(6 / sum(fans))
    assert np.abs(values).max() <= limit
    assert np.abs(values).max() > 0.99 * limit


def drawn(initializer):
    """The values that an initializer gives for a kernel."""
    return initializer((4, 5)).numpy().tolist()


@holds("initializers.seed", when="tensorflow<2.7 or tensorflow>=2.10")
def test_seed_repeats_the_values():
    """GlorotUniform gives the same values for the same seed and different values for another seed."""
    first, again, other = (drawn(keras.initializers.GlorotUniform(seed=seed)) for seed in (3, 3, 4))
    assert first == again
    assert first != other


@defect(
    "initializers.seed",
    when="tensorflow>=2.7 and tensorflow<2.10",
    instead="tf.random.set_seed(seed) before each draw",
    impact="silent",
    reported="keras-team/keras#15755",
    traces=["tf.keras.initializers.GlorotUniform(seed=$NUMBER)", "tf.keras.initializers.glorot_uniform(seed=$NUMBER)"],
)
def test_seed_does_not_repeat_the_values():
    """GlorotUniform gives different values each time for the same seed, until tf.random.set_seed is called again."""
    tf.random.set_seed(1)
    first, again = (drawn(keras.initializers.GlorotUniform(seed=3)) for _ in range(2))
    assert first != again
    tf.random.set_seed(1)
    assert drawn(keras.initializers.GlorotUniform(seed=3)) == first


def drawn_by_layer(initializer):
    """The kernel of a new layer that is given the initializer."""
    return dense_kernel(4, 5, kernel_initializer=initializer).tolist()


@holds("initializers.unseeded-instance", when="tensorflow<2.10")
def test_unseeded_initializer_varies():
    """An unseeded GlorotUniform gives new values each time it is called, so each layer that shares it starts differently."""
    initializer = keras.initializers.GlorotUniform()
    assert drawn(initializer) != drawn(initializer)
    assert drawn_by_layer(initializer) != drawn_by_layer(initializer)


@changed(
    "initializers.unseeded-instance",
    when="tensorflow>=2.10",
    instead="kernel_initializer=GlorotUniform(), a new one for each layer",
    impact="silent",
    traces=[
        "$INIT = tf.keras.initializers.$CLASS(seed=$ABSENT); "
        "tf.keras.layers.$LAYER1(kernel_initializer=$INIT); tf.keras.layers.$LAYER2(kernel_initializer=$INIT)"
    ],
)
def test_unseeded_initializer_repeats():
    """An unseeded GlorotUniform gives the same values each time it is called, so all layers that share it start alike."""
    initializer = keras.initializers.GlorotUniform()
    assert drawn(initializer) == drawn(initializer)
    assert drawn_by_layer(initializer) == drawn_by_layer(initializer)
    assert drawn(initializer) != drawn(keras.initializers.GlorotUniform())


@holds("initializers.dense-kernel-glorot")
def test_layers_differ():
    """Without a seed, two Dense layers start with different kernels."""
    assert dense_kernel(4, 5).tolist() != dense_kernel(4, 5).tolist()


@holds("initializers.custom-function")
def test_function_serves_as_initializer():
    """A function can be an initializer: it is called with the kernel's shape and dtype, and what it returns becomes the kernel."""
    calls = []

    def my_init(shape, dtype=None):
        values = tf.random.normal(shape, dtype=dtype)
        calls.append((tuple(shape), tf.as_dtype(dtype), values.numpy().tolist()))
        return values

    layer = layers.Dense(64, kernel_initializer=my_init)
    layer.build((None, 8))
    ((shape, dtype, values),) = calls
    assert (shape, dtype) == ((8, 64), tf.float32)
    assert layer.get_weights()[0].tolist() == values


CONVOLUTIONS = ["Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "Conv3DTranspose"]
KERNELS = {
    # the arguments of a layer, and the names of its kernels
    "Dense": ((4,), ["kernel"]),
    **{name: ((4, 3), ["kernel"]) for name in CONVOLUTIONS},
    "DepthwiseConv2D": ((3,), ["depthwise"]),
    "SeparableConv1D": ((4, 3), ["depthwise", "pointwise"]),
    "SeparableConv2D": ((4, 3), ["depthwise", "pointwise"]),
}


@holds("initializers.custom-function")
@pytest.mark.parametrize("name", KERNELS)
def test_each_weight_has_its_initializer(name):
    """Each kernel of a layer, and its bias, takes an initializer of its own."""
    arguments, kernels = KERNELS[name]
    values = {f"{weight}_initializer": number for number, weight in enumerate([*kernels, "bias"])}
    initializers = {setting: keras.initializers.Constant(value) for setting, value in values.items()}
    layer = getattr(layers, name)(*arguments, **initializers)
    layer.build((None, *DEFAULTS[name][1]))
    assert [set(np.ravel(weight)) for weight in layer.get_weights()] == [{value} for value in values.values()]


@holds("initializers.random-normal", when="keras<3.3 or keras>=3.3.2")
def test_random_normal_of_the_backend():
    """K.random_normal, which the notes' initializer uses, draws from the normal distribution with mean 0 and standard deviation 1."""
    values = keras.backend.random_normal((100, 100), dtype="float32").numpy()
    assert (values.shape, values.dtype) == ((100, 100), np.float32)
    assert values.mean() == near(0.0, atol=0.05)
    assert values.std() == near(1.0, rtol=0.05)
    assert np.mean(np.abs(values) > 2) == near(0.0455, atol=0.01)


@defect(
    "initializers.random-normal",
    when="keras>=3.3 and keras<3.3.2",
    instead="tf.random.normal(shape, dtype=dtype)",
    impact="error",
    reported="keras-team/keras@3ebb36fce2",
    traces=["tf.keras.backend.random_normal"],
)
def test_random_normal_is_missing():
    """tf.keras.backend does not have random_normal, which the notes' initializer uses."""
    assert not hasattr(keras.backend, "random_normal")
    layer = layers.Dense(3, kernel_initializer=lambda shape, dtype=None: tf.random.normal(shape, dtype=dtype))
    layer.build((None, 2))
    assert len(set(np.ravel(layer.get_weights()[0]))) == 6


# The seed


def first_weights(seed, set_seed):
    """The kernels of two new Dense layers, after the seed was set."""
    set_seed(seed)
    return [dense_kernel(2, 3).tolist() for _ in range(2)]


@holds("initializers.set-seed", when="keras<2.10")
def test_set_seed_repeats_the_first_weights():
    """tf.random.set_seed makes the initial weights of new layers repeatable; the layers still differ from each other."""
    first, again = (first_weights(5, tf.random.set_seed) for _ in range(2))
    assert first == again
    assert first[0] != first[1]


@pytest.fixture
def keras_generator(monkeypatch):
    """Undoes what set_random_seed does to Keras 2: from then on, all layers take their seeds from one generator."""
    backend = keras.utils.set_random_seed.__globals__.get("backend")
    if hasattr(backend, "_SEED_GENERATOR"):
        monkeypatch.setattr(backend, "_SEED_GENERATOR", threading.local())


@changed(
    "initializers.set-seed",
    when="keras>=2.10 and keras<2.19 and python<3.12 or keras>=2.19",
    instead="tf.keras.utils.set_random_seed(5)",
    impact="silent",
    traces=[
        "not $ONE_OF(tf.keras.utils.set_random_seed(), random.seed()); tf.random.set_seed(); "
        "not not $ONE_OF(tf.keras.layers.Dense(), tf.keras.layers.Conv1D(), tf.keras.layers.Conv2D(), "
        "tf.keras.layers.Conv2DTranspose(), tf.keras.layers.SeparableConv2D(), tf.keras.layers.Embedding(), "
        "tf.keras.layers.SimpleRNN(), tf.keras.layers.GRU(), tf.keras.layers.LSTM())"
    ],
)
def test_set_seed_does_not_repeat_the_first_weights(keras_generator):
    """tf.random.set_seed does not make the initial weights of new layers repeatable; tf.keras.utils.set_random_seed does."""
    first, again = (first_weights(5, tf.random.set_seed) for _ in range(2))
    assert first != again
    first, again = (first_weights(5, keras.utils.set_random_seed) for _ in range(2))
    assert first == again
    assert first[0] != first[1]


@defect(
    "initializers.set-seed",
    when="keras>=2.10 and keras<2.19 and python>=3.12",
    instead="random.seed(5); tf.random.set_seed(5)",
    impact="error",
    reported="keras-team/tf-keras#803",
    traces=["tf.keras.utils.set_random_seed(); not not tf.keras.layers.$CLASS()"],
)
def test_no_layer_after_set_random_seed(keras_generator):
    """After tf.keras.utils.set_random_seed, no layer with randomly initialized weights can be built."""

    def set_both(seed):
        random.seed(seed)
        tf.random.set_seed(seed)

    first, again = (first_weights(5, set_both) for _ in range(2))
    assert first == again
    with refused(TypeError, naming="integer"):
        first_weights(5, keras.utils.set_random_seed)


# Weights of one's own


class Scale(layers.Layer):
    """A layer that multiplies its input by a weight of its own, which starts at 1."""

    def __init__(self, make):
        super().__init__()
        self.scale = make(self)

    def call(self, inputs):
        """The input, scaled."""
        return inputs * self.scale


def train_once(make):
    """Trains a model of one Scale layer by a step of SGD; returns the layer and the number of its weights before."""
    layer = Scale(make)
    model = compiled(keras.Sequential([layer]), optimizer=keras.optimizers.SGD(0.1), loss="mean_squared_error")
    weights = len(layer.weights)
    model.train_on_batch(np.ones((1, 1)), np.full((1, 1), 3.0))
    return layer.scale.numpy(), weights


TRAINED = 1 + 0.1 * 2 * (3 - 1)


@holds("weights.own-variable", when="keras<3")
def test_variable_in_a_layer_is_trained():
    """A tf.Variable that a layer keeps as an attribute is one of its weights and is trained."""
    assert train_once(lambda layer: tf.Variable(1.0)) == (near(TRAINED), 1)


@changed(
    "weights.own-variable",
    when="keras>=3",
    instead="self.add_weight(name='scale', shape=(), initializer='ones')",
    impact="silent",
    traces=[
        "class $CLASS(tf.keras.layers.Layer):\n    $SELF.$NAME = tf.Variable(trainable=$NONE_OF(False))",
        "class $CLASS(tf.keras.Model):\n    $SELF.$NAME = tf.Variable(trainable=$NONE_OF(False))",
    ],
)
def test_variable_in_a_layer_is_not_trained():
    """A tf.Variable that a layer keeps as an attribute is not one of its weights and is not trained."""
    assert train_once(lambda layer: tf.Variable(1.0)) == (1.0, 0)
    added = train_once(lambda layer: layer.add_weight(name="scale", shape=(), initializer="ones"))
    assert added == (near(TRAINED), 1)


@holds("weights.names", when="keras<3")
def test_names_of_weights_are_paths():
    """A weight's name is a path that includes the name of its layer: dense/kernel:0."""
    model = keras.Sequential([layers.Dense(2, input_shape=(3,), name="output")])
    assert [weight.name for weight in model.weights] == ["output/kernel:0", "output/bias:0"]


@changed(
    "weights.names",
    when="keras>=3",
    instead="weight.path, such as sequential/output/kernel",
    impact="silent",
    traces=[
        "$ONE_OF($MODEL.weights, $MODEL.variables, $MODEL.trainable_weights, $MODEL.trainable_variables)[...].name",
        "$ONE_OF($LAYER.weights, $LAYER.variables, $LAYER.trainable_weights, $LAYER.trainable_variables)[...].name",
    ],
)
def test_names_of_weights_are_short():
    """A weight's name, such as kernel, does not include the name of its layer; its path includes those of the model and the layer."""
    model = keras.Sequential([layers.Dense(2, input_shape=(3,), name="output")], name="model")
    assert [weight.name for weight in model.weights] == ["kernel", "bias"]
    assert [weight.path for weight in model.weights] == ["model/output/kernel", "model/output/bias"]


class Named(layers.Layer):
    """A layer that multiplies its input by a weight, which it adds with these arguments; other settings are ones and its shape."""

    def __init__(self, *arguments, **settings):
        super().__init__()
        self.arguments, self.settings = arguments, settings

    def build(self, input_shape):
        """Adds the weight."""
        self.scale = self.add_weight(*self.arguments, initializer="ones", **self.settings)

    def call(self, inputs):
        """The input, scaled."""
        return inputs * self.scale


@holds("weights.name-first", when="keras<3")
@pytest.mark.parametrize("settings", [{"shape": (2,)}, {}], ids=str)
def test_name_is_the_first_argument(settings):
    """The first argument of add_weight is the name: self.add_weight('scale', shape=(2,))."""
    layer = Named("scale", **settings)
    assert layer(np.array([[1.0, 2.0]], np.float32)).numpy().tolist() == [[1.0, 2.0]]
    assert "scale" in layer.weights[0].name


@changed(
    "weights.name-first",
    when="keras>=3",
    instead="self.add_weight(name='scale', shape=(2,), initializer='ones')",
    impact="error",
    traces=["$LAYER.add_weight($STRING)", "$MODEL.add_weight($STRING)"],
)
@pytest.mark.parametrize("settings", [{"shape": (2,)}, {}], ids=str)
def test_name_is_a_keyword(settings):
    """A name as the first argument of add_weight raises a TypeError or ValueError: it must be passed by keyword.

    Reports: keras-team/keras#20299, keras-team/keras#22253.
    """
    with refused(TypeError, ValueError):
        Named("scale", **settings)(np.ones((1, 2), np.float32))
    layer = Named(name="scale", shape=(2,))
    assert layer(np.array([[1.0, 2.0]], np.float32)).numpy().tolist() == [[1.0, 2.0]]
    assert "scale" in layer.weights[0].name


MATRIX = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], np.float32)


@holds("weights.of-embedding", when="keras<3 or keras>=3.3")
def test_embedding_takes_weights():
    """Embedding(3, 2, weights=[matrix]) starts with the rows of the matrix."""
    assert layers.Embedding(3, 2, weights=[MATRIX])(np.array([2, 0])).numpy().tolist() == MATRIX[[2, 0]].tolist()


@changed(
    "weights.of-embedding",
    when="keras>=3 and keras<3.3",
    instead="embeddings_initializer=tf.keras.initializers.Constant(matrix)",
    impact="error",
    traces=["tf.keras.layers.Embedding(weights=$X)"],
)
def test_embedding_refuses_weights():
    """Embedding(3, 2, weights=[matrix]) raises a ValueError that names weights.

    Reports: keras-team/keras#19196, tensorflow/tensorflow#64252.
    """
    with refused(ValueError, naming="weights"):
        layers.Embedding(3, 2, weights=[MATRIX])
    layer = layers.Embedding(3, 2, embeddings_initializer=keras.initializers.Constant(MATRIX))
    assert layer(np.array([2, 0])).numpy().tolist() == MATRIX[[2, 0]].tolist()
