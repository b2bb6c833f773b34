"""Why TensorFlow does not use a GPU."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.pretended.installs import INSTALL
from tests.pretended.nvidia import PretendedNvidia
from tf_conformance.diagnosis.gpu import CUDA_LIBRARIES, expected_libraries, why_no_gpu

CUDA_BUILD = {
    "cuda": True,
    "cuda_version": "12.5.1",
    "cudnn_version": "9",
    "cuda_compute_capabilities": "sm_60,compute_90",
}


def why(build=CUDA_BUILD, variables=None, **nvidia):
    """The obstacle on an install with this build and this driver."""
    return why_no_gpu(replace(INSTALL, build=build), PretendedNvidia(**nvidia), variables or {})


def test_build_for_cpus():
    """A build for CPUs only says so, whatever driver there is, and how to install one for GPUs."""
    obstacle = why(build={"cuda": False, "rocm": False})
    assert str(obstacle) == "TensorFlow does not use a GPU: it was built for CPUs only"
    assert obstacle.evidence == "tf.test.is_built_with_cuda() is False"
    assert obstacle.advice[-1] == 'python -m pip install "tensorflow[and-cuda]"'


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"CUDA_VISIBLE_DEVICES": ""}, "CUDA_VISIBLE_DEVICES"),
        ({"CUDA_VISIBLE_DEVICES": " -1"}, "CUDA_VISIBLE_DEVICES"),
        ({"CUDA_VISIBLE_DEVICES": "0", "HIP_VISIBLE_DEVICES": "-1"}, "HIP_VISIBLE_DEVICES"),
    ],
)
def test_hidden_devices(variables, name):
    """A variable that hides all GPUs is the first reason, whatever else is wrong."""
    obstacle = why(build={"cuda": False}, variables=variables, missing=["libcuda.so.1"])
    assert obstacle.cause == f"{name} hides all GPUs"
    assert obstacle.evidence == f"{name}={variables[name]!r}"
    assert obstacle.advice == (f"unset {name}",)


@pytest.mark.parametrize(
    ("nvidia", "cause", "evidence"),
    [
        ({"missing": ["libcuda.so.1"]}, "NVIDIA's driver is not installed", "libcuda.so.1: cannot open"),
        (
            {"version": (11, 8)},
            "NVIDIA's driver is too old for the CUDA that TensorFlow was built with",
            "the driver supports CUDA 11.8, TensorFlow was built with 12.5.1",
        ),
        (
            {"missing": ["libcudnn.so.9"]},
            "libraries of CUDA cannot be loaded: libcudnn.so.9",
            "libcudnn.so.9: cannot open",
        ),
        (
            {"missing": ["libcufft.so.11", "libcudart.so.12"]},
            "libraries of CUDA cannot be loaded: libcudart.so.12, libcufft.so.11",
            "libcudart.so.12: cannot open",
        ),
        (
            {"capability": (5, 2)},
            "the GPU is older than those that TensorFlow was built for",
            "its compute capability is 5.2, TensorFlow was built for sm_60,compute_90",
        ),
        (
            {"version": (11, 8), "missing": ["libcudnn.so.9"], "capability": (5, 2)},
            "NVIDIA's driver is too old for the CUDA that TensorFlow was built with",
            "the driver supports CUDA 11.8, TensorFlow was built with 12.5.1",
        ),
        ({}, "driver and libraries can be loaded, but TensorFlow finds no device", "it sees CPU:0"),
        (
            {"version": None, "capability": None},
            "driver and libraries can be loaded, but TensorFlow finds no device",
            "it sees CPU:0",
        ),
    ],
)
def test_reasons(nvidia, cause, evidence):
    """Driver, libraries and device are asked in turn, and the first reason counts."""
    obstacle = why(**nvidia)
    assert (obstacle.cause, obstacle.evidence) == (cause, evidence)


@pytest.mark.parametrize(
    ("cuda", "cudnn", "missing", "advice"),
    [
        (
            "12.5.1",
            "9",
            ["libcudnn.so.9", "libcublas.so.12", "libcublasLt.so.12"],
            "python -m pip install nvidia-cublas-cu12 nvidia-cudnn-cu12",
        ),
        ("10.1", "7", ["libcudnn.so.7"], "install CUDA 10.1 and add its lib folder to LD_LIBRARY_PATH"),
    ],
)
def test_packages_of_missing_libraries(cuda, cudnn, missing, advice):
    """The packages of missing libraries are named once each; without packages, the CUDA to install by hand."""
    build = {**CUDA_BUILD, "cuda_version": cuda, "cudnn_version": cudnn}
    assert why(build=build, missing=missing).advice == (advice,)


def test_build_for_rocm():
    """A build for AMD's GPUs needs nothing of NVIDIA's."""
    obstacle = why(build={"cuda": False, "rocm": True}, missing=["libcuda.so.1"])
    assert obstacle.cause == "driver and libraries can be loaded, but TensorFlow finds no device"


@pytest.mark.parametrize(
    ("build", "libraries"),
    [
        (
            {"cuda_version": "12.5.1", "cudnn_version": "9"},
            {**CUDA_LIBRARIES["12"], "libcudnn.so.9": "nvidia-cudnn-cu12"},
        ),
        (
            {"cuda_version": "64_112", "cudnn_version": "64_8"},
            {**CUDA_LIBRARIES["11"], "libcudnn.so.8": "nvidia-cudnn-cu11"},
        ),
        ({"cuda_version": "10.1", "cudnn_version": "7"}, {**CUDA_LIBRARIES["10"], "libcudnn.so.7": ""}),
        ({"cuda_version": "99"}, {}),
        ({}, {}),
    ],
)
def test_expected_libraries(build, libraries):
    """The libraries that a build opens follow from its versions of CUDA and cuDNN, however these are written."""
    assert expected_libraries(build) == libraries
