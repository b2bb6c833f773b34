"""Faults of regularizers."""

from __future__ import annotations

import tensorflow as tf
from keras.src.regularizers import regularizers as keras_regularizers

from tests.faults.fault import fault

layers, regularizers = tf.keras.layers, tf.keras.regularizers


@fault("regularizers.l2")
def penalty_of_l2_is_halved(put):
    """The penalty of l2 is half the sum of squares, as some textbooks define it."""
    put.result(regularizers.L2, "__call__", lambda penalty: penalty / 2)


@fault("regularizers.l2")
def coefficient_of_l2_is_smaller(put):
    """The coefficient of l2 is 0.001 by default."""
    put.default(regularizers.L2, l2=0.001)


@fault("regularizers.l1")
def signs_are_kept(put):
    """l1 sums the weights, not their absolute values."""
    put.around(regularizers.L1, "__call__", lambda right, regularizer, x: regularizer.l1 * tf.reduce_sum(x))


@fault("regularizers.l1-l2")
def second_term_is_dropped(put):
    """l1_l2 ignores its l2 coefficient."""
    put.argument(regularizers.L1L2, l2=0.0)


@fault("regularizers.l1-l2-default")
def default_is_back(put):
    """Both coefficients of l1_l2 are 0.01 by default again."""
    put.default(regularizers.L1L2, l1=0.01, l2=0.01)


@fault("regularizers.wrong-coefficient")
def any_type_is_accepted(put):
    """The coefficient is not validated."""
    put.attribute(keras_regularizers, "validate_float_arg", lambda value, name: value)


@fault("regularizers.negative-coefficient")
def any_sign_is_accepted(put):
    """The coefficient is not validated."""
    put.attribute(keras_regularizers, "validate_float_arg", lambda value, name: value)


@fault("regularizers.unknown-name")
def unknown_name_is_ignored(put):
    """An unknown name of a regularizer is ignored."""
    put.argument(layers.Dense, kernel_regularizer=None)


@fault("regularizers.added-to-loss")
def bias_is_not_penalized(put):
    """A Dense layer ignores its bias_regularizer."""
    put.argument(layers.Dense, bias_regularizer=None)


@fault("regularizers.weight-decay")
def penalty_is_halved(put):
    """The penalty of l2 is half the sum of squares, so that its coefficient is a weight decay."""
    put.result(regularizers.L2, "__call__", lambda penalty: penalty / 2)


@fault("regularizers.numpy-coefficient")
def numpy_coefficient_is_accepted(put):
    """A coefficient of NumPy's type is accepted again."""
    put.attribute(keras_regularizers, "validate_float_arg", lambda value, name: float(value))


@fault("regularizers.frozen")
def frozen_weights_are_penalized(put):
    """The penalties of frozen weights count again."""

    def penalties(layer):
        return [weight.regularizer(weight) for weight in layer.weights if weight.regularizer is not None]

    put.attribute(layers.Layer, "_get_regularization_losses", penalties)


@fault("regularizers.activity")
def outputs_are_not_penalized(put):
    """A Dense layer ignores its activity_regularizer."""
    put.argument(layers.Dense, activity_regularizer=None)
