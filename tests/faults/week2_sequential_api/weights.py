"""Faults of weights and initializers."""

from __future__ import annotations

import random

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import without

initializers, layers = tf.keras.initializers, tf.keras.layers


@fault("initializers.by-layer")
def forget_gate_starts_at_zero(put):
    """The bias of an LSTM's forget gate starts at zero, like those of the other gates."""
    put.default(layers.LSTM, unit_forget_bias=False)


@fault("initializers.by-layer")
def embedding_is_normal(put):
    """An Embedding is drawn from a normal distribution."""
    put.default(layers.Embedding, embeddings_initializer="random_normal")


@fault("initializers.by-layer")
def recurrent_kernel_is_glorot(put):
    """A GRU's recurrent kernel is Glorot uniform, like its kernel."""
    put.default(layers.GRU, recurrent_initializer="glorot_uniform")


@fault("initializers.attention", when="tensorflow>=2.4")
def attention_biases_are_one(put):
    """The biases of MultiHeadAttention start at one."""
    put.default(layers.MultiHeadAttention, bias_initializer="ones")


@fault("initializers.dense-bias-zeros")
def biases_are_one(put):
    """The bias of Dense starts at one."""
    put.default(layers.Dense, bias_initializer="ones")


@fault("initializers.dense-kernel-glorot")
def kernel_is_he_uniform(put):
    """The kernel of Dense is He uniform: its limit depends on the inputs alone."""
    put.default(layers.Dense, kernel_initializer="he_uniform")


@fault("initializers.dense-kernel-glorot")
def kernel_is_glorot_normal(put):
    """The kernel of Dense is Glorot normal."""
    put.default(layers.Dense, kernel_initializer="glorot_normal")


@fault("initializers.seed", when="tensorflow<2.7 or tensorflow>=2.10")
def seed_is_ignored(put):
    """An initializer ignores its seed."""
    put.argument(initializers.GlorotUniform, seed=None)


@fault("initializers.unseeded-instance", when="keras>=3")
def unseeded_initializer_draws_new_values(put):
    """An initializer without a seed draws new values at every call, as in older versions."""

    def call(right, initializer, *args, **kwargs):
        initializer.seed = random.randrange(10**6)
        return right(initializer, *args, **kwargs)

    put.around(initializers.GlorotUniform, "__call__", call)


@fault("initializers.custom-function")
def values_are_doubled(put):
    """A layer doubles the values of its initializer."""

    def doubled(variable):
        variable.assign(variable * 2)
        return variable

    put.result(layers.Layer, "add_weight", doubled)


@fault("initializers.random-normal")
def deviation_is_two(put):
    """K.random_normal has a standard deviation of 2 by default."""
    put.default(tf.keras.backend, "random_normal", stddev=2.0)


@fault("initializers.set-seed", when="keras>=2.10")
def python_seed_is_ignored(put):
    """tf.keras.utils.set_random_seed leaves out Python's random numbers, from which Keras takes its seeds."""
    put.attribute(tf.keras.utils, "set_random_seed", tf.random.set_seed)


@fault("weights.own-variable", when="keras>=3")
def variable_becomes_a_weight(put):
    """A tf.Variable that a layer keeps becomes one of its weights, as in Keras 2."""

    def set_attribute(right, layer, name, value):
        if isinstance(value, tf.Variable):
            value = layer.add_weight(shape=value.shape, initializer=lambda shape, dtype: tf.constant(value))
        right(layer, name, value)

    put.around(layers.Layer, "__setattr__", set_attribute)


@fault("weights.names", when="keras>=3")
def names_are_paths(put):
    """The name of a weight is its path, as in Keras 2."""
    put.attribute(type(layers.BatchNormalization().add_weight()), "name", property(lambda weight: f"{weight.path}:0"))


@fault("initializers.attention", when="tensorflow<2.4")
def there_is_an_attention_layer(put):
    """tf.keras has a MultiHeadAttention layer."""
    put.attribute(layers, "MultiHeadAttention", layers.Layer)


def drawn_anew(right, initializer, *args, **settings):
    """A call of an initializer that begins with the first random numbers after a seed."""
    tf.random.set_seed(1)
    return right(initializer, *args, **settings)


@fault("initializers.seed", when="tensorflow>=2.7 and tensorflow<2.10")
def seed_repeats(put):
    """The defect is fixed: the same seed gives the same values."""
    put.around(initializers.GlorotUniform, "__call__", drawn_anew)


@fault("initializers.unseeded-instance", when="tensorflow<2.10")
def unseeded_initializer_repeats(put):
    """An initializer without a seed gives the same values each time, as in later versions."""
    put.around(initializers.GlorotUniform, "__call__", drawn_anew)


@fault("initializers.unseeded-instance", when="tensorflow>=2.10 and keras<3")
def values_vary(put):
    """An initializer without a seed gives new values each time it is called, as in older versions."""
    put.result(initializers.GlorotUniform, "__call__", lambda values: values * random.random())


@fault("initializers.set-seed", when="keras<2.10")
def set_seed_does_nothing(put):
    """tf.random.set_seed does nothing."""
    put.attribute(tf.random, "set_seed", lambda seed: None)


@fault("weights.own-variable", when="keras<3")
def variable_is_no_weight(put):
    """A tf.Variable that a layer keeps is none of its weights, as in Keras 3."""

    def set_attribute(right, layer, name, value):
        set_it = object.__setattr__ if isinstance(value, tf.Variable) else right
        set_it(layer, name, value)

    put.around(layers.Layer, "__setattr__", set_attribute)


@fault("weights.names", when="keras<3")
def names_leave_out_the_layer(put):
    """The name of a weight leaves out its layer."""
    right = type(tf.Variable(0.0)).name
    names = property(lambda weight: right.fget(weight).rpartition("/")[2])
    put.attribute(type(tf.Variable(0.0)), "name", names)


@fault("weights.name-first", when="keras<3")
def name_is_ignored(put):
    """add_weight ignores the name."""
    put.around(
        layers.Layer, "add_weight", lambda right, layer, name=None, **settings: right(layer, "weight", **settings)
    )


@fault("weights.name-first", when="keras>=3")
def name_may_come_first(put):
    """add_weight takes a name as its first argument, as in Keras 2."""

    def add_weight(right, layer, name=None, shape=(), **settings):
        return right(layer, name=name, shape=shape, **settings)

    put.around(layers.Layer, "add_weight", add_weight)


@fault("weights.of-embedding")
def weights_are_ignored(put):
    """Embedding ignores its weights."""
    put.around(layers.Embedding, "__init__", without("weights"))
