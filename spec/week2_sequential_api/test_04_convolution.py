"""Week 2, Convolutional layer.

Subject: convolution and pooling.
"""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import assume, given
from hypothesis import strategies as st

from spec.models import notes_cnn
from spec.oracles import convolution as oracle
from spec.oracles.losses import relu, softmax
from tf_conformance import defect, holds, misstated, near, refused, unchecked

keras, layers = tf.keras, tf.keras.layers

CONVOLUTIONS = {1: layers.Conv1D, 2: layers.Conv2D, 3: layers.Conv3D}
TRANSPOSED = {2: layers.Conv2DTranspose, 3: layers.Conv3DTranspose}
SEPARABLE = {1: layers.SeparableConv1D, 2: layers.SeparableConv2D}


def depthwise(filters, kernel, **settings):
    """A DepthwiseConv2D, made like the other layers: it has as many filters as its input has channels."""
    return layers.DepthwiseConv2D(kernel, **settings)


ALL_WITH_RANK = [
    *((layer, rank) for table in (CONVOLUTIONS, TRANSPOSED, SEPARABLE) for rank, layer in table.items()),
    (depthwise, 2),
]
NAMES = [layer.__name__ for table in (CONVOLUTIONS, TRANSPOSED, SEPARABLE) for layer in table.values()]
NAMES.append("DepthwiseConv2D")


def with_random_weights(layer, input_shape, rng):
    """The layer, built and given random weights that do not depend on its default initializers, and these weights."""
    layer.build((None, *input_shape))
    layer.set_weights([rng.randn(*weight.shape).astype(np.float32) for weight in layer.weights])
    return layer, layer.get_weights()


# Defaults


@holds("conv.defaults")
@pytest.mark.parametrize(("layer", "rank"), ALL_WITH_RANK, ids=NAMES)
def test_no_padding_stride_one(layer, rank):
    """By default, a convolutional layer has no padding, stride 1, no dilation, a bias, channels last and no activation."""
    made = layer(4, 3)
    assert made.padding == "valid"
    assert tuple(made.strides) == (1,) * rank
    assert tuple(made.dilation_rate) == (1,) * rank
    assert made.data_format == "channels_last"
    assert made.use_bias is True
    assert made.activation(tf.constant([-2.0, 2.0])).numpy().tolist() == [-2.0, 2.0]


@holds("conv.defaults")
@pytest.mark.parametrize(("layer", "rank"), ALL_WITH_RANK, ids=NAMES)
def test_defaults_in_effect(layer, rank):
    """By default, a kernel of size 3 turns a length of 8 into 6, or 10 if transposed, and the channels are the last axis."""
    length = 10 if layer in TRANSPOSED.values() else 6
    filters = 2 if layer is depthwise else 4
    assert tuple(layer(4, 3)(tf.zeros([1, *[8] * rank, 2])).shape) == (1, *[length] * rank, filters)


@holds("conv.defaults")
def test_number_applies_to_every_axis():
    """A single number for kernel_size or strides of Conv2D applies to both spatial axes."""
    layer = layers.Conv2D(2, 3, strides=2)
    assert (tuple(layer.kernel_size), tuple(layer.strides)) == ((3, 3), (2, 2))


# Shapes


@st.composite
def geometries(draw):
    """A length, window, stride, padding and dilation that fit together: TensorFlow does not combine strides with dilation."""
    window = draw(st.integers(1, 4))
    stride = draw(st.integers(1, 4))
    dilation = draw(st.integers(1, 3)) if stride == 1 else 1
    padding = draw(st.sampled_from(["valid", "same"]))
    length = draw(st.integers(1, 12))
    assume(padding == "same" or length >= dilation * (window - 1) + 1)
    return {"length": length, "window": window, "stride": stride, "padding": padding, "dilation": dilation}


def output_shapes(layer, shape):
    """The result of compute_output_shape and the shape of an actual output."""
    return tuple(layer.compute_output_shape((1, *shape))), tuple(layer(tf.zeros([1, *shape])).shape)


def settings_of(geometry):
    """The arguments of a convolutional layer with this geometry."""
    return {
        "kernel_size": geometry["window"],
        "strides": geometry["stride"],
        "padding": geometry["padding"],
        "dilation_rate": geometry["dilation"],
        "use_bias": False,
        "data_format": "channels_last",
    }


@holds("conv.output-shape")
@pytest.mark.parametrize("rank", [1, 2])
@given(geometry=geometries())
def test_shape_formula(rank, geometry):
    """A convolution's output length is floor((n - dilation (k - 1) - 1) / stride) + 1, or ceil(n / stride) with padding='same'."""
    expected = (1, *[oracle.output_length(**geometry)] * rank, 2)
    layer = CONVOLUTIONS[rank](2, **settings_of(geometry))
    assert output_shapes(layer, [geometry["length"]] * rank + [1]) == (expected, expected)


