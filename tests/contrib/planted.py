"""A fault in TensorFlow for the processes that a test starts."""

from __future__ import annotations

from pathlib import Path

STATEMENT = "dropout.rate-one"
NARROWED = {"PYTEST_ADDOPTS": f"--statement={STATEMENT} -n 1"}
PLUGIN = '''\
"""Dropout drops nothing."""


def pytest_collection_finish():
    import tensorflow as tf

    tf.keras.layers.Dropout.call = lambda self, inputs, training=None: inputs
'''


def planted(folder: Path) -> dict[str, str]:
    """The variables with which pytest checks the statement on a TensorFlow with the fault."""
    (folder / "planted.py").write_text(PLUGIN, encoding="utf-8")
    return {"PYTHONPATH": str(folder), "PYTEST_ADDOPTS": f"-p planted {NARROWED['PYTEST_ADDOPTS']}"}
