"""Install, Import.

Subject: the install.
"""

import pytest
from packaging.version import Version

from tf_conformance import Mismatch, holds, unchecked
from tf_conformance.diagnosis.loading import import_tensorflow


@holds("install.import")
def test_tensorflow_is_imported(import_failure):
    """TensorFlow and its Keras can be imported."""
    failure = import_failure or import_tensorflow()
    if failure:
        raise Mismatch("no error", f"{failure.cause} ({failure.evidence})")


@pytest.fixture
def tensorflow(import_failure):
    """TensorFlow, where it can be imported."""
    if import_failure:
        unchecked(f"TensorFlow cannot be imported: {import_failure.cause}")
    import tensorflow as tf

    return tf


@holds("install.version")
def test_version_is_that_of_the_distribution(tensorflow, install):
    """tf.__version__ is the version of the distribution: the files are those of one release."""
    assert Version(tensorflow.__version__) == Version(install.tensorflow)
