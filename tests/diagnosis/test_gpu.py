"""Why TensorFlow does not use a GPU."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.pretended.cuda import cuda_build
from tests.pretended.distributions import distribution, tensorflow
from tests.pretended.environments import environment
from tests.pretended.installs import INSTALL
from tests.pretended.nvidia import GPU, NOT_FOUND, PretendedNvidia
from tf_conformance.diagnosis.gpu import why_no_gpu
from tf_conformance.install.cuda import LIBRARIES, CudaBuild
from tf_conformance.install.nvidia import DRIVER, MANAGEMENT

CUDA = {"cuda": True, "rocm": False}
CPU = {"cuda": False, "rocm": False}
ALL = (*LIBRARIES["12"], "libcudnn.so.9")
NO_DRIVER = {DRIVER: f"{DRIVER}: {NOT_FOUND}"}


@pytest.fixture
def why(monkeypatch, tmp_path):
    """The obstacle on an install with this driver, these variables and these libraries of CUDA."""

    def ask(build=CUDA, variables=None, found=ALL, packaged=(), version="2.21.0", name="tensorflow", **nvidia):
        cuda = cuda_build(tmp_path, packaged, found) if build["cuda"] else None
        monkeypatch.setattr(CudaBuild, "of", lambda environment: cuda)
        install = replace(INSTALL, build=build, tensorflow=version, tensorflow_distribution=name)
        around = environment(tensorflow(name, version), variables=variables or {})
        return why_no_gpu(install, around, PretendedNvidia(devices=tmp_path / "dev", **nvidia))

    return ask


@pytest.mark.parametrize(
    ("name", "version", "advice"),
    [
        ("tensorflow-cpu", "2.21.0", '"tensorflow[and-cuda]==2.21.*"'),
        ("tensorflow-cpu", "2.13.1", '"tensorflow==2.13.*"'),
        ("tensorflow", "2.0.4", '"tensorflow-gpu==2.0.*"'),
    ],
)
def test_build_for_cpus(why, name, version, advice):
    """A build for CPUs only says so, whatever driver there is, and how to replace it by one for GPUs of the same release."""
    obstacle = why(build=CPU, name=name, version=version, errors=NO_DRIVER)
    assert str(obstacle) == "TensorFlow does not use a GPU: it was built for CPUs only"
    assert obstacle.evidence == "tf.test.is_built_with_cuda() is False"
    assert obstacle.advice == (f"python -m pip uninstall --yes {name}", f"python -m pip install {advice}")


def test_build_for_cpus_that_has_no_other(why):
    """Where the distribution of that name is for CPUs, installing it again does not help."""
    assert why(build=CPU).advice == ("use a TensorFlow that was built for CUDA; on PyPI those are for Linux on x86_64",)


def test_build_for_cpus_from_conda(monkeypatch, tmp_path):
    """conda has builds for CUDA under the same name."""
    (tmp_path / "conda-meta").mkdir()
    place = tmp_path / "lib" / "python3.13" / "site-packages"
    around = environment(tensorflow(place=place, texts={"INSTALLER": "conda\n"}))
    obstacle = why_no_gpu(replace(INSTALL, build=CPU), around, PretendedNvidia())
    assert obstacle.advice == (f'conda install --prefix {tmp_path} "tensorflow=*=cuda*"',)


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"CUDA_VISIBLE_DEVICES": ""}, "CUDA_VISIBLE_DEVICES"),
        ({"CUDA_VISIBLE_DEVICES": " -1"}, "CUDA_VISIBLE_DEVICES"),
        ({"CUDA_VISIBLE_DEVICES": "NoDevFiles"}, "CUDA_VISIBLE_DEVICES"),
        ({"CUDA_VISIBLE_DEVICES": "0", "HIP_VISIBLE_DEVICES": "-1"}, "HIP_VISIBLE_DEVICES"),
        ({"ROCR_VISIBLE_DEVICES": ""}, "ROCR_VISIBLE_DEVICES"),
    ],
)
def test_hidden_devices(why, variables, name):
    """A variable that hides all GPUs is the only reason that is given, whatever else is wrong."""
    obstacle = why(build=CPU, variables=variables, errors=NO_DRIVER)
    assert obstacle.cause == f"{name} hides all GPUs"
    assert obstacle.evidence == f"{name}={variables[name]!r}"
    assert obstacle.advice == (f"unset {name}",)


@pytest.mark.parametrize("value", ["7", "GPU-0000", "MIG-GPU-1234/1/0", "MIG-1234"])
def test_devices_that_are_not_there(why, value):
    """A variable that names no GPU of the machine, by number, UUID or MIG instance, is told beside what there is."""
    obstacle = why(variables={"CUDA_VISIBLE_DEVICES": value}, init=100)
    assert obstacle.cause == "CUDA_VISIBLE_DEVICES names no GPU of this machine"
    assert obstacle.evidence == f"CUDA_VISIBLE_DEVICES={value!r}; this machine has GPU 0 (NVIDIA Pretended, GPU-1234)"


@pytest.mark.parametrize(
    ("nvidia", "cause", "evidence"),
    [
        ({"errors": NO_DRIVER}, "NVIDIA's driver is not installed", NO_DRIVER[DRIVER]),
        (
            {"errors": {DRIVER: "/usr/lib/libcuda.so.1: file too short"}},
            "NVIDIA's driver cannot be loaded",
            "/usr/lib/libcuda.so.1: file too short",
        ),
        (
            {"path": "/usr/local/cuda/lib64/stubs/libcuda.so.1"},
            "the first libcuda.so.1 is a stub for linking, not the driver",
            "/usr/local/cuda/lib64/stubs/libcuda.so.1",
        ),
        (
            {"cuda": (11, 8)},
            "NVIDIA's driver is too old for the CUDA that TensorFlow was built with",
            "the driver supports CUDA 11.8, TensorFlow was built with 12.5.1",
        ),
        ({"gpus": (), "present": ()}, "the driver shows no GPU to this process", "it counts 0 devices"),
        (
            {"errors": {MANAGEMENT: f"{MANAGEMENT}: {NOT_FOUND}"}},
            "libnvidia-ml.so.1 is missing, a part of NVIDIA's driver that TensorFlow needs",
            f"{MANAGEMENT}: {NOT_FOUND}",
        ),
        (
            {"gpus": [GPU._replace(compute_capability=(5, 2))]},
            "the GPU is older than those that TensorFlow was built for",
            "NVIDIA Pretended has compute capability 5.2, TensorFlow was built for sm_60,compute_90",
        ),
        ({}, "driver and libraries can be loaded, but TensorFlow finds no device", "it sees CPU:0"),
        ({"cuda": None}, "driver and libraries can be loaded, but TensorFlow finds no device", "it sees CPU:0"),
    ],
)
def test_driver_and_device(why, nvidia, cause, evidence):
    """Driver and device are asked in turn, and the first reason counts."""
    obstacle = why(**nvidia)
    assert (obstacle.cause, obstacle.evidence) == (cause, evidence)


@pytest.mark.parametrize("value", ["void", "", "none"])
def test_container_without_gpus(why, value):
    """In a container that was started without GPUs there is no driver to install."""
    obstacle = why(variables={"NVIDIA_VISIBLE_DEVICES": value}, errors=NO_DRIVER)
    assert obstacle.cause == "the container was started without GPUs"
    assert obstacle.advice == ("start it with the GPUs (--gpus all)",)


def test_management_before_it_was_asked(why):
    """TensorFlow before 2.21 does without the driver's library for management."""
    obstacle = why(version="2.20.0", errors={MANAGEMENT: NOT_FOUND})
    assert obstacle.cause == "driver and libraries can be loaded, but TensorFlow finds no device"