@holds("conv.output-shape")
@given(geometry=geometries())
def test_shape_formula_3d(geometry):
    """Conv3D's output length along each axis follows from the length, kernel size and stride of that axis alone."""
    assume(geometry["dilation"] == 1)
    n, k, s = geometry["length"], geometry["window"], geometry["stride"]
    layer = layers.Conv3D(2, (k, 1, 2), strides=(s, 2, 1), padding=geometry["padding"], use_bias=False)
    expected = tuple(
        oracle.output_length(length, window, stride, geometry["padding"])
        for length, window, stride in [(n, k, s), (5, 1, 2), (4, 2, 1)]
    )
    assert output_shapes(layer, (n, 5, 4, 1)) == ((1, *expected, 2),) * 2


@holds("conv.output-shape")
@given(geometry=geometries())
def test_shape_formula_depthwise_and_separable(geometry):
    """DepthwiseConv2D and SeparableConv2D have the output lengths of Conv2D; DepthwiseConv2D multiplies the number of channels."""
    lengths = [oracle.output_length(**geometry)] * 2
    shape = (geometry["length"], geometry["length"], 3)
    depthwise = layers.DepthwiseConv2D(depth_multiplier=2, **settings_of(geometry))
    separable = layers.SeparableConv2D(4, **settings_of(geometry))
    assert tuple(depthwise(tf.zeros([1, *shape])).shape) == (1, *lengths, 6)
    assert output_shapes(separable, shape) == ((1, *lengths, 4),) * 2


@defect(
    "conv.depthwise-static-shape",
    when="tensorflow<2.3",
    instead="layer(tf.zeros(input_shape)).shape",
    impact="silent",
    reported="keras-team/keras#12972",
    traces=["tf.keras.layers.DepthwiseConv2D(dilation_rate=$NONE_OF($ABSENT, 1)).compute_output_shape()"],
)
def test_depthwise_static_shape_ignores_dilation():
    """DepthwiseConv2D.compute_output_shape ignores dilation_rate: the actual output is smaller."""
    layer = layers.DepthwiseConv2D(2, dilation_rate=2)
    assert output_shapes(layer, (6, 6, 1)) == ((1, 5, 5, 1), (1, 4, 4, 1))


@holds("conv.depthwise-static-shape", when="tensorflow>=2.3")
@given(geometry=geometries())
def test_depthwise_static_shape(geometry):
    """DepthwiseConv2D.compute_output_shape gives the shape of the actual output."""
    lengths = [oracle.output_length(**geometry)] * 2
    layer = layers.DepthwiseConv2D(depth_multiplier=2, **settings_of(geometry))
    expected = (1, *lengths, 6)
    assert output_shapes(layer, (geometry["length"], geometry["length"], 3)) == (expected, expected)


@holds("conv.output-shape")
@given(geometry=geometries())
def test_shape_formula_transposed(geometry):
    """Conv2DTranspose's output length is n stride + max(k - stride, 0), or n stride with padding='same'."""
    assume(geometry["dilation"] == 1)
    sizes = {name: geometry[name] for name in ("length", "window", "stride", "padding")}
    expected = (1, *[oracle.transposed_length(**sizes)] * 2, 2)
    layer = layers.Conv2DTranspose(2, **settings_of(geometry))
    assert output_shapes(layer, (geometry["length"], geometry["length"], 1)) == (expected, expected)


@holds("conv.output-shape")
@pytest.mark.parametrize(("layer", "rank"), ALL_WITH_RANK, ids=NAMES)
def test_shape_with_channels_first(layer, rank):
    """With channels_first, compute_output_shape gives the filters' axis first, and then the output lengths."""
    made = layer(4, 3, strides=2, data_format="channels_first")
    formula = oracle.transposed_length if layer in TRANSPOSED.values() else oracle.output_length
    lengths = [9, 8, 6][:rank]
    expected = (None, 5 if layer is depthwise else 4, *[formula(length, 3, 2, "valid") for length in lengths])
    assert tuple(made.compute_output_shape((None, 5, *lengths))) == expected


@holds("conv.output-shape")
@pytest.mark.parametrize(("layer", "rank"), ALL_WITH_RANK, ids=NAMES)
def test_shape_of_unknown_length(layer, rank):
    """For an axis of unknown length, None, compute_output_shape gives None; the other axes have their output lengths."""
    made = layer(4, 3)
    length = 10 if layer in TRANSPOSED.values() else 6
    filters = 2 if layer is depthwise else 4
    expected = (None, None, *[length] * (rank - 1), filters)
    assert tuple(made.compute_output_shape((None, None, *[8] * (rank - 1), 2))) == expected


