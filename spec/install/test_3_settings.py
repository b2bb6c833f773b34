"""Install, Settings from outside.

Subject: the install.
"""

from tf_conformance import holds
from tf_conformance.install import checks as preflight


@holds("install.nothing-shadowed")
def test_nothing_is_shadowed():
    """No other file stands before a module of TensorFlow's, of what it stands on, or of Python's library."""
    assert preflight.shadowed_modules() == []


@holds("install.legacy-keras")
def test_legacy_keras_is_there():
    """Where TF_USE_LEGACY_KERAS asks for tf_keras, it is installed."""
    assert preflight.missing_legacy_keras() == []


@holds("install.keras-backend")
def test_keras_computes_with_tensorflow():
    """Keras computes with TensorFlow: KERAS_BACKEND names nothing else."""
    assert preflight.other_backend() == []


@holds("install.keras-defaults")
def test_defaults_are_those_of_keras():
    """No keras.json changes Keras's float type, epsilon, backend or order of axes."""
    assert preflight.changed_defaults() == []
