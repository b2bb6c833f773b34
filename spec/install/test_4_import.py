"""Install, Import.

Subject: the install.
"""

import pytest
from packaging.version import Version

from tf_conformance import Mismatch, holds, unchecked
from tf_conformance.diagnosis.loading import Stage, import_tensorflow


@pytest.fixture
def import_obstacle(obstacle):
    """Why TensorFlow cannot be imported, or None."""
    return obstacle if obstacle and obstacle.what == Stage.IMPORT.failure else None


@pytest.mark.smoke
@holds("install.import")
def test_tensorflow_is_imported(import_obstacle):
    """TensorFlow and its Keras can be imported."""
    if import_obstacle:
        raise Mismatch("no error", f"{import_obstacle.cause} ({import_obstacle.evidence})")
    try:
        import_tensorflow()
    except Exception as error:
        raise Mismatch("no error", f"{type(error).__name__}: {error}") from error


@pytest.fixture
def tensorflow(import_obstacle):
    """TensorFlow, if it can be imported."""
    if import_obstacle:
        unchecked(f"TensorFlow cannot be imported: {import_obstacle.cause}")
    import tensorflow as tf

    return tf


@pytest.mark.smoke
@holds("install.version")
def test_version_is_that_of_the_distribution(tensorflow, install):
    """tf.__version__ is the release that the distribution's metadata names."""
    assert Version(tensorflow.__version__).base_version == Version(install.tensorflow).base_version
