"""What a worker says of its install."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from benchmarks.worker import keras_version


@pytest.mark.parametrize(("attributes", "version"), [({"__version__": "3.15.1"}, "3.15.1"), ({}, "2.15.0")])
def test_keras_version(monkeypatch, attributes, version):
    """If tf.keras has no version, as from TensorFlow 2.6 to 2.15, it is that of the package of its layers."""
    monkeypatch.setitem(sys.modules, "keras", SimpleNamespace(__version__="2.15.0"))
    layer = type("Layer", (), {"__module__": "keras.src.engine.base_layer"})
    assert keras_version(SimpleNamespace(layers=SimpleNamespace(Layer=layer), **attributes)) == version
