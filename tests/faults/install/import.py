"""Faults of the import."""  # noqa: N999 - the name mirrors the spec file; it is never imported by statement

from __future__ import annotations

import sys

import tensorflow as tf

from tests.faults.fault import fault


@fault("install.import")
def import_is_halted(put):
    """TensorFlow cannot be imported."""
    put.patch.setitem(sys.modules, "tensorflow", None)


@fault("install.version")
def other_version(put):
    """TensorFlow says that it is of another version."""
    put.attribute(tf, "__version__", "2.3.4")
