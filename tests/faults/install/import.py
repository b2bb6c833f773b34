"""Faults of the import."""  # noqa: N999 - the name mirrors the spec file; it is never imported by statement

from __future__ import annotations

import sys

import tensorflow as tf

from tests.faults.fault import fault


@fault("install.import")
def import_is_blocked(put):
    """TensorFlow cannot be imported."""
    put.patch.setitem(sys.modules, "tensorflow", None)


@fault("install.version")
def version_is_another(put):
    """tf.__version__ is another version."""
    put.attribute(tf, "__version__", "2.3.4")