@holds("conv.output-shape")
def test_causal_padding_keeps_the_length():
    """Conv1D with padding='causal' and stride 1 keeps the length of its input."""
    layer = layers.Conv1D(2, 3, padding="causal", dilation_rate=2)
    assert output_shapes(layer, (7, 1)) == ((1, 7, 2), (1, 7, 2))


# Values


@holds("conv.values")
@pytest.mark.parametrize(
    ("rank", "window", "settings"),
    [
        (1, 3, {}),
        (1, 3, {"stride": 2, "padding": "same"}),
        (1, 2, {"padding": "causal", "dilation": 3}),
        (2, 3, {}),
        (2, 3, {"padding": "same"}),
        (2, 2, {"padding": "same"}),
        (2, 3, {"stride": 2}),
        (2, 2, {"stride": 3, "padding": "same"}),
        (2, 2, {"dilation": 2}),
        (3, 2, {}),
        (3, 2, {"stride": 2, "padding": "same"}),
    ],
)
def test_values(device, rng, rank, window, settings):
    """Each output of a convolution is the sum of input times kernel over the window and all channels, plus the filter's bias."""
    shape = [6] * rank + [2]
    settings_of_layer = {"dilation_rate" if name == "dilation" else name: value for name, value in settings.items()}
    settings_of_layer["strides"] = settings_of_layer.pop("stride", 1)
    layer = CONVOLUTIONS[rank](3, window, **settings_of_layer)
    layer, (kernel, bias) = with_random_weights(layer, shape, rng)
    x = rng.randn(2, *shape).astype(np.float32)
    assert device(layer, x) == near(oracle.convolve(x, kernel, **settings) + bias, rtol=1e-4, atol=1e-5)


@holds("conv.values")
def test_activation_comes_last(device, rng):
    """Conv2D applies its activation after adding the bias."""
    layer, (kernel, bias) = with_random_weights(layers.Conv2D(2, 3, activation="relu"), (5, 5, 1), rng)
    x = rng.randn(1, 5, 5, 1).astype(np.float32)
    assert device(layer, x) == near(relu(oracle.convolve(x, kernel) + bias), rtol=1e-4, atol=1e-5)


@holds("conv.values")
@pytest.mark.parametrize("settings", [{}, {"padding": "same"}, {"stride": 2}, {"dilation": 2}], ids=str)
def test_depthwise_values(device, rng, settings):
    """DepthwiseConv2D convolves each channel with its own kernels and groups the outputs by input channel."""
    arguments = {"stride": "strides", "dilation": "dilation_rate"}
    renamed = {arguments.get(name, name): value for name, value in settings.items()}
    layer = layers.DepthwiseConv2D(3, depth_multiplier=2, **renamed)
    layer, (kernel, bias) = with_random_weights(layer, (6, 6, 2), rng)
    x = rng.randn(2, 6, 6, 2).astype(np.float32)
    assert device(layer, x) == near(oracle.convolve_depthwise(x, kernel, **settings) + bias, rtol=1e-4, atol=1e-5)


@holds("conv.values")
def test_separable_values(device, rng):
    """SeparableConv2D is a depthwise convolution followed by a 1x1 convolution that mixes the channels."""
    layer, (depthwise, pointwise, bias) = with_random_weights(
        layers.SeparableConv2D(3, 3, padding="same"), (5, 5, 2), rng
    )
    x = rng.randn(2, 5, 5, 2).astype(np.float32)
    expected = oracle.convolve(oracle.convolve_depthwise(x, depthwise, padding="same"), pointwise) + bias
    assert device(layer, x) == near(expected, rtol=1e-4, atol=1e-5)


@holds("conv.values")
@pytest.mark.parametrize(
    ("window", "settings"),
    [(3, {}), (3, {"stride": 2}), (2, {"stride": 2, "padding": "same"}), (3, {"padding": "same"}), (2, {"stride": 3})],
    ids=str,
)
def test_transposed_values(device, rng, window, settings):
    """Conv2DTranspose spreads each input over a window of outputs and sums where windows overlap."""
    arguments = {"strides": settings.get("stride", 1), "padding": settings.get("padding", "valid")}
    layer, (kernel, bias) = with_random_weights(layers.Conv2DTranspose(2, window, **arguments), (4, 4, 3), rng)
    x = rng.randn(2, 4, 4, 3).astype(np.float32)
    assert device(layer, x) == near(oracle.convolve_transposed(x, kernel, **settings) + bias, rtol=1e-4, atol=1e-5)


