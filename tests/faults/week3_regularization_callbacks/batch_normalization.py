"""Faults of week 3: overfitting, regularisers, dropout, batch normalisation."""

from __future__ import annotations

import tensorflow as tf
from keras.src import ops
from keras.src import regularizers as regularizers_of_keras

from tests.faults.fault import fault

layers, regularizers = tf.keras.layers, tf.keras.regularizers
BatchNormalization = layers.BatchNormalization


@fault("overfitting.seen")
def nothing_is_learnt(put):
    """The optimiser leaves the weights as they are."""
    put.around(tf.keras.optimizers.Adam, "update_step", lambda right, *args: None)


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


@fault("dropout.modes")
def kept_inputs_are_not_scaled(put):
    """Dropout does not scale what it keeps."""

    def call(right, layer, inputs, training=False):
        return right(layer, inputs, training=training) * ((1 - layer.rate) if training else 1)

    put.around(layers.Dropout, "call", call)


@fault("dropout.modes")
def dropped_at_inference(put):
    """Dropout drops at inference too."""
    put.argument(layers.Dropout, "call", training=True)


@fault("dropout.rate-bounds")
def rate_is_clipped(put):
    """A rate outside the bounds is taken for the nearest one inside."""
    put.around(
        layers.Dropout,
        "__init__",
        lambda right, layer, rate, **settings: right(layer, min(max(rate, 0), 0.9), **settings),
    )


@fault("dropout.rate-one")
def rate_one_drops_nothing(put):
    """A rate of 1 counts as 0."""
    put.around(layers.Dropout, "__init__", lambda right, layer, rate, **settings: right(layer, rate % 1.0, **settings))


@fault("batch-normalization.layer")
def all_weights_are_trainable(put):
    """The moving averages count as trainable."""
    put.attribute(BatchNormalization, "non_trainable_weights", property(lambda layer: []))


@fault("batch-normalization.momentum-default")
def momentum_is_lower(put):
    """The momentum is 0.9 by default."""
    put.default(BatchNormalization, momentum=0.9)


@fault("batch-normalization.epsilon-default")
def epsilon_is_smaller(put):
    """The epsilon is 1e-5 by default."""
    put.default(BatchNormalization, epsilon=1e-5)


@fault("batch-normalization.beta-gamma-default")
def variance_starts_at_zero(put):
    """The moving variance starts at zeros."""
    put.default(BatchNormalization, moving_variance_initializer="zeros")


@fault("batch-normalization.beta-gamma-default")
def axis_is_the_first(put):
    """Channels stand on axis 1 by default."""
    put.default(BatchNormalization, axis=1)


@fault("batch-normalization.moving-average")
def momentum_weighs_the_batch(put):
    """momentum weighs the batch's mean instead of the previous one."""

    def init(right, layer, momentum=0.99, **settings):
        right(layer, momentum=1 - momentum, **settings)

    put.around(BatchNormalization, "__init__", init)


@fault("batch-normalization.moving-average")
def frozen_layer_goes_on(put):
    """A frozen layer trains on."""
    put.attribute(BatchNormalization, "trainable", property(lambda layer: True, lambda layer, value: None))


@fault("batch-normalization.moving-average")
def moves_at_inference(put):
    """The running values move at inference too."""
    put.argument(BatchNormalization, "call", training=True)


@fault("batch-normalization.moving-variance")
def variance_is_corrected(put):
    """The running variance takes in the corrected variance of a batch of eight."""

    def moments(right, layer, inputs, mask):
        mean, variance = right(layer, inputs, mask)
        return mean, variance * 8 / 7

    put.around(BatchNormalization, "_moments", moments)


@fault("batch-normalization.affine")
def beta_is_not_added(put):
    """The layer forgets to add beta."""
    put.argument(ops, "batch_normalization", offset=None)


@fault("batch-normalization.affine")
def epsilon_joins_the_deviation(put):
    """epsilon is added after the root, not under it."""

    def batch_normalization(right, x, mean, variance, axis, offset=None, scale=None, epsilon=1e-3):
        deviation = tf.sqrt(variance) + epsilon
        return right(x, mean, deviation * deviation, axis, offset=offset, scale=scale, epsilon=0.0)

    put.around(ops, "batch_normalization", batch_normalization)


@fault("batch-normalization.gradient")
def gradient_takes_the_mean_for_constant(put):
    """No gradient goes through the batch's mean."""

    def moments(right, layer, inputs, mask):
        mean, variance = right(layer, inputs, mask)
        return tf.stop_gradient(mean), variance

    put.around(BatchNormalization, "_moments", moments)


@fault("batch-normalization.custom")
def gamma_initializer_is_ignored(put):
    """The layer forgets gamma's initialiser."""
    put.argument(BatchNormalization, gamma_initializer="ones")


@fault("batch-normalization.custom")
def epsilon_is_lost_in_the_config(put):
    """The configuration leaves epsilon out."""
    put.result(BatchNormalization, "get_config", lambda config: {**config, "epsilon": 0.001})
