"""Faults of TF32. A CPU that rounds the factors of products stands in for a GPU."""

from __future__ import annotations

import tensorflow as tf
from tensorflow.python.ops import gen_math_ops, gen_nn_ops

from tests.faults.fault import fault
from tf_conformance.statements import precision

config = tf.config.experimental

# Some releases lack some of them.
PRODUCTS = {
    gen_math_ops: ["mat_mul", "batch_mat_mul_v2", "batch_mat_mul_v3"],
    gen_nn_ops: [
        "conv2d",
        "conv2d_backprop_filter",
        "conv2d_backprop_input",
        "conv3d",
        "conv3d_backprop_filter_v2",
        "conv3d_backprop_input_v2",
        "depthwise_conv2d_native",
    ],
}


def cut_off(value, bits):
    """A float32 tensor with so many bits of mantissa, whose gradient is that of the whole one; any other value as it is."""
    if getattr(value, "dtype", None) != tf.float32:
        return value
    whole = tf.convert_to_tensor(value)
    kept = tf.bitwise.bitwise_and(tf.bitcast(whole, tf.int32), -(2 ** (23 - bits)))
    return whole + tf.stop_gradient(tf.bitcast(kept, tf.float32) - whole)


def round_factors(put, bits=precision.TF32, when=lambda: True):
    """Has products and convolutions keep so many bits of their factors' mantissas."""

    def product(right, *factors, **settings):
        if not when():
            return right(*factors, **settings)
        rounded = {name: cut_off(value, bits) for name, value in settings.items()}
        return right(*[cut_off(factor, bits) for factor in factors], **rounded)

    for module, names in PRODUCTS.items():
        for name in filter(module.__dict__.__contains__, names):
            put.around(module, name, product)


def announce_tf32(put):
    """Has every device be one with TF32."""
    put.attribute(precision, "kept_bits", lambda device: precision.TF32)


@fault("precision.tf32-default", when="tensorflow>=2.4")
def device_without_tf32_uses_it(put):
    """A device that has no TF32 rounds as if it had, unless TF32 is switched off."""
    round_factors(put, when=config.tensor_float_32_execution_enabled)


@fault("precision.tf32-default", when="tensorflow>=2.4")
def tf32_is_not_allowed(put):
    """TF32 is not allowed by default."""
    put.attribute(config, "enable_tensor_float_32_execution", lambda allowed: None)
    put.attribute(config, "tensor_float_32_execution_enabled", lambda: False)


@fault("precision.tf32-products")
def three_bits_less_are_kept(put):
    """A device with TF32 keeps 7 bits of mantissa, as bfloat16 has."""
    announce_tf32(put)
    round_factors(put, precision.BFLOAT16)


@fault("precision.tf32-products")
def one_bit_less_is_kept(put):
    """A device with TF32 keeps 9 bits of mantissa."""
    announce_tf32(put)
    round_factors(put, precision.TF32 - 1)


@fault("precision.tf32-switch", when="tensorflow>=2.4")
def switch_is_ignored(put):
    """A device computes in TF32 although it is switched off."""
    round_factors(put)


@fault("precision.tf32-default", when="tensorflow<2.4")
def factors_are_always_rounded(put):
    """A device rounds as if it had TF32."""
    round_factors(put)


@fault("precision.tf32-switch", when="tensorflow<2.4")
def there_is_a_switch(put):
    """There is a switch for TF32, as in later versions."""
    put.attribute(config, "tensor_float_32_execution_enabled", lambda: True)
    put.attribute(config, "enable_tensor_float_32_execution", lambda allowed: None)
