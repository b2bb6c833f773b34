"""Faults of regularizers."""

from __future__ import annotations

import math

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import inside

layers, regularizers = tf.keras.layers, tf.keras.regularizers


def class_of(name):
    """The class L1 or L2; before TensorFlow 2.3, both are L1L2."""
    return getattr(regularizers, name, regularizers.L1L2)


@fault("regularizers.l2")
def penalty_of_l2_is_halved(put):
    """The penalty of l2 is half the sum of squares, as some textbooks define it."""
    put.result(class_of("L2"), "__call__", lambda penalty: penalty / 2)


@fault("regularizers.l2", when="tensorflow>=2.3")
def coefficient_of_l2_is_smaller(put):
    """The coefficient of l2 is 0.001 by default."""
    put.default(regularizers.L2, l2=0.001)


@fault("regularizers.l1")
def signs_are_kept(put):
    """l1 sums the weights, not their absolute values."""
    put.around(class_of("L1"), "__call__", lambda right, regularizer, x: regularizer.l1 * tf.reduce_sum(x))


@fault("regularizers.l1-l2")
def second_term_is_dropped(put):
    """l1_l2 ignores its l2 coefficient."""
    put.argument(regularizers.L1L2, l2=0.0)


@fault("regularizers.l1-l2-default", when="keras>=3")
def default_is_back(put):
    """Both coefficients of l1_l2 are 0.01 by default again."""
    put.default(regularizers.L1L2, l1=0.01, l2=0.01)


@fault("regularizers.wrong-coefficient", when="keras>=3")
def any_type_is_accepted(put):
    """The coefficient is not validated."""
    put.attribute(inside("regularizers.regularizers"), "validate_float_arg", lambda value, name: value)


@fault("regularizers.negative-coefficient", when="keras>=3")
def any_sign_is_accepted(put):
    """The coefficient is not validated."""
    put.attribute(inside("regularizers.regularizers"), "validate_float_arg", lambda value, name: value)


@fault("regularizers.unknown-name")
def unknown_name_is_ignored(put):
    """An unknown name of a regularizer is ignored."""
    put.argument(layers.Dense, kernel_regularizer=None)


@fault("regularizers.l1-types")
def other_types_are_not_penalized(put):
    """l1 penalizes only weights of type float32."""

    def call(right, regularizer, x):
        return right(regularizer, x) if x.dtype == tf.float32 else tf.zeros([], x.dtype)

    put.around(class_of("L1"), "__call__", call)


@fault("regularizers.added-to-loss")
def bias_is_not_penalized(put):
    """A Dense layer ignores its bias_regularizer."""
    put.argument(layers.Dense, bias_regularizer=None)


@fault("regularizers.weight-decay")
def penalty_is_halved(put):
    """The penalty of l2 is half the sum of squares, so that its coefficient is a weight decay."""
    put.result(class_of("L2"), "__call__", lambda penalty: penalty / 2)


@fault("regularizers.numpy-coefficient", when="keras>=3")
def numpy_coefficient_is_accepted(put):
    """A coefficient of NumPy's type is accepted again."""
    put.attribute(inside("regularizers.regularizers"), "validate_float_arg", lambda value, name: float(value))


@fault("regularizers.frozen", when="keras>=3")
def frozen_weights_are_penalized(put):
    """The penalties of frozen weights count again."""

    def penalties(layer):
        return [weight.regularizer(weight) for weight in layer.weights if weight.regularizer is not None]

    put.attribute(layers.Layer, "_get_regularization_losses", penalties)


@fault("regularizers.activity")
def outputs_are_not_penalized(put):
    """A Dense layer ignores its activity_regularizer."""
    put.argument(layers.Dense, activity_regularizer=None)


@fault("regularizers.l1-l2-default", when="keras<3")
def both_are_nothing_by_default(put):
    """Both coefficients of l1_l2 are 0 by default, as in Keras 3."""
    put.default(regularizers, "l1_l2", l1=0.0, l2=0.0)


@fault("regularizers.wrong-coefficient", when="tensorflow<2.3", raises=ValueError)
def coefficient_is_validated(put):
    """The defect is fixed: l2 refuses what is not a finite number."""

    def l2(right, coefficient):
        if not isinstance(coefficient, float) or not math.isfinite(coefficient):
            raise ValueError(f"{coefficient} is not a finite number")
        return right(coefficient)

    put.around(regularizers, "l2", l2)


@fault("regularizers.wrong-coefficient", when="tensorflow>=2.3 and keras<3")
@fault("regularizers.numpy-coefficient", when="tensorflow>=2.3 and keras<3")
def coefficient_is_not_validated(put):
    """The coefficient is not validated."""
    put.attribute(inside("regularizers"), "_check_penalty_number", lambda value: None)


@fault("regularizers.negative-coefficient", when="keras<3")
def penalty_is_positive(put):
    """A negative coefficient counts as a positive one."""
    put.result(class_of("L2"), "__call__", tf.abs)


@fault("regularizers.numpy-coefficient", when="tensorflow<2.3")
def penalty_of_a_numpy_coefficient_is_halved(put):
    """The penalty of a coefficient of NumPy's type is halved."""
    put.result(class_of("L2"), "__call__", lambda penalty: penalty / 2)


@fault("regularizers.frozen", when="keras<3")
def frozen_weights_are_not_penalized(put):
    """The penalties of a frozen layer leave the losses of the model, as in Keras 3."""

    def losses(model):
        return [loss for layer in model.layers if layer.trainable for loss in layer.losses]

    put.attribute(tf.keras.Model, "losses", property(losses))


@fault("regularizers.l-keyword")
def l_is_ignored(put):
    """l1 accepts l and ignores it."""
    right = tf.keras.regularizers.l1
    put.attribute(tf.keras.regularizers, "l1", lambda l1=0.01, l=None: right(l1))  # noqa: E741


@fault("regularizers.function")
def penalties_are_forgotten(put):
    """A layer has no penalties, and refuses no regularizer."""
    put.attribute(layers.Dense, "losses", [])
    put.argument(layers.Dense, kernel_regularizer=None)
