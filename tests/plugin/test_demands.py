"""What the user requires: versions and devices."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.records.test_run import INSTALL
from tf_conformance.diagnosis import gpu
from tf_conformance.plugin.demands import missing_device, parse_requirement, unmet_version

CUDA_BUILD = replace(
    INSTALL,
    build={
        "cuda": True,
        "cuda_version": "12.5.1",
        "cudnn_version": "9",
        "cuda_compute_capabilities": "sm_60,compute_90",
    },
)


@pytest.mark.parametrize(
    ("text", "unmet"),
    [
        ("tensorflow==2.21.*", False),
        ("tensorflow==2.20.*", True),
        ("tensorflow>=2.22", True),
        ("keras>=3,<4", False),
        ("keras<3", True),
        ("python>=3.14", True),
    ],
)
def test_versions(text, unmet):
    """A requirement on TensorFlow, Keras, NumPy or Python is met or not; the message names both versions."""
    problem = unmet_version(parse_requirement(text), INSTALL)
    assert (problem is not None) is unmet
    assert not unmet or "is installed" in problem


@pytest.mark.parametrize("text", ["tensorflow = 2", "", "torch>1"])
def test_no_requirements(text):
    """Another text is refused with an example or with what may be required."""
    with pytest.raises(ValueError, match=r"is no requirement|must be on one of"):
        parse_requirement(text)


def test_devices():
    """A device of the kind is enough."""
    assert missing_device("cpu", INSTALL) is None
    assert missing_device("GPU", replace(INSTALL, devices=["CPU:0", "GPU:0"])) is None
    assert "TensorFlow uses no TPU" in str(missing_device("tpu", INSTALL))


@pytest.fixture
def driver(monkeypatch):
    """Pretends a driver, the libraries that cannot be loaded, and a device."""

    def pretend(version=(12, 8), capability=(8, 0), missing=()):
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
        monkeypatch.setattr(gpu, "_load_error", lambda name: f"{name}: cannot open" if name in missing else None)
        monkeypatch.setattr(gpu, "_driver_cuda_version", lambda: version)
        monkeypatch.setattr(gpu, "_compute_capability", lambda: capability)

    return pretend


def test_build_for_cpus(driver):
    """A build for CPUs only says so, whatever else there is."""
    driver()
    obstacle = missing_device("gpu", replace(INSTALL, build={"cuda": False}))
    assert str(obstacle) == "TensorFlow uses no GPU: it was built for CPUs only"
    assert "tensorflow[and-cuda]" in obstacle.advice


@pytest.mark.parametrize("value", ["", "-1"])
def test_hidden_devices(driver, monkeypatch, value):
    """CUDA_VISIBLE_DEVICES that names none is the first thing to say."""
    driver()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", value)
    assert "CUDA_VISIBLE_DEVICES hides all GPUs" in str(missing_device("gpu", CUDA_BUILD))


@pytest.mark.parametrize(
    ("settings", "cause", "evidence"),
    [
        ({"missing": ["libcuda.so.1"]}, "NVIDIA's driver is not there", "libcuda.so.1: cannot open"),
        ({"version": (11, 8)}, "driver is too old", "the driver speaks CUDA 11.8, TensorFlow was built with 12.5.1"),
        ({"missing": ["libcudnn.so.9"]}, "cannot be loaded: libcudnn.so.9", "libcudnn.so.9: cannot open"),
        ({"missing": ["libcufft.so.11", "libcudart.so.12"]}, "libcudart.so.12, libcufft.so.11", "libcudart.so.12"),
        ({"capability": (5, 2)}, "the GPU is older", "its compute capability is 5.2"),
        ({}, "finds no device", "CPU:0"),
    ],
)
def test_reasons(driver, settings, cause, evidence):
    """Driver, libraries and device are looked at in turn; the very thing that lacks is named."""
    driver(**settings)
    obstacle = missing_device("gpu", CUDA_BUILD)
    assert cause in obstacle.cause
    assert evidence in obstacle.evidence


def test_libraries_have_packages():
    """For what NVIDIA packages, the packages to install are named."""
    assert (
        gpu.expected_libraries({"cuda_version": "12.5.1", "cudnn_version": "9"})["libcudnn.so.9"] == "nvidia-cudnn-cu12"
    )
    assert gpu.expected_libraries({"cuda_version": "64_112", "cudnn_version": "64_8"}) == {
        **gpu.CUDA_LIBRARIES["11"],
        "libcudnn.so.8": "nvidia-cudnn-cu11",
    }
    assert gpu.expected_libraries({}) == {}
