"""The devices besides the CPU that an install uses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
import tensorflow as tf

from tests import ROOT
from tests.pretended.driver import CUDNN, RUNTIME, compiled
from tests.pretended.nvidia import PretendedNvidia
from tf_conformance.install import accelerators as module
from tf_conformance.install.accelerators import Accelerator, accelerators, most_used, with_memory_used

H200 = Accelerator("GPU:0", "NVIDIA H200", 150 * 10**9, "9.0", "580.159.04", "12.9", "9.28.0")


@pytest.fixture
def details(monkeypatch):
    """Has TensorFlow see one physical device of a kind, and tell this of it."""

    def see(kind, **told):
        config = tf.config.experimental
        monkeypatch.setattr(config, "list_physical_devices", lambda asked: ["one"] if asked == kind else [])
        monkeypatch.setattr(config, "get_device_details", lambda device: told)

    return see


def test_cpus_are_none():
    """CPUs are described elsewhere."""
    assert accelerators(["CPU:0", "CPU:1"], PretendedNvidia()) == []


def test_gpu(details, monkeypatch):
    """A GPU is described by TensorFlow, the driver and the libraries in use."""
    details("GPU", device_name="NVIDIA H200", compute_capability=(9, 0))
    monkeypatch.setattr(module, "cuda_in_use", lambda: "12.9")
    monkeypatch.setattr(module, "cudnn_in_use", lambda: "9.28.0")
    (gpu,) = accelerators(["CPU:0", "GPU:0"], PretendedNvidia())
    assert gpu == Accelerator("GPU:0", "NVIDIA H200", 80 * 2**30, "9.0", "580.159.04", "12.9", "9.28.0")


def test_gpu_of_which_tensorflow_tells_nothing(details):
    """Before 2.4 the driver alone tells the model."""
    details("GPU")
    (gpu,) = accelerators(["GPU:0"], PretendedNvidia())
    assert (gpu.model, gpu.compute_capability) == ("NVIDIA Pretended", "8.0")


def test_gpu_of_another_make(details):
    """Without NVIDIA's driver, what TensorFlow tells is all that is known."""
    details("GPU", device_name="AMD Instinct MI300X")
    assert accelerators(["GPU:0"], PretendedNvidia(gpus=())) == [Accelerator("GPU:0", "AMD Instinct MI300X")]


def test_device_of_another_kind(details):
    """A device of a plug-in has the name and the details that it gives."""
    details("my_device", device_name="a plug-in's device")
    assert accelerators(["my_device:0"], PretendedNvidia()) == [Accelerator("my_device:0", "a plug-in's device")]


@pytest.mark.parametrize(
    ("accelerator", "text"),
    [
        (H200, "GPU:0: NVIDIA H200, 140 GiB, compute capability 9.0, driver 580.159.04, CUDA 12.9, cuDNN 9.28.0"),
        (Accelerator("TPU:3"), "TPU:3: of unknown model"),
    ],
)
def test_in_words(accelerator, text):
    """An accelerator reads as its model and all that is known of it."""
    assert str(accelerator) == text


@pytest.mark.parametrize(
    ("capability", "built_for", "newer"),
    [
        ("8.0", "sm_60,sm_80,compute_90", False),
        ("8.6", "sm_60,sm_80,compute_90", False),
        ("8.6", "sm_60,sm_89,compute_90", True),
        ("9.0", "sm_60,sm_89,compute_90", True),
        ("12.0", "sm_60,sm_120", False),
        ("12.0", "sm_60,sm_100", True),
        ("9.0", "", False),
        (None, "sm_60", False),
    ],
)
def test_newer_than_the_build(capability, built_for, newer):
    """A GPU is newer than a build that has no code for its generation."""
    assert Accelerator("GPU:0", compute_capability=capability).is_newer_than(built_for) is newer


def test_plug_in_that_fails(monkeypatch):
    """A device that cannot be described is there all the same."""
    config = tf.config.experimental
    monkeypatch.setattr(config, "list_physical_devices", lambda kind: ["one"])
    monkeypatch.setattr(config, "get_device_details", lambda device: 1 / 0)
    assert accelerators(["NPU:0"], PretendedNvidia()) == [Accelerator("NPU:0")]


def test_memory_used(monkeypatch):
    """TensorFlow tells the most memory that a process needed at a time; of a device without a count nothing is said."""
    config = tf.config.experimental
    monkeypatch.setattr(config, "get_memory_info", lambda device: {"GPU:0": {"current": 1, "peak": 2**30}}[device])
    assert with_memory_used(H200) == replace(H200, memory_used=2**30)
    assert with_memory_used(Accelerator("TPU:0")) == Accelerator("TPU:0")
    assert str(with_memory_used(H200)).endswith(", of its memory a process used up to 1024 MiB")


@pytest.mark.parametrize(
    ("one", "other", "most"), [(1, 3, 3), (3, 1, 3), (None, 3, 3), (3, None, 3), (None, None, None)]
)
def test_memory_used_by_several_processes(one, other, most):
    """Of several processes that which used the most memory counts."""
    here, there = replace(H200, memory_used=one), replace(H200, memory_used=other)
    assert most_used([here], [there]) == [replace(H200, memory_used=most)]
    assert most_used([here], []) == [here]


def test_json():
    """An accelerator survives JSON."""
    assert Accelerator.from_json(json.loads(json.dumps(H200.to_json()))) == H200


IN_USE = """
import ctypes, sys
from tf_conformance.install.accelerators import cuda_in_use, cudnn_in_use
print(cuda_in_use(), cudnn_in_use())
libraries = [ctypes.CDLL(path) for path in sys.argv[1:]]
print(cuda_in_use(), cudnn_in_use())
"""


@pytest.mark.parametrize(("number", "cudnn"), [(92800, "9.28.0"), (8907, "8.9.7"), (7605, "7.6.5")])
def test_libraries_in_use(tmp_path, number, cudnn):
    """The versions are those of the libraries that the process has loaded; without any, nothing is said."""
    runtime = compiled(tmp_path / "libcudart.so.12", RUNTIME, version=12090)
    library = compiled(tmp_path / "libcudnn.so.9", CUDNN, version=number)
    command = [sys.executable, "-c", IN_USE, str(runtime), str(library)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.check_output(command, text=True, env=environment).splitlines() == ["None None", f"12.9 {cudnn}"]
