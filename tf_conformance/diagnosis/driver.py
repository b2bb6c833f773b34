"""What NVIDIA's driver reports when it cannot be started, and what its device files say."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from tf_conformance.install.nvidia import CONTROL, OF_WSL


class Reported(NamedTuple):
    """A CUresult of cuInit: its name, what it means in plain words, and what to do."""

    name: str
    cause: str
    advice: str


INIT_ERRORS = {
    2: Reported("OUT_OF_MEMORY", "the GPU has no memory left", "see who uses it: nvidia-smi"),
    3: Reported("NOT_INITIALIZED", "the driver cannot be started", "start the process again; see nvidia-smi and dmesg"),
    46: Reported(
        "DEVICE_UNAVAILABLE",
        "another process has exclusive use of the GPU",
        "end it (nvidia-smi), or allow several: nvidia-smi --compute-mode=DEFAULT",
    ),
    100: Reported("NO_DEVICE", "the driver finds no GPU", "see nvidia-smi, and dmesg for lines with NVRM or Xid"),
    101: Reported(
        "INVALID_DEVICE",
        "the driver refuses the GPUs that it is asked for",
        "see nvidia-smi -L; CUDA_VISIBLE_DEVICES and MIG must name what is there",
    ),
    214: Reported("ECC_UNCORRECTABLE", "the GPU's memory is faulty (ECC)", "reset or replace the GPU; see nvidia-smi -q"),
    802: Reported(
        "SYSTEM_NOT_READY",
        "the GPUs are not ready: they are linked by NVSwitch, whose service is not running",
        "start it: systemctl start nvidia-fabricmanager",
    ),
    803: Reported(
        "SYSTEM_DRIVER_MISMATCH",
        "the driver's library and its kernel module have different versions",
        "restart the machine after an update of the driver; in a container, use the library of the host",
    ),
    804: Reported(
        "COMPAT_NOT_SUPPORTED_ON_DEVICE",
        "a CUDA compatibility package (cuda-compat) is found before the driver and does not work on this GPU",
        "take its folder out of LD_LIBRARY_PATH, or install a newer driver",
    ),
    999: Reported(
        "UNKNOWN", "the driver cannot be started", "see nvidia-smi, and dmesg for Xid; load the module again: modprobe nvidia_uvm"
    ),
}  # fmt: skip
# What cuInit returns in a library of the driver that does not go with the driver's part in the kernel.
UNFIT_LIBRARY = (803, 804)


class Reason(NamedTuple):
    """One thing that keeps TensorFlow from using a GPU: why in plain words, what was seen, and what to do."""

    cause: str
    evidence: str
    advice: tuple[str, ...]


def in_the_way_of_devices(folder: Path) -> Reason | None:
    """Why the device files of GPUs cannot be used; None if they can, or do not exist because a system has none (WSL)."""
    files = sorted(path for path in folder.glob("nvidia*") if not path.is_dir())
    refused = [str(path) for path in files if not os.access(path, os.R_OK | os.W_OK)]
    if refused:
        owners = "join the group that may use them (often video or render), or ask the administrator"
        return Reason("this user may not use the GPUs", f"{', '.join(refused)}: Permission denied", (owners,))
    if not files and not (folder / OF_WSL).exists():
        return Reason(
            "there are no GPU device files",
            f"no {folder / CONTROL}",
            ("in a container, start it with the GPUs (--gpus all); else load the driver's module: nvidia-modprobe -u",),
        )
    return None
