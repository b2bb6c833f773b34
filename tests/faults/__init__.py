"""Faults, a module for each section of the notes, and the proof that the specification finds them.

The faults are written for a current TensorFlow and Keras 3.
"""

from __future__ import annotations

from tests.faults import (  # noqa: F401 - importing them registers their faults
    install,
    week1_introduction,
    week2_compile,
    week2_convolution,
    week2_evaluate,
    week2_fit,
    week2_losses_and_metrics,
    week2_sequential,
    week2_summary,
    week2_weights,
    week3_callbacks,
    week3_regularization,
    week4_loading,
    week4_saving,
)
from tests.faults.fault import FAULTS

__all__ = ["FAULTS"]
