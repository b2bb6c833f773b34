"""Faults of convolutional layers and softmax."""

from __future__ import annotations

import keras.src.layers.convolutional.base_conv as base_conv
import tensorflow as tf
from keras.src import activations
from keras.src.layers.core import dense

from tests.faults.fault import fault
from tests.faults.shared import one_longer

layers = tf.keras.layers


@fault("conv.defaults")
def padded_by_default(put):
    """Conv2D pads by default."""
    put.default(layers.Conv2D, padding="same")


@fault("conv.defaults")
def dilated_by_default(put):
    """Conv1D has a dilation of 2 by default."""
    put.default(layers.Conv1D, dilation_rate=2)


@fault("conv.output-shape")
def shape_off_by_one(put):
    """compute_output_shape of Conv2D is one too large along the first spatial axis."""
    put.result(layers.Conv2D, "compute_output_shape", one_longer)


@fault("conv.depthwise-static-shape")
def depthwise_shape_off_by_one(put):
    """compute_output_shape of DepthwiseConv2D is one too large along the first spatial axis."""
    put.result(layers.DepthwiseConv2D, "compute_output_shape", one_longer)


@fault("conv.values")
def kernel_is_flipped(put):
    """Convolutions flip their kernel, as the mathematical definition does."""

    def convolution_op(right, layer, inputs, kernel):
        return right(layer, inputs, tf.reverse(tf.convert_to_tensor(kernel), [0]))

    put.around(base_conv.BaseConv, "convolution_op", convolution_op)


@fault("conv.values")
def bias_is_not_added(put):
    """Convolutions do not add their bias."""

    def call(right, layer, inputs):
        return layer.activation(layer.convolution_op(inputs, layer.kernel))

    put.around(base_conv.BaseConv, "call", call)


@fault("conv.data-format")
def misspelled_format_is_accepted(put):
    """'channel_last' is accepted as 'channels_last'."""

    def standardize(right, data_format):
        return right("channels_last" if data_format == "channel_last" else data_format)

    put.around(base_conv, "standardize_data_format", standardize)


@fault("conv.channels-first")
def spatial_axes_are_swapped(put):
    """Conv2D swaps the spatial axes if channels come first."""

    def call(right, layer, inputs):
        outputs = right(layer, inputs)
        return tf.transpose(outputs, [0, 1, 3, 2]) if layer.data_format == "channels_first" else outputs

    put.around(layers.Conv2D, "call", call)


@fault("conv.stride-reduces")
def stride_is_ignored(put):
    """Conv2D has a stride of 1, whatever it is given."""
    put.argument(layers.Conv2D, strides=1)


@fault("cnn.layer-parameters")
def parameters_off_by_one(put):
    """Conv2D reports one parameter too many."""
    put.result(layers.Conv2D, "count_params", lambda count: count + 1)


@fault("cnn.layer-shapes")
def pooling_has_a_stride_of_one(put):
    """Max pooling has a stride of 1 by default."""
    put.default(layers.MaxPooling2D, strides=1)


@fault("softmax.output")
def softmax_is_over_the_batch(put):
    """Softmax normalizes over the batch, not over the classes."""
    put.patch.setattr(tf.keras.activations.softmax, "__defaults__", (0,))


@fault("softmax.tf-nn")
def tf_nn_softmax_is_known(put):
    """The defect is fixed: tf.nn.softmax is restored as the softmax of Keras."""
    put.patch.setitem(activations.ALL_OBJECTS_DICT, "softmax_v2", tf.keras.activations.softmax)
    right = activations.get
    put.attribute(
        dense.activations,
        "get",
        lambda name: right("softmax" if isinstance(name, dict) and name["config"] == "softmax_v2" else name),
    )
