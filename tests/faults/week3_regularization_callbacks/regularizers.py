"""Faults of regularizers."""

from __future__ import annotations

import tensorflow as tf
from keras.src import regularizers as regularizers_of_keras

from tests.faults.fault import fault

layers, regularizers = tf.keras.layers, tf.keras.regularizers


@fault("regularizers.l2")
def half_the_squares(put):
    """l2 penalises by half of the squares, as some texts have it."""
    put.result(regularizers.L2, "__call__", lambda penalty: penalty / 2)


@fault("regularizers.l2")
def coefficient_of_l2(put):
    """l2's coefficient is 0.001 by default."""
    put.default(regularizers.L2, l2=0.001)


@fault("regularizers.l1")
def signs_count(put):
    """l1 sums the weights, not their sizes."""
    put.around(regularizers.L1, "__call__", lambda right, regularizer, x: regularizer.l1 * tf.reduce_sum(x))


@fault("regularizers.l1-l2")
def second_term_is_dropped(put):
    """l1_l2 forgets the squares."""
    put.argument(regularizers.L1L2, l2=0.0)


@fault("regularizers.l1-l2-default")
def default_is_back(put):
    """Both coefficients of l1_l2 are 0.01 by default again."""
    put.default(regularizers.L1L2, l1=0.01, l2=0.01)


@fault("regularizers.wrong-coefficient")
def texts_are_read(put):
    """Any coefficient is accepted."""
    put.attribute(regularizers_of_keras.regularizers, "validate_float_arg", lambda value, name: value)


@fault("regularizers.negative-coefficient")
def negative_is_accepted(put):
    """Any coefficient is accepted."""
    put.attribute(regularizers_of_keras.regularizers, "validate_float_arg", lambda value, name: value)


@fault("regularizers.unknown-name")
def unknown_name_is_ignored(put):
    """An unknown name stands for no regulariser."""
    put.argument(layers.Dense, kernel_regularizer=None)


@fault("regularizers.added-to-loss")
def bias_is_not_penalised(put):
    """A Dense layer forgets its bias's regulariser."""
    put.argument(layers.Dense, bias_regularizer=None)
