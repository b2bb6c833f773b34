"""Install, Settings outside the program.

Subject: the install.
"""

import pytest

from tf_conformance import holds


@pytest.mark.smoke
@holds("install.nothing-shadowed")
def test_nothing_is_shadowed(problems):
    """No other file hides a module of TensorFlow, its dependencies or Python's library."""
    assert problems("install.nothing-shadowed") == []


@pytest.mark.smoke
@holds("install.legacy-keras")
def test_legacy_keras_is_installed(problems):
    """If TF_USE_LEGACY_KERAS asks for tf_keras, it is installed."""
    assert problems("install.legacy-keras") == []


@pytest.mark.smoke
@holds("install.keras-backend")
def test_keras_computes_with_tensorflow(problems):
    """Keras computes with TensorFlow: KERAS_BACKEND does not name another backend."""
    assert problems("install.keras-backend") == []


@pytest.mark.smoke
@holds("install.keras-defaults")
def test_keras_has_its_defaults(problems):
    """No keras.json changes Keras's floatx, epsilon, backend or image_data_format."""
    assert problems("install.keras-defaults") == []
