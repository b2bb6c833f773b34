"""What the user demands of the install: versions and devices."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.pretended.environments import environment
from tests.pretended.installs import INSTALL
from tests.pretended.nvidia import PretendedNvidia
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.plugin.demands import missing_device, unmet_version


@pytest.mark.parametrize("text", ["tensorflow==2.21.*", "keras>=3,<4", "numpy<3", "python>=3.13"])
def test_met_version(text):
    """A requirement on TensorFlow, Keras, NumPy or Python that the install meets is no problem."""
    assert unmet_version(text, INSTALL) is None


@pytest.mark.parametrize(
    ("text", "installed"),
    [
        ("tensorflow==2.20.*", "tensorflow 2.21.0"),
        ("tensorflow>=2.22", "tensorflow 2.21.0"),
        ("keras<3", "keras 3.15.1"),
        ("numpy>=3", "numpy 2.5.0"),
        ("python>=3.14", "python 3.13.0"),
    ],
)
def test_unmet_version(text, installed):
    """An unmet requirement is reported with the version that is installed."""
    assert unmet_version(text, INSTALL) == f"--require-version: {text} is required, {installed} is installed"


def test_nightly():
    """A nightly meets a requirement on the release that it follows."""
    assert unmet_version("tensorflow>=2.21", replace(INSTALL, tensorflow="2.22.0.dev20261101")) is None


@pytest.mark.parametrize("text", ["tensorflow = 2", "", "torch>1"])
def test_bad_requirement(text):
    """A text that is not a requirement on a known package is refused."""
    with pytest.raises(ValueError, match="is not a requirement|must give versions of one of"):
        unmet_version(text, INSTALL)


@pytest.mark.parametrize(
    ("wanted", "devices"),
    [
        ("cpu", ["CPU:0"]),
        ("GPU", ["CPU:0", "GPU:0"]),
        ("gpu", ["GPU:0"]),
        ("gpu:1", ["GPU:0", "GPU:1"]),
        ("my_device:0", ["MY_DEVICE:0"]),
    ],
)
def test_device(wanted, devices):
    """One device of the kind is enough, or that of the name, whatever the case of the letters."""
    assert missing_device(wanted, replace(INSTALL, devices=devices), environment()) is None


@pytest.mark.parametrize(("devices", "seen"), [(["CPU:0"], "CPU:0"), ([], "no device")])
def test_missing_device(devices, seen):
    """Of a device of another kind nothing more is known than that there is none."""
    assert missing_device("tpu", replace(INSTALL, devices=devices), environment()) == Obstacle(
        "TensorFlow does not use a TPU", "there is none", f"it sees {seen}", ("require another device, or none",)
    )


def test_missing_device_of_a_kind_that_is_there():
    """Where there are others of its kind, a device is simply absent."""
    obstacle = missing_device("gpu:1", replace(INSTALL, devices=["CPU:0", "GPU:0"]), environment())
    assert (str(obstacle), obstacle.evidence) == (
        "TensorFlow does not use GPU:1: there is none",
        "it sees CPU:0, GPU:0",
    )


@pytest.mark.parametrize(
    ("variables", "cause"),
    [({}, "NVIDIA's driver is not installed"), ({"CUDA_VISIBLE_DEVICES": ""}, "CUDA_VISIBLE_DEVICES hides all GPUs")],
)
def test_missing_gpu(variables, cause):
    """For a GPU the reason is found, with the driver and the variables of the environment."""
    nvidia = PretendedNvidia(errors={"libcuda.so.1": "No such file"})
    obstacle = missing_device("gpu", replace(INSTALL, build={"cuda": True}), environment(variables=variables), nvidia)
    assert (obstacle.what, obstacle.cause) == ("TensorFlow does not use a GPU", cause)
