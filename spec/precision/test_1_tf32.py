"""Precision, TF32.

Subject: precision and determinism.
"""

from typing import Callable, NamedTuple

import numpy as np
import pytest
import tensorflow as tf

from tf_conformance import changed, holds, near, unchecked
from tf_conformance.statements import precision
from tf_conformance.statements.device import Device, visible_devices
from tf_conformance.statements.precision import FLOAT32

config = tf.config.experimental


class Products(NamedTuple):
    """An operation on two tensors of these shapes, each of whose results is the sum of so many products."""

    compute: Callable
    shapes: list
    terms: int


def convolution(x, kernel):
    """A convolution without padding."""
    return tf.nn.conv2d(x, kernel, 1, "VALID")


def kernel_gradient(x, upstream):
    """The gradient of that convolution with respect to its 3x3 kernel."""
    shape = [3, 3, x.shape[-1], upstream.shape[-1]]
    return tf.compat.v1.nn.conv2d_backprop_filter(x, shape, upstream, [1, 1, 1, 1], "VALID")


# By the number of images: TensorFlow keeps the algorithm that it has chosen for convolutions of one shape, even if TF32 is
# switched off later.
OPERATIONS = {
    "matmul": lambda images: Products(tf.matmul, [(64, 64), (64, 64)], 64),
    "convolution": lambda images: Products(convolution, [(images, 10, 10, 16), (3, 3, 16, 16)], 3 * 3 * 16),
    "kernel-gradient": lambda images: Products(
        kernel_gradient, [(images, 10, 10, 16), (images, 8, 8, 16)], images * 8 * 8
    ),
}
IMAGES_BY_DEFAULT, IMAGES_WITHOUT_TF32 = 4, 5
of_each_operation = pytest.mark.parametrize("operation", OPERATIONS)


def check(device, operation, factor, bits, images=IMAGES_BY_DEFAULT):
    """Checks an operation on tensors of equal factors, of whose mantissas a device keeps so many bits.

    What is cut off a factor is less than 2**-bits of it, and off a product less than twice that; float32 rounds each
    product and each sum by less than 2**-23.
    """
    compute, shapes, terms = OPERATIONS[operation](images)
    seen = device(compute, *[np.full(shape, factor, np.float32) for shape in shapes])
    assert seen == near(np.full(seen.shape, terms * factor**2), rtol=2 * 2**-bits + terms * 2**-23, atol=0)


# The last bit is lost in TF32; the last two are in bfloat16, and then more than TF32 may cut off.
LONG_FACTOR = 1 + 2**-9 + 2**-12


@pytest.fixture
def as_by_default(tf32_by_default):
    """TF32 is allowed in this case as it is by default."""
    if hasattr(config, "enable_tensor_float_32_execution"):
        config.enable_tensor_float_32_execution(tf32_by_default)
        yield
        config.enable_tensor_float_32_execution(False)
    else:
        yield


@holds("precision.tf32-default", when="tensorflow<2.4")
@of_each_operation
def test_full_precision_is_the_default(device, operation):
    """By default, every device computes float32 products and convolutions in full precision."""
    check(device, operation, LONG_FACTOR, FLOAT32)


@changed(
    "precision.tf32-default",
    when="tensorflow>=2.4",
    instead="tf.config.experimental.enable_tensor_float_32_execution(False)",
    impact="silent",
    traces="none: any product of float32 on a GPU is the same code",
)
@of_each_operation
def test_full_precision_where_there_is_no_tf32(as_by_default, device, operation):
    """By default, a GPU with TF32 may use it for float32 products and convolutions; CPUs and older GPUs compute in full precision."""
    check(device, operation, LONG_FACTOR, precision.kept_bits(device.name))


@changed(
    "precision.tf32-default",
    when="tensorflow>=2.4",
    instead="tf.config.experimental.enable_tensor_float_32_execution(False)",
    impact="silent",
)
def test_tf32_is_allowed(tf32_by_default):
    """By default, TF32 is allowed."""
    assert tf32_by_default is True


@pytest.fixture
def devices_with_tf32():
    """The devices that may drop bits of a factor; the case is unchecked if there are none."""
    names = [name for name in visible_devices() if precision.kept_bits(name) < FLOAT32]
    if not names:
        unchecked("every device computes float32 in full precision", lacks="a GPU with TF32")
    return list(map(Device, names))


@holds("precision.tf32-products")
@of_each_operation
def test_ten_bits_are_kept(as_by_default, devices_with_tf32, operation):
    """TF32 keeps 10 mantissa bits of each float32 factor, so a product's relative error is below 2**-9 (a TPU keeps 7 bits: 2**-6)."""
    for device in devices_with_tf32:
        bits = precision.kept_bits(device.name)
        check(device, operation, LONG_FACTOR, bits)
        check(device, operation, 1 + 2**-bits, FLOAT32)


@holds("precision.tf32-switch", when="tensorflow<2.4")
def test_there_is_no_switch():
    """TensorFlow has no switch for TF32: tf.config.experimental.enable_tensor_float_32_execution does not exist."""
    assert not hasattr(config, "enable_tensor_float_32_execution")


@changed(
    "precision.tf32-switch",
    when="tensorflow>=2.4",
    instead="tf.config.experimental.enable_tensor_float_32_execution(False)",
    impact="looks",
    traces="none: code for older versions has no such switch",
)
@of_each_operation
def test_switched_off(device, operation):
    """enable_tensor_float_32_execution(False) makes every device compute float32 products and convolutions in full precision."""
    config.enable_tensor_float_32_execution(False)
    assert not config.tensor_float_32_execution_enabled()
    check(device, operation, LONG_FACTOR, FLOAT32, IMAGES_WITHOUT_TF32)
