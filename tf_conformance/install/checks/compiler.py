"""Whether a TensorFlow that was built for CUDA finds what compiles code for GPUs, with which Keras 3 trains there."""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import Iterator

from tf_conformance.install.cuda import CudaBuild
from tf_conformance.install.environment import Environment
from tf_conformance.install.installer import Installer
from tf_conformance.install.nvidia import has_device_files
from tf_conformance.install.problem import Problem

KNOWN_TO_NEED_IT = (2, 21)  # seen on an H100: without it, fit fails; what other releases do has not been measured
TOOLKITS = "/usr/local/cuda*"
FOLDER_IN_FLAGS = "xla_gpu_cuda_data_dir"
PTXAS, LIBDEVICE = "bin/ptxas", "nvvm/libdevice/libdevice.10.bc"


def missing_compiler(environment: Environment) -> Iterator[Problem]:
    """What XLA lacks to compile for a GPU, on a machine that has one and with the CUDA of NVIDIA's packages."""
    build = CudaBuild.of(environment) if has_device_files() else None
    if build is None or build.release != KNOWN_TO_NEED_IT or not environment.distributions.all(build.packages):
        return
    if FOLDER_IN_FLAGS in environment.variables.get("XLA_FLAGS", ""):
        return
    missing = [os.path.basename(part) for part in (PTXAS, LIBDEVICE) if not _is_there(part, environment)]
    package = next((name for name in build.packages if "nvcc" in name), None)
    if missing and package:
        do = Installer.of(environment).reinstall(package, alone=True)
        yield Problem(
            f"XLA finds no {' and no '.join(missing)}, and cannot compile for the GPU: Keras 3 cannot train there", do
        )


def _is_there(part: str, environment: Environment) -> bool:
    """Whether a part of CUDA's compiler is in NVIDIA's package, in a toolkit or, if it is a program, on the path."""
    folders = [*(Path(entry, "nvidia", "cuda_nvcc") for entry in environment.path), *map(Path, glob.glob(TOOLKITS))]
    on_path = environment.variables.get("PATH", "").split(os.pathsep) if part == PTXAS else []
    return any((folder / part).exists() for folder in folders) or any(
        Path(entry, "ptxas").exists() for entry in on_path
    )
