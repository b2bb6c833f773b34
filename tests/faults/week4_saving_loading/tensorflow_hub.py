"""Faults of TensorFlow Hub."""

from __future__ import annotations

import sys
import types

import tensorflow as tf

from tests.faults.fault import fault


@fault("hub.separate-library")
def hub_is_part_of_tensorflow(put):
    """TensorFlow has a module tf.hub."""
    put.attribute(tf, "hub", types.ModuleType("tensorflow.hub"))


def put_hub(put, **members):
    """Makes ``import tensorflow_hub`` give a module with these members."""
    hub = types.ModuleType("tensorflow_hub")
    vars(hub).update(members)
    put.patch.setitem(sys.modules, "tensorflow_hub", hub)


@fault("hub.keras-layer")
def hub_layer_is_a_keras_3_layer(put):
    """hub.KerasLayer is a layer of Keras 3."""
    put_hub(put, KerasLayer=lambda path: tf.keras.layers.Flatten(), load=tf.saved_model.load)


@fault("hub.non-trainable", when="keras>=3")
def outputs_are_doubled(put):
    """The module that hub.load returns doubles its outputs."""

    def load(path):
        module = tf.saved_model.load(path)
        return lambda images: 2 * module(images)

    put_hub(put, load=load)


@fault("hub.non-trainable", when="keras<3")
def parameters_are_trainable_by_default(put):
    """The parameters of a hub.KerasLayer are trainable by default."""
    import tensorflow_hub as hub

    put.default(hub.KerasLayer, trainable=True)


@fault("hub.module-is-no-layer")
def anything_is_a_layer(put):
    """A Sequential model accepts what is not a layer, and leaves it out."""

    def add(right, model, layer, *args, **settings):
        if isinstance(layer, tf.keras.layers.Layer):
            right(model, layer, *args, **settings)

    put.around(tf.keras.Sequential, "add", add)
