"""Faults of Sequential and Flatten."""

from __future__ import annotations

import warnings

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import inside

layers = tf.keras.layers


@fault("sequential.from-list")
def last_layer_is_dropped(put):
    """Sequential([...]) drops the last layer of its list."""

    def init(right, model, layers=None, **settings):
        right(model, layers and layers[:-1], **settings)

    put.around(tf.keras.Sequential, "__init__", init)


@fault("sequential.by-add")
def pop_removes_nothing(put):
    """pop() leaves the last layer in place."""
    put.around(tf.keras.Sequential, "pop", lambda right, model, **settings: model.layers[-1])


@fault("sequential.by-add")
def add_returns_the_model(put):
    """add() returns the model."""

    def add(right, model, *args, **settings):
        right(model, *args, **settings)
        return model

    put.around(tf.keras.Sequential, "add", add)


@fault("sequential.input-shape")
def input_shape_is_ignored(put):
    """A layer accepts input_shape and ignores it."""
    put.around(layers.Layer, "__init__", lambda right, layer, input_shape=None, **settings: right(layer, **settings))


@fault("sequential.misspelled-argument")
def misspelled_argument_is_ignored(put):
    """A layer accepts activatiion and ignores it."""
    put.around(layers.Layer, "__init__", lambda right, layer, activatiion=None, **settings: right(layer, **settings))


@fault("flatten.shape")
def order_is_column_major(put):
    """Flatten works in column-major order: the first axis varies fastest."""

    def call(right, layer, inputs):
        return right(layer, tf.transpose(inputs, [0, *range(len(inputs.shape) - 1, 0, -1)]))

    put.around(layers.Flatten, "call", call)


@fault("flatten.nothing-learned")
def flatten_has_a_weight(put):
    """Flatten has a weight."""

    def build(right, layer, input_shape):
        right(layer, input_shape)
        layer.add_weight(shape=(1,), name="scale")

    put.around(layers.Flatten, "build", build)


@fault("sequential.input-shape-warning", when="keras>=3")
def input_shape_is_not_warned_of(put):
    """A layer takes input_shape without a warning, as in Keras 2."""
    put.attribute(inside("layers.layer").warnings, "warn", lambda *args, **settings: None)


@fault("sequential.single-layer", when="keras>=3")
def single_layer_is_accepted(put):
    """Sequential(layer) stacks the one layer, as in Keras 2."""

    def init(right, model, stack=None, **settings):
        right(model, [stack] if isinstance(stack, layers.Layer) else stack, **settings)

    put.around(tf.keras.Sequential, "__init__", init)


@fault("sequential.input-shape-warning", when="keras<3")
def input_shape_is_warned_of(put):
    """A layer warns of input_shape, as in Keras 3."""

    def init(right, layer, *args, **settings):
        if "input_shape" in settings:
            warnings.warn("Do not pass an `input_shape` argument to a layer", stacklevel=2)
        right(layer, *args, **settings)

    put.around(layers.Layer, "__init__", init)


@fault("sequential.single-layer", when="keras<3", raises=TypeError)
def single_layer_is_refused(put):
    """Sequential takes a list only, as in Keras 3."""

    def init(right, model, stack=None, **settings):
        if isinstance(stack, layers.Layer):
            raise TypeError("'Dense' object is not iterable")
        right(model, stack, **settings)

    put.around(tf.keras.Sequential, "__init__", init)
