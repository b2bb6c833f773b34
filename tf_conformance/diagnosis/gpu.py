"""Why TensorFlow does not use a GPU."""

from __future__ import annotations

import re
from typing import Mapping, NamedTuple

from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.install import Install
from tf_conformance.install.nvidia import DRIVER, Nvidia

WHAT = "TensorFlow does not use a GPU"

# The libraries that a build for a major version of CUDA opens by their sonames, and the package of each on PyPI.
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


class Surroundings(NamedTuple):
    """What decides whether a GPU is used: how TensorFlow was built, the driver and libraries, the variables."""

    build: Mapping[str, str]
    nvidia: Nvidia
    variables: Mapping[str, str]


def why_no_gpu(install: Install, nvidia: Nvidia, variables: Mapping[str, str]) -> Obstacle:
    """The first reason on the way from the build over the driver to the device."""
    build = {str(key): str(value) for key, value in install.build.items()}
    surroundings = Surroundings(build, nvidia, variables)
    for reason in (_hidden, _not_built_for_gpus, _no_driver, _driver_too_old, _missing_libraries, _wrong_architecture):
        obstacle = reason(surroundings)
        if obstacle:
            return obstacle
    return Obstacle(
        WHAT,
        "driver and libraries can be loaded, but TensorFlow finds no device",
        f"it sees {', '.join(install.devices)}",
        ("compare with nvidia-smi", "read what TensorFlow logs: TF_CPP_MIN_LOG_LEVEL=0"),
    )


def _hidden(surroundings: Surroundings) -> Obstacle | None:
    for name in ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"):
        value = surroundings.variables.get(name)
        if value is not None and value.strip() in ("", "-1", "none", "NoDevFiles"):
            return Obstacle(WHAT, f"{name} hides all GPUs", f"{name}={value!r}", (f"unset {name}",))
    return None


def _not_built_for_gpus(surroundings: Surroundings) -> Obstacle | None:
    if "True" in (surroundings.build.get("cuda"), surroundings.build.get("rocm")):
        return None
    return Obstacle(
        WHAT,
        "it was built for CPUs only",
        "tf.test.is_built_with_cuda() is False",
        ("python -m pip uninstall tensorflow-cpu", 'python -m pip install "tensorflow[and-cuda]"'),
    )


def _no_driver(surroundings: Surroundings) -> Obstacle | None:
    error = surroundings.nvidia.load_error(DRIVER) if surroundings.build.get("cuda") == "True" else None
    if error is None:
        return None
    return Obstacle(
        WHAT,
        "NVIDIA's driver is not installed",
        error,
        ("install the driver; in a container, start it with the GPUs (--gpus all)",),
    )


def _driver_too_old(surroundings: Surroundings) -> Obstacle | None:
    built_with = surroundings.build.get("cuda_version", "")
    needed, driver = _major(built_with), surroundings.nvidia.cuda_version()
    if not needed or driver is None or driver[0] >= int(needed):
        return None
    return Obstacle(
        WHAT,
        "NVIDIA's driver is too old for the CUDA that TensorFlow was built with",
        f"the driver supports CUDA {driver[0]}.{driver[1]}, TensorFlow was built with {built_with}",
        ("install a newer driver, or an older TensorFlow",),
    )


def _missing_libraries(surroundings: Surroundings) -> Obstacle | None:
    packages = expected_libraries(surroundings.build)
    errors = {soname: surroundings.nvidia.load_error(soname) for soname in packages}
    missing = {soname: error for soname, error in errors.items() if error}
    if not missing:
        return None
    wanted = sorted({packages[soname] for soname in missing} - {""})
    by_hand = f"install CUDA {surroundings.build.get('cuda_version', '')} and add its lib folder to LD_LIBRARY_PATH"
    return Obstacle(
        WHAT,
        f"libraries of CUDA cannot be loaded: {', '.join(missing)}",
        next(iter(missing.values())),
        (f"python -m pip install {' '.join(wanted)}" if wanted else by_hand,),
    )


def _wrong_architecture(surroundings: Surroundings) -> Obstacle | None:
    capability = surroundings.nvidia.compute_capability()
    built_for = surroundings.build.get("cuda_compute_capabilities", "")
    oldest = min(map(int, re.findall(r"(?:sm|compute)_(\d+)", built_for)), default=None)
    if capability is None or oldest is None or capability[0] * 10 + capability[1] >= oldest:
        return None
    return Obstacle(
        WHAT,
        "the GPU is older than those that TensorFlow was built for",
        f"its compute capability is {capability[0]}.{capability[1]}, TensorFlow was built for {built_for}",
        ("use a TensorFlow that was built for this GPU, or another GPU",),
    )


def expected_libraries(build: Mapping[str, str]) -> dict[str, str]:
    """The sonames that a build opens, and the package on PyPI that brings each."""
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
