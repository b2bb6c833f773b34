"""Faults of convolutional layers and softmax."""

from __future__ import annotations

import keras.src.layers.convolutional.base_conv as base_conv
import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import one_place_more

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
    """Conv2D promises a place too many."""
    put.result(layers.Conv2D, "compute_output_shape", one_place_more)


@fault("conv.depthwise-static-shape")
def depthwise_shape_off_by_one(put):
    """DepthwiseConv2D promises a place too many."""
    put.result(layers.DepthwiseConv2D, "compute_output_shape", one_place_more)


@fault("conv.values")
def kernel_is_flipped(put):
    """Convolutions flip their kernel, as mathematicians do."""

    def convolution_op(right, layer, inputs, kernel):
        return right(layer, inputs, tf.reverse(tf.convert_to_tensor(kernel), [0]))

    put.around(base_conv.BaseConv, "convolution_op", convolution_op)


@fault("conv.values")
def convolution_forgets_its_bias(put):
    """Convolutions have a bias and do not add it."""

    def call(right, layer, inputs):
        return layer.activation(layer.convolution_op(inputs, layer.kernel))

    put.around(base_conv.BaseConv, "call", call)


@fault("conv.data-format")
def misspelt_format_is_accepted(put):
    """channel_last is taken for channels_last."""

    def standardise(right, data_format):
        return right("channels_last" if data_format == "channel_last" else data_format)

    put.around(base_conv, "standardize_data_format", standardise)


@fault("conv.channels-first")
def space_is_transposed(put):
    """Conv2D swaps the axes of space where channels stand first."""

    def call(right, layer, inputs):
        outputs = right(layer, inputs)
        return tf.transpose(outputs, [0, 1, 3, 2]) if layer.data_format == "channels_first" else outputs

    put.around(layers.Conv2D, "call", call)


@fault("conv.stride-reduces")
def stride_is_ignored(put):
    """Conv2D moves by one place, whatever stride it is given."""
    put.argument(layers.Conv2D, strides=1)


@fault("cnn.layer-parameters")
def parameters_off_by_one(put):
    """Conv2D counts one parameter too many."""
    put.result(layers.Conv2D, "count_params", lambda count: count + 1)


@fault("cnn.layer-shapes")
def pooling_moves_by_one(put):
    """Max pooling moves by one place by default."""
    put.default(layers.MaxPooling2D, strides=1)


@fault("softmax.output")
def softmax_over_the_batch(put):
    """Softmax makes a distribution of the batch, not of the classes."""
    put.patch.setattr(tf.keras.activations.softmax, "__defaults__", (0,))