@pytest.mark.parametrize(
    ("code", "evidence", "part"),
    [
        (2, "cuInit returns 2 (OUT_OF_MEMORY)", "no memory left"),
        (3, "cuInit returns 3 (NOT_INITIALIZED)", "cannot be started"),
        (46, "cuInit returns 46 (DEVICE_UNAVAILABLE)", "exclusive use"),
        (100, "cuInit returns 100 (NO_DEVICE)", "finds no GPU"),
        (101, "cuInit returns 101 (INVALID_DEVICE)", "refuses the GPUs"),
        (214, "cuInit returns 214 (ECC_UNCORRECTABLE)", "faulty (ECC)"),
        (802, "cuInit returns 802 (SYSTEM_NOT_READY)", "NVSwitch"),
        (803, "cuInit returns 803 (SYSTEM_DRIVER_MISMATCH)", "different versions"),
        (804, "cuInit returns 804 (COMPAT_NOT_SUPPORTED_ON_DEVICE)", "cuda-compat"),
        (999, "cuInit returns 999 (UNKNOWN)", "cannot be started"),
        (12345, "cuInit returns 12345", "cannot be started"),
    ],
)
def test_failing_driver(why, tmp_path, code, evidence, part):
    """What the driver reports when it is started is put into words."""
    device_files(tmp_path, "nvidia0", "nvidiactl")
    obstacle = why(init=code)
    assert part in obstacle.cause
    assert obstacle.evidence == evidence


