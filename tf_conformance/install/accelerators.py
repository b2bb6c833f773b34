"""The devices besides the CPU that an install uses: which model, with which driver and libraries."""

from __future__ import annotations

import ctypes
import re
from dataclasses import asdict, dataclass, replace
from typing import Any, Iterator, Sequence

from tf_conformance.install.loader import mapped_libraries
from tf_conformance.install.nvidia import Nvidia


@dataclass(frozen=True)
class Accelerator:
    """A device that is not a CPU; None where nobody tells.

    ``device``: TensorFlow's name, such as GPU:0; ``memory``: bytes; ``driver``: its version; ``cuda`` and ``cudnn``: the
    versions of the libraries that this process has loaded; ``memory_used``: the most bytes that one process needed at a
    time, which is known at the end of a run.
    """

    device: str
    model: str | None = None
    memory: int | None = None
    compute_capability: str | None = None
    driver: str | None = None
    cuda: str | None = None
    cudnn: str | None = None
    memory_used: int | None = None

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Accelerator:
        """The accelerator that ``to_json`` made data of."""
        return cls(**data)

    def to_json(self) -> dict[str, Any]:
        """The accelerator as it stands in a record."""
        return asdict(self)

    @property
    def title(self) -> str:
        """The model, with all that is known of it."""
        return ", ".join(filter(None, [self.model or "of unknown model", *self._facts()]))

    def _facts(self) -> Iterator[str]:
        if self.memory:
            yield f"{self.memory / 2**30:.0f} GiB"
        named = {"compute capability": self.compute_capability, "driver": self.driver}
        named.update({"CUDA": self.cuda, "cuDNN": self.cudnn})
        yield from (f"{name} {value}" for name, value in named.items() if value)
        if self.memory_used:
            yield f"of its memory a process used up to {self.memory_used / 2**20:.0f} MiB"

    def is_newer_than(self, built_for: str) -> bool:
        """Whether a build, for capabilities such as sm_80 and compute_90, has no code for this GPU, only what its driver can compile.

        A GPU runs the code for its own generation, the first number, and older ones of that.
        """
        generation, _, step = (self.compute_capability or "").partition(".")
        codes = re.findall(r"sm_(\d+)(\d)", built_for)
        return bool(codes and step) and not any(code[0] == generation and code[1] <= step for code in codes)

    def __str__(self) -> str:
        return f"{self.device}: {self.title}"


def accelerators(devices: Sequence[str], nvidia: Nvidia | None = None) -> list[Accelerator]:
    """Those of TensorFlow's visible devices that are not CPUs, described (imports TensorFlow, and starts it)."""
    nvidia = nvidia or Nvidia()
    return [_described(device, nvidia) for device in devices if not device.startswith("CPU:")]


def _described(device: str, nvidia: Nvidia) -> Accelerator:
    details = _details(device)
    model, capability = details.get("device_name"), details.get("compute_capability")
    described = Accelerator(device, model, compute_capability=".".join(map(str, capability)) if capability else None)
    kind, _, number = device.partition(":")
    gpus = nvidia.gpus() if kind == "GPU" else []
    if int(number) >= len(gpus):
        return described
    gpu = gpus[int(number)]
    return Accelerator(
        device,
        model or gpu.model,
        gpu.memory,
        ".".join(map(str, capability or gpu.compute_capability)),
        nvidia.version(),
        cuda_in_use(),
        cudnn_in_use(),
    )


def _details(device: str) -> dict[str, Any]:
    """What TensorFlow tells of the hardware behind a device; nothing before 2.4, nor if it is one of several parts of it."""
    import tensorflow as tf

    config = tf.config.experimental
    kind, _, number = device.partition(":")
    physical = config.list_physical_devices(kind)
    if not hasattr(config, "get_device_details") or int(number) >= len(physical):
        return {}
    try:
        return dict(config.get_device_details(physical[int(number)]))
    except Exception:  # a plug-in may raise anything
        return {}


def with_memory_used(accelerator: Accelerator) -> Accelerator:
    """The accelerator with the memory that this process has needed of it, if TensorFlow tells, as it does from 2.5 on."""
    import tensorflow as tf

    try:
        used = int(tf.config.experimental.get_memory_info(accelerator.device)["peak"])
    except Exception:  # whatever a device without such a count may raise
        return accelerator
    return replace(accelerator, memory_used=used)


def most_used(accelerators: Sequence[Accelerator], others: Sequence[Accelerator]) -> list[Accelerator]:
    """The accelerators as several processes describe them, each with the most memory that one of these has used."""
    known = {other.device: other.memory_used or 0 for other in others}
    return [
        replace(each, memory_used=max(each.memory_used or 0, known.get(each.device, 0)) or None)
        for each in accelerators
    ]


def cuda_in_use() -> str | None:
    """The version of CUDA's runtime that this process has loaded."""
    version = ctypes.c_int()
    for library in _loaded("libcudart.so"):
        if library.cudaRuntimeGetVersion(ctypes.byref(version)) == 0:
            return f"{version.value // 1000}.{version.value % 1000 // 10}"
    return None


def cudnn_in_use() -> str | None:
    """The version of cuDNN that this process has loaded."""
    for library in _loaded("libcudnn.so"):
        number = library.cudnnGetVersion()
        thousand = 10000 if number >= 90000 else 1000  # from 9 on there is room for a minor version of two digits
        return f"{number // thousand}.{number % thousand // 100}.{number % 100}"
    return None


def _loaded(name: str) -> Iterator[ctypes.CDLL]:
    return map(ctypes.CDLL, mapped_libraries(name))
