"""The install under test, described without importing TensorFlow."""

from __future__ import annotations

import subprocess
import sys

import pytest
from packaging.version import Version

from tests import ROOT
from tests.records.test_run import INSTALL
from tf_conformance.install.install import describe


@pytest.fixture
def installed(pretend_installed):
    """Makes it look as if only these distributions were installed, by name and version."""
    return lambda **versions: pretend_installed({name.replace("_", "-"): version for name, version in versions.items()})


@pytest.mark.parametrize(
    ("legacy", "package", "version"), [(None, "keras", "3.15.1"), ("1", "tf_keras", "2.21.0"), ("0", "keras", "3.15.1")]
)
def test_keras_behind_tf_keras(installed, monkeypatch, legacy, package, version):
    """The Keras behind tf.keras is keras, or tf_keras where TF_USE_LEGACY_KERAS asks for it."""
    installed(tensorflow="2.21.0", keras="3.15.1", tf_keras="2.21.0", numpy="2.5.0")
    monkeypatch.delenv("TF_USE_LEGACY_KERAS", raising=False)
    if legacy:
        monkeypatch.setenv("TF_USE_LEGACY_KERAS", legacy)
    assert (describe().keras_package, describe().keras) == (package, version)


def test_legacy_keras_means_nothing_before_it_existed(installed, monkeypatch):
    """TensorFlow 2.14 does not look at TF_USE_LEGACY_KERAS."""
    installed(tensorflow_cpu="2.14.1", keras="2.14.0", numpy="1.26")
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    described = describe()
    assert (described.keras_package, described.keras, described.tensorflow_distribution) == (
        "keras",
        "2.14.0",
        "tensorflow-cpu",
    )


def test_no_tensorflow(installed):
    """An install without TensorFlow is described all the same, and says so."""
    installed(numpy="2.5.0", keras="3.15.1")
    assert str(describe()).startswith("tensorflow (not installed) · Keras 3.15.1 · NumPy 2.5.0")


def test_keras_that_is_not_there(installed, monkeypatch):
    """Where the Keras that is asked for is not installed, the install is described all the same, and says so."""
    installed(tensorflow="2.21.0", numpy="2.5.0")
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    assert "tf_keras (not installed)" in str(describe())


@pytest.mark.parametrize("text", ["2.22.0.dev20261101", "2.22.0rc1", "2.22.0"])
def test_nightly_counts_as_its_release(installed, monkeypatch, text):
    """For eras a nightly or a candidate counts as the release that it leads to."""
    monkeypatch.delenv("TF_USE_LEGACY_KERAS", raising=False)
    installed(tf_nightly=text, keras="3.15.1", numpy="2.5.0")
    assert describe().versions()["tensorflow"] == Version("2.22.0")


def test_environment_keeps_what_matters(monkeypatch):
    """Variables of TensorFlow, XLA, Keras and CUDA are kept; Terraform's are not."""
    for name in ("TF_ENABLE_ONEDNN_OPTS", "XLA_FLAGS", "TF_VAR_secret", "HOME_OF_MINE"):
        monkeypatch.setenv(name, "1")
    kept = describe().environment
    assert kept.get("TF_ENABLE_ONEDNN_OPTS") == kept.get("XLA_FLAGS") == "1"
    assert "TF_VAR_secret" not in kept
    assert "HOME_OF_MINE" not in kept


def test_in_words():
    """An install reads as one line."""
    assert str(INSTALL) == "tensorflow 2.21.0 · Keras 3.15.1 · NumPy 2.5.0 · Python 3.13.0 · CPU:0 (AVX2)"


def test_describing_imports_no_tensorflow():
    """Describing the install imports neither TensorFlow nor NumPy."""
    code = "import sys; from tf_conformance.install.install import describe; describe(); print({'tensorflow', 'numpy'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=str(ROOT), capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n"