# Data format


@misstated(
    "conv.data-format",
    instead="data_format='channels_last'",
    impact="error",
    traces=["tf.keras.layers.$CLASS(data_format=$ONE_OF('channel_last', 'channel_first'))"],
)
@pytest.mark.parametrize(
    "layer", [layers.Conv2D, layers.MaxPooling2D, layers.Conv1D], ids=["Conv2D", "MaxPooling2D", "Conv1D"]
)
def test_channel_last_is_refused(layer):
    """The data format is spelled channels_last: channel_last raises a ValueError that names the correct spelling."""
    sizes = (3,) if layer is layers.MaxPooling2D else (16, 3)
    with refused(ValueError, naming="channels_last"):
        layer(*sizes, data_format="channel_last")


@misstated("conv.data-format", instead="data_format='channels_last'", impact="error")
def test_channels_last_is_the_default(device, rng):
    """channels_last is accepted, is the default, and treats the last axis as the channels."""
    layer = layers.Conv2D(3, 2, data_format="channels_last")
    assert layer.data_format == layers.Conv2D(3, 2).data_format == keras.backend.image_data_format() == "channels_last"
    layer, (kernel, bias) = with_random_weights(layer, (4, 5, 2), rng)
    x = rng.randn(1, 4, 5, 2).astype(np.float32)
    assert device(layer, x) == near(oracle.convolve(x, kernel) + bias, rtol=1e-4, atol=1e-5)


@holds("conv.channels-first")
def test_channels_first_values(device, rng):
    """channels_first, if the device supports it, treats the first axis after the batch as the channels, with the same results."""
    layer, (kernel, bias) = with_random_weights(layers.Conv2D(3, 2, data_format="channels_first"), (2, 4, 5), rng)
    x = rng.randn(1, 2, 4, 5).astype(np.float32)
    try:
        seen = device(layer, x)
    except tf.errors.UnimplementedError:
        unchecked(
            f"convolutions on {device} support only channels_last", lacks=f"channels_first convolutions on {device}"
        )
    expected = oracle.convolve(np.moveaxis(x, 1, -1), kernel) + bias
    assert seen == near(np.moveaxis(expected, -1, 1), rtol=1e-4, atol=1e-5)


@holds("conv.channels-first")
@pytest.mark.parametrize(("layer", "rank"), ALL_WITH_RANK, ids=NAMES)
def test_channels_first_weights(layer, rank):
    """The weights of a convolutional layer have the same shapes with channels_first as with channels_last."""
    first, last = (layer(4, 3, data_format=f"channels_{place}") for place in ("first", "last"))
    first.build((None, 2, *[8] * rank))
    last.build((None, *[8] * rank, 2))
    assert [tuple(weight.shape) for weight in first.weights] == [tuple(weight.shape) for weight in last.weights]


# Stride


@holds("conv.stride-reduces")
@pytest.mark.parametrize(("stride", "length"), [(1, 8), (2, 4), (3, 3), (7, 2), (8, 1)])
def test_stride_reduces_the_size(stride, length):
    """Stride reduces the output size: with stride s, about 1/s as many windows fit along an axis."""
    assert tuple(layers.Conv2D(1, 3, strides=stride)(tf.zeros([1, 10, 10, 1])).shape) == (1, length, length, 1)


@holds("conv.stride-reduces")
def test_stride_skips_positions(device, rng):
    """A convolution with stride 3 computes every third output of the same convolution with stride 1."""
    x = rng.randn(1, 9, 9, 1).astype(np.float32)
    kernel = rng.randn(3, 3, 1, 2).astype(np.float32)
    every = layers.Conv2D(2, 3, use_bias=False)
    third = layers.Conv2D(2, 3, strides=3, use_bias=False)
    for layer in (every, third):
        layer.build((None, 9, 9, 1))
        layer.set_weights([kernel])
    assert device(third, x) == near(device(every, x)[:, ::3, ::3, :], rtol=1e-4, atol=1e-5)


# The notes' network


@pytest.mark.smoke
@holds("cnn.layer-parameters")
def test_parameters_of_each_layer():
    """The layers of the notes' CNN have 448, 0, 0, 102,464 and 650 parameters."""
    model = notes_cnn()
    assert [layer.count_params() for layer in model.layers] == [448, 0, 0, 102464, 650]
    assert [tuple(weight.shape) for weight in model.weights] == [
        (3, 3, 3, 16),
        (16,),
        (1600, 64),
        (64,),
        (64, 10),
        (10,),
    ]


