"""Faults of weights and initializers."""

from __future__ import annotations

import random

import tensorflow as tf

from tests.faults.fault import fault

initializers, layers = tf.keras.initializers, tf.keras.layers


@fault("initializers.by-layer")
def forget_gate_starts_at_zero(put):
    """An LSTM's forget gate has a zero bias like the others."""
    put.default(layers.LSTM, unit_forget_bias=False)


@fault("initializers.by-layer")
def embedding_starts_normal(put):
    """An Embedding starts from a normal distribution."""
    put.default(layers.Embedding, embeddings_initializer="random_normal")


@fault("initializers.by-layer")
def recurrent_kernel_is_glorot(put):
    """A GRU's recurrent kernel is Glorot uniform, like the other one."""
    put.default(layers.GRU, recurrent_initializer="glorot_uniform")


@fault("initializers.attention")
def attention_has_biases_of_one(put):
    """The biases of MultiHeadAttention are one."""
    put.default(layers.MultiHeadAttention, bias_initializer="ones")


@fault("initializers.dense-bias-zeros")
def biases_are_one(put):
    """The biases of Dense are one."""
    put.default(layers.Dense, bias_initializer="ones")


@fault("initializers.dense-kernel-glorot")
def kernel_is_he_uniform(put):
    """The kernel of Dense looks at the inputs alone."""
    put.default(layers.Dense, kernel_initializer="he_uniform")


@fault("initializers.dense-kernel-glorot")
def kernel_is_glorot_normal(put):
    """The kernel of Dense is Glorot normal."""
    put.default(layers.Dense, kernel_initializer="glorot_normal")


@fault("initializers.seed")
def seed_is_ignored(put):
    """An initialiser forgets its seed."""
    put.argument(initializers.GlorotUniform, seed=None)


@fault("initializers.unseeded-instance")
def unseeded_draws_anew(put):
    """An initialiser without a seed draws anew each time, as it once did."""

    def call(right, initializer, *args, **kwargs):
        initializer.seed = random.randrange(10**6)
        return right(initializer, *args, **kwargs)

    put.around(initializers.GlorotUniform, "__call__", call)


@fault("initializers.custom-function")
def values_are_doubled(put):
    """A layer doubles what its initialiser gave."""

    def doubled(variable):
        variable.assign(variable * 2)
        return variable

    put.result(layers.Layer, "add_weight", doubled)


@fault("initializers.random-normal")
def deviation_is_two(put):
    """K.random_normal has a deviation of 2 by default."""
    mean, _, *rest = tf.keras.backend.random_normal.__defaults__
    put.patch.setattr(tf.keras.backend.random_normal, "__defaults__", (mean, 2.0, *rest))
