"""NVIDIA's driver, asked without TensorFlow."""

from __future__ import annotations

import ctypes
import re
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, NamedTuple

from tf_conformance.install.filesystem import text_of
from tf_conformance.install.loader import mapped_libraries

DRIVER = "libcuda.so.1"
DRIVER_FILE = "libcuda.so"  # how the file begins to which that name leads, such as libcuda.so.580.159.04
MANAGEMENT = "libnvidia-ml.so.1"
DEVICES = Path("/dev")
CONTROL, OF_WSL = "nvidiactl", "dxg"  # files there by which the driver is reached, on Linux and in WSL
KERNEL_MODULE = Path("/proc/driver/nvidia/version")
CAPABILITY_MAJOR, CAPABILITY_MINOR = 75, 76  # CUdevice_attribute
LONGEST_TEXT = 256  # bytes


class Gpu(NamedTuple):
    """A GPU that the driver shows to this process: its model, bytes of memory, and compute capability."""

    model: str
    memory: int
    compute_capability: tuple[int, int]


class Nvidia:
    """What the driver of this machine says. Without a driver, or in the driver's trouble, nothing is said."""

    device_files = DEVICES

    def load_error(self, library: str = DRIVER) -> str | None:
        """Why a library of the driver cannot be loaded; None if it can."""
        try:
            ctypes.CDLL(library)
        except OSError as error:
            return str(error)
        return None

    def path(self) -> str:
        """The file of the driver's library, once it is loaded, such as /usr/lib/libcuda.so.580.159.04; empty if it is not."""
        return next(iter(mapped_libraries(DRIVER_FILE)), "")

    def init_error(self) -> int:
        """The CUresult of cuInit: 0 if the driver is ready, or cannot be asked."""
        return _ask(DRIVER, "cuInit", ctypes.c_uint(0)) or 0

    def cuda_version(self) -> tuple[int, int] | None:
        """The newest CUDA that the driver supports, or None if there is no driver."""
        version = ctypes.c_int()
        if _ask(DRIVER, "cuDriverGetVersion", ctypes.byref(version)) != 0:
            return None
        return version.value // 1000, version.value % 1000 // 10

    def version(self) -> str | None:
        """The version of the driver, such as 580.159.04; None if nothing tells."""
        text = ctypes.create_string_buffer(LONGEST_TEXT)
        with _management() as ready:
            if ready and _ask(MANAGEMENT, "nvmlSystemGetDriverVersion", text, LONGEST_TEXT) == 0:
                return text.value.decode()
        return kernel_module_version()

    def identities(self) -> list[str]:
        """The number, model and UUID of each GPU of the machine, whatever this process is shown of them."""
        count, handle = ctypes.c_uint(), ctypes.c_void_p()
        model, uuid = (ctypes.create_string_buffer(LONGEST_TEXT) for _ in range(2))
        found = []
        with _management() as ready:
            if ready:
                _ask(MANAGEMENT, "nvmlDeviceGetCount_v2", ctypes.byref(count))
            for number in range(count.value):
                _ask(MANAGEMENT, "nvmlDeviceGetHandleByIndex_v2", number, ctypes.byref(handle))
                _ask(MANAGEMENT, "nvmlDeviceGetName", handle, model, LONGEST_TEXT)
                _ask(MANAGEMENT, "nvmlDeviceGetUUID", handle, uuid, LONGEST_TEXT)
                found.append(f"GPU {number} ({model.value.decode()}, {uuid.value.decode()})")
        return found

    def gpus(self) -> list[Gpu]:
        """The GPUs that the driver shows to this process, in the order in which TensorFlow numbers them."""
        count = ctypes.c_int()
        if self.init_error() != 0 or _ask(DRIVER, "cuDeviceGetCount", ctypes.byref(count)) != 0:
            return []
        return [_gpu(number) for number in range(count.value)]


def has_device_files() -> bool:
    """Whether this machine has the files by which NVIDIA's driver is reached: it has a GPU, then, and a driver for it."""
    return any((DEVICES / name).exists() for name in (CONTROL, OF_WSL))


def kernel_module_version(file: Path = KERNEL_MODULE) -> str | None:
    """The version of the driver's part in the kernel; None if it is not loaded."""
    match = re.search(r"NVRM version:.*?\s(\d+\.\d+(?:\.\d+)?)\s", text_of(file))
    return match.group(1) if match else None


@contextmanager
def _management() -> Iterator[bool]:
    """Whether the driver's library for management is ready, for as long as the context lasts."""
    ready = _ask(MANAGEMENT, "nvmlInit_v2") == 0
    try:
        yield ready
    finally:
        if ready:
            _ask(MANAGEMENT, "nvmlShutdown")


def _gpu(number: int) -> Gpu:
    device, memory, name = ctypes.c_int(), ctypes.c_size_t(), ctypes.create_string_buffer(LONGEST_TEXT)
    _ask(DRIVER, "cuDeviceGet", ctypes.byref(device), number)
    _ask(DRIVER, "cuDeviceGetName", name, LONGEST_TEXT, device)
    _ask(DRIVER, "cuDeviceTotalMem_v2", ctypes.byref(memory), device)
    capability = _attribute(CAPABILITY_MAJOR, device), _attribute(CAPABILITY_MINOR, device)
    return Gpu(name.value.decode(errors="replace"), memory.value, capability)


def _attribute(attribute: int, device: ctypes.c_int) -> int:
    value = ctypes.c_int()
    _ask(DRIVER, "cuDeviceGetAttribute", ctypes.byref(value), attribute, device)
    return value.value


def _ask(library: str, function: str, *arguments: Any) -> int | None:
    """The result of a function of a library; None if there is no such library or function."""
    try:
        return int(getattr(ctypes.CDLL(library), function)(*arguments))
    except (OSError, AttributeError):
        return None
