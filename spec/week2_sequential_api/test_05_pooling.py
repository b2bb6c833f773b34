"""Week 2, Convolutional layer: pooling.

Subject: convolution and pooling.
"""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import assume, given
from hypothesis import strategies as st

from spec.oracles import convolution as oracle
from tf_conformance import changed, holds, near, refused

layers = tf.keras.layers

MAX = {1: layers.MaxPooling1D, 2: layers.MaxPooling2D, 3: layers.MaxPooling3D}
AVERAGE = {1: layers.AveragePooling1D, 2: layers.AveragePooling2D, 3: layers.AveragePooling3D}
EVERY_POOLING = [
    (table[rank], rank, reduce) for table, reduce in ((MAX, np.max), (AVERAGE, np.mean)) for rank in (1, 2, 3)
]
NAMES = [layer.__name__ for layer, _, _ in EVERY_POOLING]


def image(rng, rank, length=7, channels=2):
    """A batch of two random images with ``rank`` spatial axes."""
    return rng.randn(2, *[length] * rank, channels).astype(np.float32)


@holds("pool.shape")
@pytest.mark.parametrize("layer", [layers.MaxPooling2D, layers.AveragePooling2D])
def test_30_by_30_becomes_10_by_10(layer):
    """3x3 pooling of a 30x30 image gives 10x10 with the same number of channels."""
    pooling = layer((3, 3))
    assert tuple(pooling(tf.zeros([2, 30, 30, 16])).shape) == (2, 10, 10, 16)
    assert tuple(pooling.compute_output_shape((None, 30, 30, 16))) == (None, 10, 10, 16)


@holds("pool.shape")
@pytest.mark.parametrize(("layer", "rank", "reduce"), EVERY_POOLING, ids=NAMES)
@given(
    length=st.integers(1, 12),
    window=st.integers(1, 4),
    stride=st.integers(1, 4),
    padding=st.sampled_from(["valid", "same"]),
)
def test_shape_formula(layer, rank, reduce, length, window, stride, padding):
    """The output length of pooling is floor((n - k) / stride) + 1, or ceil(n / stride) with padding='same'."""
    assume(padding == "same" or length >= window)
    pooling = layer(window, strides=stride, padding=padding)
    expected = (1, *[oracle.output_length(length, window, stride, padding)] * rank, 1)
    assert tuple(pooling.compute_output_shape((1, *[length] * rank, 1))) == expected
    assert tuple(pooling(tf.zeros([1, *[length] * rank, 1])).shape) == expected


@holds("pool.shape")
@pytest.mark.parametrize(("layer", "rank", "reduce"), EVERY_POOLING, ids=NAMES)
def test_shape_with_channels_first(layer, rank, reduce):
    """With channels_first, compute_output_shape keeps the first axis after the batch and pools the others."""
    pooling = layer(3, strides=2, padding="same", data_format="channels_first")
    lengths = [9, 8, 6][:rank]
    expected = (None, 5, *[oracle.output_length(length, 3, 2, "same") for length in lengths])
    assert tuple(pooling.compute_output_shape((None, 5, *lengths))) == expected


@holds("pool.shape")
@pytest.mark.parametrize(("layer", "rank", "reduce"), EVERY_POOLING, ids=NAMES)
def test_shape_of_unknown_length(layer, rank, reduce):
    """For an axis of unknown length, None, compute_output_shape gives None; the other axes have their output lengths."""
    expected = (None, None, *[4] * (rank - 1), 2)
    assert tuple(layer(2).compute_output_shape((None, None, *[9] * (rank - 1), 2))) == expected


@holds("pool.stride-default")
@pytest.mark.parametrize(("layer", "rank", "reduce"), EVERY_POOLING, ids=NAMES)
def test_stride_is_the_window(device, rng, layer, rank, reduce):
    """By default, the stride of a pooling layer is its pool size, so the windows lie side by side."""
    pooling = layer(3)
    assert tuple(np.ravel(pooling.strides)) == (3,) * len(np.ravel(pooling.strides))
    x = image(rng, rank)
    assert device(pooling, x) == near(oracle.pool(x, 3, 3, "valid", reduce))


@holds("pool.window-default")
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_max_window_is_two(device, rng, rank):
    """By default, max pooling has a pool size of 2 along each axis and no padding."""
    x = image(rng, rank)
    assert device(MAX[rank](strides=2), x) == near(oracle.pool(x, 2, 2, "valid", np.max))


