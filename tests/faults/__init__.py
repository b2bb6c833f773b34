"""Faults, one module per spec file, and the proof that the specification finds them.

The faults of the statements in ``spec/week2_sequential_api/test_05_pooling.py`` are in
``tests/faults/week2_sequential_api/pooling.py``. Each names the era in which it can be put; ``tox run -m faults`` tries them on
installs of several eras.
"""

from __future__ import annotations

import importlib
import pkgutil

from tests.faults.fault import FAULTS, OUT_OF_REACH

__all__ = ["FAULTS", "OUT_OF_REACH"]


def register_faults() -> None:
    """Imports every module of faults, which registers them."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        if not module.name.startswith(f"{__name__}.test_"):
            importlib.import_module(module.name)


register_faults()
