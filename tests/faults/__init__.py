"""Faults, one module per spec file, and the proof that the specification finds them.

The faults of the statements in ``spec/week2_sequential_api/test_05_pooling.py`` are in
``tests/faults/week2_sequential_api/pooling.py``. They are written for a current TensorFlow and Keras 3.
"""

from __future__ import annotations

import importlib
import pkgutil

from tests.faults.fault import FAULTS

__all__ = ["FAULTS"]


def register_faults() -> None:
    """Imports every module of faults, which registers them."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        if not module.name.startswith(f"{__name__}.test_"):
            importlib.import_module(module.name)


register_faults()
