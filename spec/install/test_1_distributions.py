"""Install, Distributions.

Subject: the install.
"""

import pytest

from tf_conformance import holds


@pytest.mark.smoke
@holds("install.one-tensorflow")
def test_one_tensorflow(problems):
    """One distribution provides TensorFlow, in one version."""
    assert problems("install.one-tensorflow") == []


@pytest.mark.smoke
@holds("install.one-keras")
def test_one_keras(problems):
    """One distribution provides Keras, in one version."""
    assert problems("install.one-keras") == []


@pytest.mark.smoke
@holds("install.no-leftovers")
def test_no_leftovers(problems):
    """Earlier installations left nothing behind: no half-replaced folder, no second version on record, no foreign code."""
    assert problems("install.no-leftovers") == []


@pytest.mark.smoke
@holds("install.files")
def test_files_are_whole(problems):
    """The code and libraries of TensorFlow, Keras and their dependencies are present, complete and as recorded."""
    assert problems("install.files") == []


@pytest.mark.smoke
@holds("install.requirements")
def test_requirements_are_met(problems):
    """Everything that TensorFlow, Keras and their dependencies require is installed, in a version that they accept."""
    assert problems("install.requirements") == []
