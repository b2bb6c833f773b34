"""The installs on which exactly one form of each statement must apply."""

from __future__ import annotations

from typing import Iterator

from packaging.version import Version

# TensorFlow -> the Keras 2 behind tf.keras: the only one until 2.15, later the one that TF_USE_LEGACY_KERAS asks for.
KERAS_2 = {
    "2.0.4": "2.2.4",
    "2.1.4": "2.3.0",
    "2.2.3": "2.3.0",
    "2.3.4": "2.4.0",
    "2.4.4": "2.4.0",
    "2.5.3": "2.5.0",
    "2.6.5": "2.6.0",
    "2.7.4": "2.7.0",
    "2.8.4": "2.8.0",
    "2.9.3": "2.9.0",
    "2.10.1": "2.10.0",
    "2.11.1": "2.11.0",
    "2.12.1": "2.12.0",
    "2.13.1": "2.13.1",
    "2.14.1": "2.14.0",
    "2.15.1": "2.15.0",
    "2.16.2": "2.16.0",
    "2.17.1": "2.17.0",
    "2.18.1": "2.18.0",
    "2.19.1": "2.19.0",
    "2.20.0": "2.20.1",
    "2.21.0": "2.21.0",
    "2.22.0": "2.22.0",
}
KERAS_3_CAPABLE = [tensorflow for tensorflow in KERAS_2 if Version(tensorflow) >= Version("2.16")]
KERAS_3_PATCHES = {
    # minor release of Keras 3: its number of patch releases; the last one is the next to come
    0: 6,
    1: 2,
    2: 2,
    3: 4,
    4: 2,
    5: 1,
    6: 1,
    7: 1,
    8: 1,
    9: 3,
    10: 1,
    11: 4,
    12: 5,
    13: 3,
    14: 2,
    15: 2,
    16: 1,
}
KERAS_3 = [f"3.{minor}.{patch}" for minor, patches in KERAS_3_PATCHES.items() for patch in range(patches)]


def installs() -> Iterator[dict[str, Version]]:
    """The versions of every such install, by the package names that eras use."""
    pairs: list[tuple[str, str]] = [*KERAS_2.items()]
    pairs += [(tensorflow, keras) for tensorflow in KERAS_3_CAPABLE for keras in KERAS_3]
    for tensorflow, keras in pairs:
        yield {
            "tensorflow": Version(tensorflow),
            "keras": Version(keras),
            "numpy": Version("1.26"),
            "python": Version("3.11"),
        }
