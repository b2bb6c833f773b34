"""The precision in which devices compute float32: in full, or with factors of fewer bits, as in TF32."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import Iterator

FLOAT32, TF32, BFLOAT16 = 23, 10, 7  # bits of mantissa
FIRST_WITH_TF32 = (8, 0)  # compute capability
OVERRIDE = "NVIDIA_TF32_OVERRIDE"


@contextmanager
def full_float32() -> Iterator[bool]:
    """Has every device compute float32 in full in this context; yields whether TF32 was allowed before, and is again after."""
    import tensorflow as tf

    config = tf.config.experimental
    with ExitStack() as afterwards:
        if hasattr(config, "enable_tensor_float_32_execution"):
            allowed = config.tensor_float_32_execution_enabled()
            afterwards.callback(config.enable_tensor_float_32_execution, allowed)
            config.enable_tensor_float_32_execution(False)
        else:
            # Releases before 2.4 are built with CUDA 10, which has no TF32. A vendor's build with CUDA 11 has, but no switch:
            # there, only the libraries can be told, and they ask when they are first used.
            allowed = False
            if OVERRIDE not in os.environ:
                afterwards.callback(os.environ.pop, OVERRIDE)
                os.environ[OVERRIDE] = "0"
        yield allowed


def kept_bits(device: str) -> int:
    """How many bits of a float32 factor's mantissa a device, such as ``GPU:0``, has to keep by default.

    A TPU has to keep those of bfloat16, a CPU and a GPU of NVIDIA's that is too old for TF32 all of them, and others those of TF32.
    """
    import tensorflow as tf

    kind, _, number = device.partition(":")
    if kind in ("CPU", "TPU"):
        return FLOAT32 if kind == "CPU" else BFLOAT16
    if not hasattr(tf.config.experimental, "get_device_details"):  # before 2.3
        return TF32
    physical = tf.config.get_visible_devices(kind)
    # Several logical devices may be parts of the last physical one.
    details = tf.config.experimental.get_device_details(physical[min(int(number), len(physical) - 1)])
    capability = details.get("compute_capability", FIRST_WITH_TF32)
    return TF32 if capability >= FIRST_WITH_TF32 else FLOAT32