@holds("pool.average-window-default", when="keras<3")
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_average_window_is_two(device, rng, rank):
    """By default, average pooling has a pool size of 2 along each axis and no padding."""
    x = image(rng, rank)
    assert device(AVERAGE[rank](strides=2), x) == near(oracle.pool(x, 2, 2, "valid", np.mean))


@changed(
    "pool.average-window-default",
    when="keras>=3",
    instead="pool_size=2",
    impact="error",
    traces=[
        "tf.keras.layers.AveragePooling1D(pool_size=$ABSENT)",
        "tf.keras.layers.AveragePooling2D(pool_size=$ABSENT)",
        "tf.keras.layers.AveragePooling3D(pool_size=$ABSENT)",
    ],
)
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_average_window_must_be_given(device, rng, rank):
    """Average pooling has no default pool size: pool_size must be given."""
    with refused(TypeError, naming="pool_size"):
        AVERAGE[rank]()
    x = image(rng, rank)
    assert device(AVERAGE[rank](pool_size=2), x) == near(oracle.pool(x, 2, 2, "valid", np.mean))


@holds("pool.values")
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("window", "stride"), [(2, 2), (3, 2), (3, 1)])
@pytest.mark.parametrize(("layer", "rank", "reduce"), EVERY_POOLING, ids=NAMES)
def test_maximum_or_mean_of_each_window(device, rng, layer, rank, reduce, window, stride, padding):
    """Max pooling takes the maximum and average pooling the mean of each window, per channel and without the padding."""
    x = image(rng, rank, length=5)
    assert device(layer(window, strides=stride, padding=padding), x) == near(
        oracle.pool(x, window, stride, padding, reduce)
    )


@holds("pool.values")
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_global_pooling_values(device, rng, rank):
    """Global pooling takes the maximum or the mean over the whole image, per channel."""
    x = image(rng, rank)
    space = tuple(range(1, rank + 1))
    maximum = {1: layers.GlobalMaxPooling1D, 2: layers.GlobalMaxPooling2D, 3: layers.GlobalMaxPooling3D}[rank]
    mean = {1: layers.GlobalAveragePooling1D, 2: layers.GlobalAveragePooling2D, 3: layers.GlobalAveragePooling3D}[rank]
    assert device(maximum(), x) == near(x.max(axis=space))
    assert device(mean(), x) == near(x.astype(np.float64).mean(axis=space), atol=1e-5)


@holds("pool.values")
def test_pooling_has_no_weights():
    """MaxPooling2D has no weights."""
    pooling = layers.MaxPooling2D((3, 3), strides=(3, 3))
    pooling.build((None, 9, 9, 1))
    assert pooling.weights == []


def with_spot(row, column):
    """A black 9x9 image with one white pixel."""
    x = np.zeros((1, 9, 9, 1), np.float32)
    x[0, row, column, 0] = 1.0
    return x


@holds("pool.translation")
@pytest.mark.parametrize(("row", "column"), [(3, 4), (4, 4), (5, 5), (3, 5)])
def test_shift_inside_a_window_changes_nothing(device, row, column):
    """Max pooling brings some translational invariance: a shift within a window leaves the output unchanged."""
    pooling = layers.MaxPooling2D((3, 3), strides=(3, 3))
    expected = [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
    assert device(pooling, with_spot(row, column))[0, :, :, 0].tolist() == expected


@holds("pool.translation")
def test_shift_to_another_window_shows(device):
    """A shift into the next window moves the output of max pooling by one position: the invariance is approximate."""
    pooling = layers.MaxPooling2D((3, 3), strides=(3, 3))
    expected = [[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]
    assert device(pooling, with_spot(4, 6))[0, :, :, 0].tolist() == expected


@holds("pool.translation")
@pytest.mark.parametrize("layer", [layers.GlobalMaxPooling2D, layers.GlobalAveragePooling2D])
def test_global_pooling_is_invariant(device, rng, layer):
    """Global pooling is invariant to a circular shift of the image."""
    x = image(rng, 2)
    shifted = np.roll(x, (2, 3), axis=(1, 2))
    assert device(layer(), shifted) == near(device(layer(), x))
