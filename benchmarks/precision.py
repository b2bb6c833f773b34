"""The precisions that layers can compute in."""

from __future__ import annotations

from contextlib import contextmanager
from typing import ContextManager, Iterator

import tensorflow as tf

from benchmarks.workload import TF32, UnavailableError
from tf_conformance.statements.precision import full_float32

# 512 x 512 numbers are enough for every library to take the matrix units; 1 + 2^-13 needs 13 bits of mantissa.
SIDE, NEEDS_13_BITS = 512, 1 + 2.0**-13


def compute_dtype(precision: str) -> str:
    """The type that layers compute in: ``bfloat16`` for ``mixed_bfloat16``, ``float32`` in TF32, too."""
    return "float32" if precision == TF32 else precision.rpartition("_")[2]


def rounds_factors(device: str) -> bool:
    """Whether the device, with the settings as they are, multiplies float32 in TF32 or less: measured."""
    with tf.device(device):
        product = tf.matmul(tf.fill([SIDE, SIDE], NEEDS_13_BITS), tf.eye(SIDE))
    return float(tf.reduce_min(product)) != NEEDS_13_BITS


def default_float32(device: str) -> str:
    """The precision in which the device computes float32 by default."""
    return TF32 if rounds_factors(device) else "float32"


def arithmetic_of(precision: str) -> ContextManager[object]:
    """In this context, devices compute in full float32 if the precision is float32, and otherwise as they do by default."""
    return full_float32() if precision == "float32" else _as_it_is()


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


@contextmanager
def layers_compute_in(precision: str) -> Iterator[None]:
    """Layers that are made in this context compute in the precision; raises UnavailableError if TensorFlow has none."""
    if compute_dtype(precision) == "float32":
        yield
        return
    mixed = tf.keras.mixed_precision
    if not hasattr(mixed, "set_global_policy"):
        raise UnavailableError("tf.keras.mixed_precision has no set_global_policy")
    before = mixed.global_policy() if hasattr(mixed, "global_policy") else mixed.dtype_policy()
    mixed.set_global_policy(precision)
    try:
        yield
    finally:
        mixed.set_global_policy(before)
