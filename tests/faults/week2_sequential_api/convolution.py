"""Faults of convolutional layers and softmax."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import has_keras_3, inside, one_longer

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


@fault("conv.values", when="keras>=3")
def kernel_is_flipped(put):
    """Convolutions flip their kernel, as the mathematical definition does."""

    def convolution_op(right, layer, inputs, kernel):
        return right(layer, inputs, tf.reverse(tf.convert_to_tensor(kernel), [0]))

    put.around(inside("layers.convolutional.base_conv").BaseConv, "convolution_op", convolution_op)


@fault("conv.values")
def bias_is_added_twice(put):
    """Convolutions add their bias twice."""
    put.around(layers.Conv2D, "call", lambda right, layer, inputs: right(layer, inputs) + layer.bias)


@fault("conv.data-format")
def misspelled_format_is_accepted(put):
    """'channel_last' is accepted as 'channels_last'."""

    def standardize(right, data_format):
        return right("channels_last" if data_format == "channel_last" else data_format)

    if has_keras_3():
        put.around(inside("layers.convolutional.base_conv"), "standardize_data_format", standardize)
    else:
        put.around(inside("utils.conv_utils"), "normalize_data_format", standardize)


@fault("conv.channels-first")
def spatial_axes_are_swapped(put):
    """Conv2D swaps the spatial axes if channels come first."""

    def call(right, layer, inputs):
        if layer.data_format == "channels_last":
            return right(layer, inputs)
        images = tf.transpose(inputs, [0, 2, 3, 1])
        outputs = tf.nn.conv2d(images, tf.convert_to_tensor(layer.kernel), 1, "VALID") + layer.bias
        return tf.transpose(outputs, [0, 3, 2, 1])

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
    put.around(tf.keras.activations, "softmax", lambda right, logits: tf.transpose(right(tf.transpose(logits))))


@fault("softmax.tf-nn", when="keras>=3")
def tf_nn_softmax_is_known(put):
    """The defect is fixed: tf.nn.softmax is restored as the softmax of Keras."""
    put.patch.setitem(inside("activations").ALL_OBJECTS_DICT, "softmax_v2", tf.keras.activations.softmax)
    right = inside("activations").get
    put.attribute(
        inside("layers.core.dense").activations,
        "get",
        lambda name: right("softmax" if isinstance(name, dict) and name["config"] == "softmax_v2" else name),
    )


@fault("softmax.tf-nn", when="keras<3")
def tf_nn_softmax_is_lost(put):
    """The configuration of a Dense layer has lost its activation."""
    put.result(layers.Dense, "get_config", lambda config: {**config, "activation": "linear"})
