"""NVIDIA's driver and CUDA's libraries, asked without TensorFlow."""

from __future__ import annotations

import ctypes
import site
import sys
from pathlib import Path
from typing import Iterator

DRIVER = "libcuda.so.1"
CAPABILITY_MAJOR, CAPABILITY_MINOR = 75, 76  # CUdevice_attribute


class Nvidia:
    """What the loader and the driver of this machine say."""

    def load_error(self, soname: str) -> str | None:
        """Why a library cannot be loaded; None if it can.

        Those of NVIDIA's packages are found in their folders; what is wrong with one of these is said first.
        """
        errors = []
        for candidate in [*map(str, _packaged(soname)), soname]:
            try:
                ctypes.CDLL(candidate)
            except OSError as error:
                errors.append(str(error))
            else:
                return None
        return errors[0]

    def cuda_version(self) -> tuple[int, int] | None:
        """The newest CUDA that the driver supports, or None if there is no driver."""
        version = ctypes.c_int()
        try:
            ctypes.CDLL(DRIVER).cuDriverGetVersion(ctypes.byref(version))
        except (OSError, AttributeError):
            return None
        return version.value // 1000, version.value % 1000 // 10

    def compute_capability(self) -> tuple[int, int] | None:
        """The compute capability of the first GPU, or None if the driver reports none."""
        found: list[int] = []
        try:
            driver = ctypes.CDLL(DRIVER)
            if driver.cuInit(0) != 0:
                return None
            for attribute in (CAPABILITY_MAJOR, CAPABILITY_MINOR):
                value = ctypes.c_int()
                if driver.cuDeviceGetAttribute(ctypes.byref(value), attribute, 0) != 0:
                    return None
                found.append(value.value)
        except (OSError, AttributeError):
            return None
        return found[0], found[1]


def _packaged(soname: str) -> Iterator[Path]:
    for folder in [*sys.path, *site.getsitepackages()]:
        yield from Path(folder or ".").glob(f"nvidia/*/lib/{soname}")
