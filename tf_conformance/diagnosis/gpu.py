"""Why TensorFlow uses no GPU."""

from __future__ import annotations

import ctypes
import os
import re
import site
import sys
from pathlib import Path
from typing import Iterator

from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.install import Install

WHAT = "TensorFlow uses no GPU"

# The libraries that a build for a major version of CUDA opens by their sonames, and the package of each from PyPI.
CUDA_LIBRARIES: dict[str, dict[str, str]] = {
    "10": {
        "libcudart.so.10.1": "",
        "libcublas.so.10": "",
        "libcufft.so.10": "",
        "libcusolver.so.10": "",
        "libcusparse.so.10": "",
    },
    "11": {
        "libcudart.so.11.0": "nvidia-cuda-runtime-cu11",
        "libcublas.so.11": "nvidia-cublas-cu11",
        "libcublasLt.so.11": "nvidia-cublas-cu11",
        "libcufft.so.10": "nvidia-cufft-cu11",
        "libcusolver.so.11": "nvidia-cusolver-cu11",
        "libcusparse.so.11": "nvidia-cusparse-cu11",
    },
    "12": {
        "libcudart.so.12": "nvidia-cuda-runtime-cu12",
        "libcublas.so.12": "nvidia-cublas-cu12",
        "libcublasLt.so.12": "nvidia-cublas-cu12",
        "libcufft.so.11": "nvidia-cufft-cu12",
        "libcusolver.so.11": "nvidia-cusolver-cu12",
        "libcusparse.so.12": "nvidia-cusparse-cu12",
    },
}
COMPUTE_CAPABILITY_MAJOR, COMPUTE_CAPABILITY_MINOR = 75, 76  # CUdevice_attribute


def why_no_gpu(install: Install) -> Obstacle:
    """The reason, the first that is found on the way from the build over the driver to the device."""
    build = {str(key): str(value) for key, value in install.build.items()}
    for reason in (_hidden, _not_built_for_gpus, _no_driver, _driver_too_old, _missing_libraries, _wrong_architecture):
        obstacle = reason(build)
        if obstacle:
            return obstacle
    return Obstacle(
        WHAT,
        "driver and libraries can be loaded, but TensorFlow finds no device",
        "it sees {}".format(", ".join(install.devices)),
        "compare with nvidia-smi; read what TensorFlow logs: TF_CPP_MIN_LOG_LEVEL=0",
    )


def _hidden(build: dict[str, str]) -> Obstacle | None:
    for name in ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"):
        value = os.environ.get(name)
        if value is not None and value.strip() in ("", "-1", "none", "NoDevFiles"):
            return Obstacle(WHAT, f"{name} hides all GPUs", f"{name}={value!r}", f"unset {name}")
    return None


def _not_built_for_gpus(build: dict[str, str]) -> Obstacle | None:
    if "True" in (build.get("cuda"), build.get("rocm")):
        return None
    return Obstacle(
        WHAT,
        "it was built for CPUs only",
        "tf.test.is_built_with_cuda() is False",
        'python -m pip install "tensorflow[and-cuda]", after python -m pip uninstall tensorflow-cpu',
    )


def _no_driver(build: dict[str, str]) -> Obstacle | None:
    if build.get("cuda") != "True":
        return None
    error = _load_error("libcuda.so.1")
    if error is None:
        return None
    return Obstacle(
        WHAT,
        "NVIDIA's driver is not there",
        error,
        "install the driver; in a container, start it with the GPUs (--gpus all)",
    )


def _driver_too_old(build: dict[str, str]) -> Obstacle | None:
    needed, driver = _major(build.get("cuda_version", "")), _driver_cuda_version()
    if not needed or driver is None or driver[0] >= int(needed):
        return None
    return Obstacle(
        WHAT,
        "NVIDIA's driver is too old for the CUDA that TensorFlow was built with",
        "the driver speaks CUDA %d.%d, TensorFlow was built with %s" % (*driver, build["cuda_version"]),
        "install a newer driver, or an older TensorFlow",
    )


