"""Install, Distributions.

Subject: the install.
"""

from tf_conformance import holds, unchecked
from tf_conformance.install import checks as preflight


@holds("install.one-tensorflow")
def test_one_tensorflow():
    """One distribution provides TensorFlow, in one version."""
    assert preflight.competing_tensorflows() == []


@holds("install.one-keras")
def test_one_keras():
    """One distribution provides Keras, in one version."""
    assert preflight.competing_keras() == []


@holds("install.no-leftovers")
def test_no_leftovers():
    """Nothing is left over: no half-replaced folder, no second version on record, no file of another TensorFlow or Keras."""
    assert preflight.leftovers() == []
    for reason in preflight.untold_leftovers():
        unchecked(reason)


@holds("install.files")
def test_files_are_whole(request):
    """The files of TensorFlow, of its Keras and of what they stand on are there, as large as when they were installed."""
    assert preflight.damaged_files(verify=request.config.option.verify_files) == []
    for reason in preflight.unrecorded_files():
        unchecked(reason)


@holds("install.requirements")
def test_requirements_are_met():
    """What TensorFlow, its Keras and what they stand on declare to need is installed, in versions that they take."""
    assert preflight.unmet_requirements() == []
