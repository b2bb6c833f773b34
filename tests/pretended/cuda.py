"""Pretended builds for CUDA: real files, which the system's loader loads."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Iterable

from tf_conformance.install.cuda import CudaBuild
from tf_conformance.install.loader import Loader, mapped_libraries

PACKAGES = ("nvidia-cublas-cu12", "nvidia-cudnn-cu12", "nvidia-cuda-runtime-cu12")


def library(path: Path) -> Path:
    """Puts a library there that can be loaded: a copy of one that every Python has loaded."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy((mapped_libraries("libm.so") + mapped_libraries("libm-"))[0], path)
    return path


def cuda_build(
    folder: Path,
    packaged: Iterable[str] = (),
    elsewhere: Iterable[str] = (),
    has_extra: bool = True,
    packages: tuple[str, ...] = PACKAGES,
) -> CudaBuild:
    """A build for CUDA that names no folder itself.

    ``packaged``: libraries that are in NVIDIA's packages; ``elsewhere``: those in a folder that LD_LIBRARY_PATH names.
    """
    for soname in packaged:
        library(folder / "nvidia" / soname.partition(".")[0] / "lib" / soname)
    for soname in elsewhere:
        library(folder / "elsewhere" / soname)
    opener = folder / "libtensorflow_framework.so.2"
    shutil.copy(sys.executable, opener)
    loader = Loader(opener, {"LD_LIBRARY_PATH": str(folder / "elsewhere")})
    return CudaBuild("12.5.1", "9", ("sm_60", "compute_90"), packages, has_extra, (str(folder),), loader)