def _missing_libraries(build: dict[str, str]) -> Obstacle | None:
    errors = {soname: _load_error(soname) for soname in expected_libraries(build)}
    missing = [(soname, error) for soname, error in errors.items() if error]
    if not missing:
        return None
    names = ", ".join(soname for soname, _ in missing)
    packages = sorted({expected_libraries(build)[soname] for soname, _ in missing} - {""})
    return Obstacle(
        WHAT,
        f"libraries of CUDA cannot be loaded: {names}",
        str(missing[0][1]),
        "python -m pip install {}".format(" ".join(packages))
        if packages
        else "install CUDA {} and name its lib folder in LD_LIBRARY_PATH".format(build.get("cuda_version", "")),
    )


def _wrong_architecture(build: dict[str, str]) -> Obstacle | None:
    capability = _compute_capability()
    built_for = sorted(
        int(digits) for digits in re.findall(r"(?:sm|compute)_(\d+)", build.get("cuda_compute_capabilities", ""))
    )
    if capability is None or not built_for or capability[0] * 10 + capability[1] >= built_for[0]:
        return None
    return Obstacle(
        WHAT,
        "the GPU is older than those that TensorFlow was built for",
        "its compute capability is %d.%d, TensorFlow was built for %s"
        % (*capability, build["cuda_compute_capabilities"]),
        "use a TensorFlow that was built for it, or another GPU",
    )


def expected_libraries(build: dict[str, str]) -> dict[str, str]:
    """The sonames that a build opens, and the package that brings each."""
    cuda = _major(build.get("cuda_version", ""))
    cudnn = _major(build.get("cudnn_version", ""))
    libraries = dict(CUDA_LIBRARIES.get(cuda, {}))
    if cudnn:
        libraries[f"libcudnn.so.{cudnn}"] = f"nvidia-cudnn-cu{cuda}" if int(cuda or 0) > 10 else ""
    return libraries


def _major(version: str) -> str:
    """The major version in texts such as 12.5.1, 64_112 and 64_8, as builds write them."""
    match = re.match(r"(?:64_)?(\d+)", version)
    digits = match.group(1) if match else ""
    return digits[:-1] if version.startswith("64_") and len(digits) > 2 else digits


def _load_error(soname: str) -> str | None:
    """Why a library cannot be loaded; None where it can. Those of NVIDIA's packages are found in their folders."""
    candidates = [str(path) for path in _packaged(soname)] + [soname]
    error = ""
    for candidate in candidates:
        try:
            ctypes.CDLL(candidate)
        except OSError as problem:
            error = str(problem)
        else:
            return None
    return error


def _packaged(soname: str) -> Iterator[Path]:
    for folder in [*sys.path, *site.getsitepackages()]:
        yield from Path(folder or ".").glob(f"nvidia/*/lib/{soname}")


def _driver_cuda_version() -> tuple[int, int] | None:
    """The newest CUDA that the driver speaks, or None where there is no driver."""
    version = ctypes.c_int()
    try:
        ctypes.CDLL("libcuda.so.1").cuDriverGetVersion(ctypes.byref(version))
    except (OSError, AttributeError):
        return None
    return version.value // 1000, version.value % 1000 // 10


def _compute_capability() -> tuple[int, int] | None:
    """The compute capability of the first GPU, or None where the driver tells of none."""
    found: list[int] = []
    try:
        driver = ctypes.CDLL("libcuda.so.1")
        if driver.cuInit(0) != 0:
            return None
        for attribute in (COMPUTE_CAPABILITY_MAJOR, COMPUTE_CAPABILITY_MINOR):
            value = ctypes.c_int()
            if driver.cuDeviceGetAttribute(ctypes.byref(value), attribute, 0) != 0:
                return None
            found.append(value.value)
    except (OSError, AttributeError):
        return None
    return found[0], found[1]
