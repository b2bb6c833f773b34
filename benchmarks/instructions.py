"""Which precisions a device has instructions for."""

from __future__ import annotations

import tensorflow as tf

from benchmarks.workload import UnavailableError
from tf_conformance.install.checks.platform import cpu_info

CPU_FLAGS = {"mixed_float16": ("avx512_fp16", "amx_fp16"), "mixed_bfloat16": ("avx512_bf16", "amx_bf16")}
# Volta brought float16's matrix units, Ampere bfloat16's.
COMPUTE_CAPABILITY = {"mixed_float16": (7, 0), "mixed_bfloat16": (8, 0)}


def require_precision(device: str, precision: str) -> None:
    """Raises UnavailableError where the device has no instructions for it: it would be timed in emulation."""
    if precision == "float32":
        return
    if device.startswith("GPU"):
        known, needed = _compute_capability(device), COMPUTE_CAPABILITY[precision]
        if known < needed:
            raise UnavailableError(
                "the GPU's compute capability is %d.%d, %s needs %d.%d" % (*known, precision, *needed)
            )
    elif not set(CPU_FLAGS[precision]) & set(cpu_info().get("flags", "").split()):
        raise UnavailableError("the processor has none of {}".format(", ".join(CPU_FLAGS[precision])))


def _compute_capability(device: str) -> tuple[int, int]:
    """(0, 0) where this TensorFlow cannot tell."""
    config = tf.config.experimental
    if not hasattr(config, "get_device_details"):
        return 0, 0
    gpu = config.list_physical_devices("GPU")[int(device.rpartition(":")[2])]
    major, minor = config.get_device_details(gpu).get("compute_capability", (0, 0))
    return int(major), int(minor)
