"""The devices that TensorFlow sees, and work that must run on one of them."""

from __future__ import annotations

import re
from typing import Any, Callable

from tf_conformance.statements.refused import Mismatch

DEVICE_FIXTURE = "device"


def split_cpu(count: int) -> None:
    """Makes TensorFlow see the CPU as ``count`` logical devices; must come before its first operation."""
    import tensorflow as tf

    config = tf.config.experimental
    (cpu,) = config.list_physical_devices("CPU")
    config.set_virtual_device_configuration(cpu, [config.VirtualDeviceConfiguration()] * count)


def visible_devices() -> list[str]:
    """The devices that numeric cases run on, such as ``["CPU:0", "GPU:0"]``."""
    import tensorflow as tf

    names = (device.name for device in tf.config.experimental.list_logical_devices())
    kept = (re.search(r"(?:^|:)((?!XLA_)[A-Za-z]\w*:\d+)$", name) for name in names)
    return [match.group(1) for match in kept if match and not match.group(1).startswith("TPU_SYSTEM")]


class Device:
    """Runs work on one device and makes sure that it ran there."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.used = False

    def __call__(self, compute: Callable[..., Any], *arrays: Any) -> Any:
        """Calls ``compute`` with the arrays as tensors on the device and returns its tensors as NumPy arrays.

        Raises Mismatch where a result lies on another device.
        """
        import tensorflow as tf

        self.used = True
        with tf.device(self.name):
            result = compute(*[tf.convert_to_tensor(array) for array in arrays])
            results = [tf.convert_to_tensor(tensor) for tensor in tf.nest.flatten(result)]
        for tensor in results:
            self._must_hold(tensor)
        return tf.nest.pack_sequence_as(result, [tensor.numpy() for tensor in results])

    def _must_hold(self, tensor: Any) -> None:
        seen = tensor.device.rpartition("device:")[2]
        if seen != self.name:
            raise Mismatch(f"work on {self.name}", f"work on {seen}")

    def __str__(self) -> str:
        return self.name
