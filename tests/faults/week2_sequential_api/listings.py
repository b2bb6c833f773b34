"""Faults of what the listings of week 2 use."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault

keras, layers = tf.keras, tf.keras.layers


def accept_activatiion(put):
    """Makes layers accept activatiion and ignore it."""
    put.around(layers.Layer, "__init__", lambda right, layer, activatiion=None, **settings: right(layer, **settings))


@fault("listing.sequential-list")
def misspelled_argument_in_a_list_is_ignored(put):
    """A layer accepts activatiion and ignores it."""
    accept_activatiion(put)


@fault("listing.sequential-list")
def dense_is_linear(put):
    """Dense ignores its activation."""
    put.argument(layers.Dense, activation=None)


@fault("listing.sequential-add")
def misspelled_argument_in_add_is_ignored(put):
    """A layer accepts activatiion and ignores it."""
    accept_activatiion(put)


@fault("listing.sequential-add")
def dense_has_no_bias(put):
    """A Dense layer has no bias."""
    put.argument(layers.Dense, use_bias=False)


@fault("listing.convolution")
def pooling_has_stride_one(put):
    """The stride of a pooling layer is 1 by default."""
    put.default(layers.MaxPooling2D, strides=1)


@fault("listing.initializer")
def random_normal_is_wider(put):
    """K.random_normal draws from a distribution that is twice as wide."""
    put.result(keras.backend, "random_normal", lambda values: 2 * values)


@fault("listing.compile-by-name")
def metrics_are_swapped(put):
    """compile takes the metrics in reverse order."""
    put.argument(keras.Sequential, "compile", metrics=["mae", "accuracy"])


@fault("listing.compile-by-object")
def logits_are_taken_for_probabilities(put):
    """BinaryCrossentropy ignores from_logits."""
    put.argument(keras.losses.BinaryCrossentropy, from_logits=False)


@fault("listing.fit")
def epoch_is_ignored(put):
    """fit accepts epoch and ignores it."""
    put.around(keras.Sequential, "fit", lambda right, *arguments, epoch=1, **settings: right(*arguments, **settings))


@fault("listing.fit")
def epochs_are_ignored(put):
    """fit trains one epoch, whatever epochs says."""
    put.argument(keras.Sequential, "fit", epochs=1)


@fault("listing.evaluate")
def misspelled_method_exists(put):
    """A model has evalute."""
    put.attribute(keras.Sequential, "evalute", keras.Sequential.evaluate)


@fault("listing.evaluate")
def results_are_reversed(put):
    """evaluate returns its results in reverse order."""
    put.result(keras.Sequential, "evaluate", lambda results: results[::-1])
