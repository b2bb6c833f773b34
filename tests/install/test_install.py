"""The install under test, described without importing TensorFlow."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from packaging.version import Version

from tests.pretended.distributions import distribution, tensorflow
from tests.pretended.environments import environment
from tests.pretended.installs import INSTALL
from tf_conformance.install.accelerators import Accelerator
from tf_conformance.install.install import NOT_INSTALLED, Install, describe, minor_release

NUMPY = distribution("numpy", "2.5.0")
KERAS = distribution("keras", "3.15.1")
LEGACY_KERAS = distribution("tf-keras", "2.21.0")
LEGACY = {"TF_USE_LEGACY_KERAS": "1"}


def test_description():
    """A description holds the distribution and version of each part, the processor, and no device or build yet."""
    described = describe(environment(tensorflow("tensorflow-cpu"), KERAS, NUMPY, variables={"TF_X": "1"}))
    assert described == replace(
        INSTALL,
        tensorflow_distribution="tensorflow-cpu",
        platform=described.platform,
        cpu_features=["avx", "avx2", "sse4_1", "sse4_2"],
        environment={"TF_X": "1"},
        devices=[],
    )


@pytest.mark.parametrize(("variables", "package", "version"), [({}, "keras", "3.15.1"), (LEGACY, "tf_keras", "2.21.0")])
def test_keras_behind_tf_keras(variables, package, version):
    """The Keras behind tf.keras is keras, or tf_keras if TF_USE_LEGACY_KERAS asks for it."""
    described = describe(environment(tensorflow(), KERAS, LEGACY_KERAS, variables=variables))
    assert (described.keras_package, described.keras) == (package, version)


def test_legacy_keras_before_it_existed():
    """TensorFlow 2.14 does not read TF_USE_LEGACY_KERAS."""
    keras = distribution("keras", "2.14.0")
    described = describe(environment(tensorflow(version="2.14.1"), keras, LEGACY_KERAS, variables=LEGACY))
    assert (described.keras_package, described.keras) == ("keras", "2.14.0")


@pytest.mark.parametrize(
    ("version", "package", "keras"), [("2.0.4", "tensorflow_core", "2.2.4-tf"), ("2.4.4", "tensorflow", "2.4.0")]
)
def test_keras_inside_tensorflow(tmp_path, version, package, keras):
    """The Keras of TensorFlow before 2.6 is its own, and its version is read from its source."""
    source = tmp_path / package / "python" / "keras" / "__init__.py"
    source.parent.mkdir(parents=True)
    versions = ("2.4.0", "2.3.1") if version == "2.4.4" else ("2.1.6-tf", "2.2.4-tf")
    source.write_text("".join(f"__version__ = '{each}'\n" for each in versions), encoding="utf-8")
    described = describe(environment(tensorflow(version=version, place=tmp_path), KERAS))
    assert (described.keras_package, described.keras) == ("tensorflow", keras.partition("-")[0])


def test_absent_keras_inside_tensorflow():
    """An old TensorFlow whose own Keras is missing is described all the same."""
    described = describe(environment(tensorflow(version="2.4.4")))
    assert (described.keras_package, described.keras) == ("tensorflow", NOT_INSTALLED)


@pytest.mark.parametrize(
    ("installed", "variables", "line"),
    [
        ((NUMPY, KERAS), {}, "tensorflow (not installed) · Keras 3.15.1 · NumPy 2.5.0 · Python 3.13.0 · AVX2"),
        ((tensorflow(), NUMPY), {}, "tensorflow 2.21.0 · Keras (not installed) · NumPy 2.5.0 · Python 3.13.0 · AVX2"),
        (
            (tensorflow(), NUMPY),
            LEGACY,
            "tensorflow 2.21.0 · tf_keras (not installed) (legacy Keras 2) · NumPy 2.5.0 · Python 3.13.0 · AVX2",
        ),
    ],
)
def test_absent_parts(installed, variables, line):
    """An install without TensorFlow, or without the Keras that is asked for, is described all the same, and says so."""
    assert str(describe(environment(*installed, variables=variables))) == line


@pytest.mark.parametrize("text", ["2.22.0.dev20261101", "2.22.0rc1", "2.22.0"])
def test_version_of_a_prerelease(text):
    """For eras a nightly or a release candidate counts as the release that it leads to."""
    assert replace(INSTALL, tensorflow=text).versions()["tensorflow"] == Version("2.22.0")


@pytest.mark.parametrize(("text", "nightly"), [("2.22.0.dev20261101", True), ("2.22.0rc1", False), ("2.22.0", False)])
def test_nightly(text, nightly):
    """Only a build between releases is a nightly."""
    assert replace(INSTALL, tensorflow=text).is_nightly is nightly


def test_settings():
    """Variables of TensorFlow, XLA, Keras, CUDA and the like are kept, in order; Terraform's and all others are not."""
    kept = ["CUDA_VISIBLE_DEVICES", "NVIDIA_TF32_OVERRIDE", "TF_ENABLE_ONEDNN_OPTS", "XLA_FLAGS"]
    others = ["TF_VAR_secret", "TF_CLI_ARGS", "MY_TF_X"]
    of_images = ["NVIDIA_REQUIRE_CUDA", "NVIDIA_PRODUCT_NAME", "NVIDIA_BUILD_ID", "CUDA_VERSION"]
    described = describe(environment(variables=dict.fromkeys([*reversed(kept), *others, *of_images], "1")))
    assert list(described.environment) == kept


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({}, "tensorflow 2.21.0 · Keras 3.15.1 · NumPy 2.5.0 · Python 3.13.0 · CPU:0 (AVX2)"),
        ({"cpu_features": []}, "tensorflow 2.21.0 · Keras 3.15.1 · NumPy 2.5.0 · Python 3.13.0 · CPU:0 (a CPU)"),
        (
            {"devices": ["CPU:0", "GPU:0"], "cpu_features": ["asimd"]},
            "tensorflow 2.21.0 · Keras 3.15.1 · NumPy 2.5.0 · Python 3.13.0 · CPU:0 (NEON), GPU:0",
        ),
        (
            {"devices": ["CPU:0", "GPU:0", "GPU:1"], "accelerators": [Accelerator("GPU:0", "NVIDIA H200")]},
            "tensorflow 2.21.0 · Keras 3.15.1 · NumPy 2.5.0 · Python 3.13.0 · CPU:0 (AVX2), GPU:0 (NVIDIA H200), GPU:1",
        ),
        (
            {"keras_package": "tf_keras", "keras": "2.21.0"},
            "tensorflow 2.21.0 · tf_keras 2.21.0 (legacy Keras 2) · NumPy 2.5.0 · Python 3.13.0 · CPU:0 (AVX2)",
        ),
        (
            {"keras_package": "tensorflow", "keras": "2.4.0", "tensorflow": "2.4.4"},
            "tensorflow 2.4.4 · tf.keras 2.4.0 (TensorFlow's own) · NumPy 2.5.0 · Python 3.13.0 · CPU:0 (AVX2)",
        ),
    ],
)
def test_one_line(changed, line):
    """An install reads as one line: its parts, and the devices with the model or the widest vector extension."""
    assert str(replace(INSTALL, **changed)) == line


@pytest.mark.parametrize("found", [[], [Accelerator("GPU:0", "NVIDIA H200", 2**37, "9.0"), Accelerator("TPU:0")]])
def test_json(found):
    """An install survives JSON both ways."""
    build = {"cuda": True, "xla": None, "cuda_version": "12.5.1"}
    install = replace(INSTALL, environment={"TF_X": "1"}, build=build, accelerators=found)
    assert Install.from_json(json.loads(json.dumps(install.to_json()))) == install


@pytest.mark.parametrize(("version", "release"), [("2.21.0", "2.21"), ("2.22.0.dev20261101", "2.22"), ("3", "3")])
def test_minor_release(version, release):
    """A release is the first two numbers of a version."""
    assert minor_release(version) == release
