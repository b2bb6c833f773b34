"""Which versions fit the installed TensorFlow."""

from __future__ import annotations

import pytest
from packaging.requirements import Requirement

from tests.pretended.distributions import distribution, tensorflow
from tests.pretended.environments import environment
from tf_conformance.install.fitting import (
    NEWEST_PYTHON,
    PYTHONS,
    another_python,
    fitting,
    is_built_for,
    limited,
    met_by,
    older_python,
)


@pytest.mark.parametrize(
    ("version", "requires", "name", "fits"),
    [
        ("2.21.0", [], "tensorflow", "tensorflow==2.21.0"),
        ("2.21.0", [], "tf_keras", "tf-keras==2.21.*"),
        ("2.14.1", [], "tf-keras", "tf-keras"),
        ("2.22.0.dev20261101", [], "tf-keras", "tf-keras-nightly"),
        ("2.15.1", ["keras<2.16,>=2.15.0"], "keras", "keras==2.15.*"),
        ("2.21.0", ["keras>=3.12.0"], "keras", "keras>=3.12.0"),
        ("2.15.1", ["numpy<2.0.0,>=1.23.5"], "numpy", "numpy<2.0.0,>=1.23.5"),
        ("2.14.1", ["numpy>=1.23.5"], "numpy", "numpy<2,>=1.23.5"),
        ("2.9.3", ["numpy>=1.20"], "numpy", "numpy<1.24,>=1.20"),
        ("2.21.0", ["numpy>=1.26.0"], "numpy", "numpy>=1.26.0"),
        ("2.3.0", ["protobuf>=3.9.2"], "protobuf", "protobuf<3.21,>=3.9.2"),
        ("2.15.1", [], "tensorflow-io", "tensorflow-io==0.36.*"),
        ("2.21.0", [], "tensorflow-io", "tensorflow-io"),
        ("2.17.0", [], "tensorflow-probability", "tensorflow-probability==0.24.*"),
        ("2.21.0", [], "no-such-thing", "no-such-thing"),
        ("0", [], "tensorflow", "tensorflow"),
    ],
)
def test_fitting(version, requires, name, fits):
    """The version is that of the same release, or what is declared, within what is known beyond that."""
    assert fitting(name, environment(tensorflow(version=version, requires=requires))) == fits


def test_no_tensorflow():
    """Without a TensorFlow any version may fit."""
    assert fitting("numpy", environment(distribution("numpy", "2.0"))) == "numpy"
    assert limited(Requirement("numpy>=1"), environment()) == "numpy>=1"


def test_tensorflow_stays():
    """What needs another TensorFlow is replaced; what TensorFlow needs is installed."""
    keras = distribution("tf-keras", "2.16.0")
    own = tensorflow("tensorflow-cpu")
    installed = environment(own, keras)
    assert met_by(Requirement("tensorflow<2.17,>=2.16"), keras, installed) == "tf-keras==2.21.*"
    assert met_by(Requirement("absl-py>=1.0"), own, installed) == "absl-py>=1.0"


def test_pythons():
    """A release is built for the Pythons between the oldest and the newest, these included."""
    assert is_built_for("3.13.1", "2.21.0")
    assert not is_built_for("3.9.20", "2.21.0")
    assert not is_built_for("3.14.0", "2.21.0")
    assert is_built_for("3.14.0", "2.22.0rc0")
    assert is_built_for("3.15.0", "2.99.0")
    assert another_python(tensorflow(version="2.15.1")).endswith(
        "Python 3.9 to 3.11, for which tensorflow 2.15.1 is built"
    )
    unknown = tensorflow(version="2.99.0", requires_python=">=3.12")
    assert "Python >=3.12" in another_python(unknown)


def test_python_without_tensorflow():
    """On a Python that is newer than any with a TensorFlow, an older one is advised."""
    assert [older_python(python) for python in ("3.9.20", "3.14.2", "3.14.0rc1")] == [""] * 3
    assert (
        older_python("3.99.0a1") == f"if there is none for Python 3.99, make an environment with Python {NEWEST_PYTHON}"
    )


def test_releases_follow_one_another():
    """Neither end of the Pythons for TensorFlow's releases ever goes back."""
    for ends in zip(*(pair.split("-") for pair in PYTHONS)):
        numbers = [int(end.partition(".")[2]) for end in ends]
        assert numbers == sorted(numbers)
