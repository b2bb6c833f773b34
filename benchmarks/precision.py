"""The precisions that layers can compute in."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator

import tensorflow as tf

from benchmarks.workload import UnavailableError


def compute_dtype(precision: str) -> str:
    """The type that layers compute in: ``bfloat16`` for ``mixed_bfloat16``."""
    return precision.rpartition("_")[2]


@contextmanager
def layers_compute_in(precision: str) -> Iterator[None]:
    """Layers that are made in this context compute in the precision; raises UnavailableError if TensorFlow has none."""
    if precision == "float32":
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