@pytest.mark.parametrize("code", [803, 804])
def test_compatibility_package(why, tmp_path, code):
    """A library of another driver that LD_LIBRARY_PATH puts first is named, as an H100 has shown it for that of CUDA 13.0."""
    library = tmp_path / "cuda-13.0" / "compat" / "libcuda.so.580.95.05"
    device_files(tmp_path, "nvidia0", "nvidiactl")
    obstacle = why(variables={"LD_LIBRARY_PATH": f"/opt/lib:{library.parent}/"}, path=str(library), init=code)
    assert obstacle.cause.startswith("LD_LIBRARY_PATH puts the library of another driver (cuda-compat) first")
    assert obstacle.evidence.startswith(f"{library}; cuInit returns {code} (")
    assert obstacle.advice == (f"remove {library.parent}/ from LD_LIBRARY_PATH",)


def test_stub_on_the_path(why, tmp_path):
    """The folder of a stub that LD_LIBRARY_PATH names is to be taken off it."""
    stub = tmp_path / "stubs" / "libcuda.so.1"
    assert why(variables={"LD_LIBRARY_PATH": str(stub.parent)}, path=str(stub)).advice == ("unset LD_LIBRARY_PATH",)


def test_stub_that_says_so(why):
    """A stub reports by a number of its own that it is one."""
    assert why(init=34).cause == "the first libcuda.so.1 is a stub for linking, not the driver"


def device_files(tmp_path, *names):
    """Puts files into the folder in place of /dev."""
    (tmp_path / "dev").mkdir()
    for name in names:
        (tmp_path / "dev" / name).touch()


def test_no_device_files(why, tmp_path):
    """Without device files the driver cannot reach a GPU."""
    device_files(tmp_path)
    obstacle = why(init=100)
    assert obstacle.cause == "there are no GPU device files"
    assert obstacle.evidence == f"no {tmp_path}/dev/nvidiactl; cuInit returns 100"


def test_no_device_files_under_windows(why, tmp_path):
    """WSL has one device file for all GPUs, and none of NVIDIA's."""
    device_files(tmp_path, "dxg")
    assert why(init=100).evidence == "cuInit returns 100 (NO_DEVICE)"


def test_device_files_without_permission(why, monkeypatch, tmp_path):
    """Device files that this user may not use are named."""
    device_files(tmp_path, "nvidia0", "nvidiactl")
    monkeypatch.setattr("os.access", lambda path, mode: not str(path).endswith("nvidia0"))
    obstacle = why(init=999)
    assert obstacle.cause == "this user may not use the GPUs"
    assert obstacle.evidence == f"{tmp_path}/dev/nvidia0: Permission denied; cuInit returns 999"


def test_overlooked_library(why, tmp_path):
    """A library that is in NVIDIA's packages but not where TensorFlow looks is named, with the line to write."""
    found = set(ALL) - {"libcusolver.so.11"}
    obstacle = why(found=found, packaged=["libcusolver.so.11"])
    assert obstacle.cause == "TensorFlow does not find CUDA libraries: libcusolver.so.11"
    assert obstacle.evidence == f"libcusolver.so.11: {NOT_FOUND} (looked for as libtensorflow_framework.so.2 does)"
    folder = tmp_path / "nvidia" / "libcusolver" / "lib"
    assert obstacle.advice == (f'export LD_LIBRARY_PATH="{folder}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"',)


def test_driver_and_libraries(why):
    """Whoever installs the driver would then miss the libraries: both are told, and what to do about each."""
    obstacle = why(errors=NO_DRIVER, found=set(ALL) - {"libcudnn.so.9"})
    assert obstacle.cause == (
        "NVIDIA's driver is not installed; besides, TensorFlow does not find CUDA libraries: libcudnn.so.9"
    )
    assert obstacle.advice == (
        "install the driver; in a container, start it with the GPUs (--gpus all)",
        "python -m pip install nvidia-cudnn-cu12",
    )


def test_build_for_rocm(why):
    """A build for AMD's GPUs needs nothing of NVIDIA's."""
    obstacle = why(build={"cuda": False, "rocm": True}, errors=NO_DRIVER)
    assert obstacle.cause == "driver and libraries can be loaded, but TensorFlow finds no device"


def test_build_that_is_laid_out_otherwise(monkeypatch):
    """Of a build for CUDA whose files are elsewhere, the driver is told all the same."""
    build = {**CUDA, "cuda_version": "12.5.1"}
    around = environment(distribution("some-tensorflow", "2.21.0"))
    obstacle = why_no_gpu(replace(INSTALL, build=build), around, PretendedNvidia(cuda=(11, 8)))
    assert obstacle.evidence == "the driver supports CUDA 11.8, TensorFlow was built with 12.5.1"