@pytest.mark.smoke
@holds("cnn.layer-shapes")
def test_output_shape_of_each_layer():
    """The output shapes of the notes' CNN are (None, 30, 30, 16), (None, 10, 10, 16), (None, 1600), (None, 64) and (None, 10)."""
    assert [tuple(layer.output.shape) for layer in notes_cnn().layers] == [
        (None, 30, 30, 16),
        (None, 10, 10, 16),
        (None, 1600),
        (None, 64),
        (None, 10),
    ]


@pytest.mark.smoke
@holds("cnn.layer-shapes")
def test_shapes_of_images(device):
    """Images that pass through the notes' CNN have the shapes (30, 30, 16), (10, 10, 16), (1600,), (64,) and (10,)."""

    def through(x):
        outputs = []
        for layer in notes_cnn().layers:
            x = layer(x)
            outputs.append(x)
        return outputs

    shapes = [output.shape for output in device(through, np.ones([2, 32, 32, 3], np.float32))]
    assert shapes == [(2, 30, 30, 16), (2, 10, 10, 16), (2, 1600), (2, 64), (2, 10)]


# The softmax head


@holds("softmax.output")
@pytest.mark.parametrize(
    "head",
    [keras.activations.softmax, layers.Softmax(), layers.Activation("softmax"), tf.nn.softmax],
    ids=["activation", "layer", "by-name", "tf.nn"],
)
def test_distribution(device, rng, head):
    """Softmax gives a probability distribution: e^z divided by its sum, between 0 and 1, summing to 1 and in the order of the logits."""
    logits = rng.randn(20, 10).astype(np.float32) * 5
    seen = device(head, logits)
    assert seen == near(softmax(logits), rtol=1e-4)
    assert seen.sum(axis=1) == near(np.ones(20))
    assert (seen > 0).all()
    assert seen.argsort(axis=1).tolist() == logits.argsort(axis=1).tolist()


@holds("softmax.output")
def test_large_logits_stay_finite(device):
    """Softmax of large logits does not overflow and depends only on the differences between them."""
    logits = np.array([[1000.0, 1001.0], [-1000.0, -1001.0], [1e30, -1e30]], np.float32)
    small, large = softmax([[0.0, 1.0]])[0]
    assert device(keras.activations.softmax, logits) == near([[small, large], [large, small], [1.0, 0.0]])


@holds("softmax.output")
def test_head_of_the_notes_network(device, rng):
    """The softmax layer of the notes' CNN outputs ten values per image, which sum to 1."""
    seen = device(notes_cnn(), rng.rand(3, 32, 32, 3).astype(np.float32))
    assert seen.shape == (3, 10)
    assert seen.sum(axis=1) == near(np.ones(3))


def restored(activation):
    """The activation of a Dense layer that is recreated from the configuration of one with this activation."""
    return layers.Dense.from_config(layers.Dense(2, activation=activation).get_config()).activation


LOGITS_OF_TWO = tf.constant([[0.0, np.log(3.0)]], tf.float32)


@holds("softmax.tf-nn", when="keras<3")
def test_tf_nn_softmax_is_restored():
    """A layer with activation=tf.nn.softmax can be recreated from its configuration."""
    assert restored(tf.nn.softmax)(LOGITS_OF_TWO).numpy() == near([[0.25, 0.75]])


@defect(
    "softmax.tf-nn",
    when="keras>=3",
    instead="activation='softmax'",
    impact="error",
    reported="tensorflow/tensorflow#102475",
    traces=[
        "tf.keras.Sequential(layers=[tf.keras.layers.$CLASS(activation=tf.nn.softmax)]).save()",
        "$MODEL.add(tf.keras.layers.$CLASS(activation=tf.nn.softmax)); $MODEL.save()",
        "tf.keras.Model(outputs=tf.keras.layers.$CLASS(activation=tf.nn.softmax)()).save()",
        "tf.keras.models.clone_model(tf.keras.Sequential(layers=[tf.keras.layers.$CLASS(activation=tf.nn.softmax)]))",
    ],
)
def test_tf_nn_softmax_is_not_restored():
    """A layer with activation=tf.nn.softmax works, but cannot be recreated from its configuration, as happens when a model is loaded."""
    layer = layers.Dense(2, activation=tf.nn.softmax)
    layer.build((None, 2))
    layer.set_weights([np.eye(2), np.zeros(2)])
    assert layer(LOGITS_OF_TWO).numpy() == near([[0.25, 0.75]])
    with refused(TypeError, ValueError, naming="softmax_v2"):
        restored(tf.nn.softmax)
    assert restored("softmax")(LOGITS_OF_TWO).numpy() == near([[0.25, 0.75]])
