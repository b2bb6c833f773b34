"""Faults of BatchNormalization."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import inside

BatchNormalization = tf.keras.layers.BatchNormalization


@fault("batch-normalization.layer")
def all_weights_are_trainable(put):
    """The moving averages count as trainable."""
    put.attribute(BatchNormalization, "non_trainable_weights", property(lambda layer: []))


@fault("batch-normalization.momentum-default")
def momentum_is_lower(put):
    """momentum is 0.9 by default."""
    put.default(BatchNormalization, momentum=0.9)


@fault("batch-normalization.epsilon-default")
def epsilon_is_smaller(put):
    """epsilon is 1e-5 by default."""
    put.default(BatchNormalization, epsilon=1e-5)


@fault("batch-normalization.beta-gamma-default")
def variance_starts_at_zero(put):
    """The moving variance starts at zero."""
    put.default(BatchNormalization, moving_variance_initializer="zeros")


@fault("batch-normalization.beta-gamma-default")
def axis_is_one(put):
    """axis is 1 by default."""
    put.default(BatchNormalization, axis=1)


@fault("batch-normalization.moving-average")
def momentum_weights_the_batch(put):
    """momentum weights the batch's mean, not the previous moving mean."""

    def init(right, layer, momentum=0.99, **settings):
        right(layer, momentum=1 - momentum, **settings)

    put.around(BatchNormalization, "__init__", init)


@fault("batch-normalization.moving-average")
def frozen_layer_trains(put):
    """A frozen layer keeps training."""
    put.attribute(BatchNormalization, "trainable", property(lambda layer: True, lambda layer, value: None))


@fault("batch-normalization.moving-average")
def averages_move_at_inference(put):
    """The moving averages change at inference too."""
    put.argument(BatchNormalization, "call", training=True)


@fault("batch-normalization.moving-variance", when="keras>=3")
def variance_is_unbiased(put):
    """The moving variance uses Bessel's correction, for a batch of eight."""

    def moments(right, layer, inputs, mask):
        mean, variance = right(layer, inputs, mask)
        return mean, variance * 8 / 7

    put.around(BatchNormalization, "_moments", moments)


@fault("batch-normalization.affine")
def beta_is_not_added(put):
    """The layer does not add beta."""

    def call(right, layer, inputs, **settings):
        return right(layer, inputs, **settings) - layer.beta

    put.around(BatchNormalization, "call", call)


@fault("batch-normalization.affine", when="keras>=3")
def epsilon_is_added_to_the_deviation(put):
    """epsilon is added to the standard deviation, not to the variance."""

    def batch_normalization(right, x, mean, variance, axis, offset=None, scale=None, epsilon=1e-3):
        deviation = tf.sqrt(variance) + epsilon
        return right(x, mean, deviation * deviation, axis, offset=offset, scale=scale, epsilon=0.0)

    put.around(inside("ops"), "batch_normalization", batch_normalization)


@fault("batch-normalization.gradient")
def moments_are_constant_to_the_gradient(put):
    """No gradient flows through the batch's mean and variance."""

    def call(right, layer, inputs, **settings):
        return inputs + tf.stop_gradient(right(layer, inputs, **settings) - inputs)

    put.around(BatchNormalization, "call", call)


@fault("batch-normalization.custom")
def gamma_initializer_is_ignored(put):
    """The layer ignores gamma_initializer."""
    put.argument(BatchNormalization, gamma_initializer="ones")


@fault("batch-normalization.custom")
def epsilon_is_lost_in_the_config(put):
    """get_config returns the default epsilon."""
    put.result(BatchNormalization, "get_config", lambda config: {**config, "epsilon": 0.001})


@fault("batch-normalization.frozen")
@fault("batch-normalization.frozen-after-fit")
@fault("batch-normalization.frozen-after-fit-eagerly")
@fault("batch-normalization.frozen-after-fit-other-size")
@fault("batch-normalization.frozen-after-compile", when="keras>=3")
def layer_cannot_be_frozen(put):
    """A layer cannot be frozen."""
    put.attribute(BatchNormalization, "trainable", property(lambda layer: True, lambda layer, value: None))


@fault("batch-normalization.frozen-after-fit", when="keras>=3")
def fit_compiles_anew(put):
    """fit takes account of the layers that were frozen since the last one."""

    def fit(right, model, *args, **settings):
        model.make_train_function(force=True)
        return right(model, *args, **settings)

    put.around(tf.keras.Model, "fit", fit)


@fault("batch-normalization.keras-2-arguments", when="keras>=3")
def arguments_of_keras_2_are_ignored(put):
    """The arguments that only Keras 2 has are ignored."""

    def init(right, layer, virtual_batch_size=None, fused=None, adjustment=None, **settings):
        right(layer, **settings)

    put.around(BatchNormalization, "__init__", init)


@fault("batch-normalization.frozen-after-compile", when="keras<3")
def fit_compiles_again(put):
    """fit takes account of the layers that were frozen since compile, as in Keras 3."""

    def fit(right, model, *args, **settings):
        model.compile(optimizer=model.optimizer, loss=model.loss)
        return right(model, *args, **settings)

    put.around(tf.keras.Model, "fit", fit)


@fault("batch-normalization.moving-variance", when="keras<3")
def variance_of_images_is_biased(put):
    """The running variance of images averages the biased variances, too, as in Keras 3."""
    put.around(
        BatchNormalization, "__init__", lambda right, layer, **settings: right(layer, **{**settings, "fused": False})
    )


@fault("batch-normalization.keras-2-arguments", when="keras<3", raises=TypeError)
def arguments_of_keras_2_are_refused(put):
    """BatchNormalization refuses the arguments that only Keras 2 has."""

    def init(right, layer, **settings):
        if {"virtual_batch_size", "fused", "adjustment"}.intersection(settings):
            raise TypeError(f"unexpected keyword arguments: {', '.join(settings)}")
        right(layer, **settings)

    put.around(BatchNormalization, "__init__", init)


@fault("batch-normalization.several-axes")
def axis_is_the_last(put):
    """axis is always the last one."""
    put.argument(BatchNormalization, axis=-1)
