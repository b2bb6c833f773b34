"""Precisions, by the types that layers compute in."""

from __future__ import annotations

import pytest

from benchmarks.precision import compute_dtype


@pytest.mark.parametrize(
    ("precision", "dtype"),
    [
        ("float32", "float32"),
        ("float32 (TF32)", "float32"),
        ("mixed_float16", "float16"),
        ("mixed_bfloat16", "bfloat16"),
    ],
)
def test_compute_dtype(precision, dtype):
    """A mixed precision is named after the type that layers compute in."""
    assert compute_dtype(precision) == dtype
