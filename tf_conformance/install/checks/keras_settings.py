"""Settings outside the program that make Keras another one."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from packaging.version import Version

from tf_conformance.install.distributions import (
    KERAS_DISTRIBUTIONS,
    LEGACY_KERAS_DISTRIBUTIONS,
    TENSORFLOW_DISTRIBUTIONS,
    first_installed,
)

DEFAULTS: dict[str, Any] = {
    "floatx": "float32",
    "epsilon": 1e-07,
    "backend": "tensorflow",
    "image_data_format": "channels_last",
}


def wants_legacy_keras() -> bool:
    """Whether TensorFlow is told to use tf_keras, and is of a version that listens."""
    _, tensorflow = first_installed(TENSORFLOW_DISTRIBUTIONS)
    told = os.environ.get("TF_USE_LEGACY_KERAS") in ("true", "True", "1")
    return told and tensorflow is not None and Version(tensorflow).release >= (2, 15)


def missing_legacy_keras() -> list[str]:
    """TF_USE_LEGACY_KERAS without the package that it asks for."""
    _, tensorflow = first_installed(TENSORFLOW_DISTRIBUTIONS)
    if not wants_legacy_keras() or first_installed(LEGACY_KERAS_DISTRIBUTIONS)[1]:
        return []
    release = ".".join(str(part) for part in Version(str(tensorflow)).release[:2])
    return [f'TF_USE_LEGACY_KERAS is set, but tf-keras is not installed: python -m pip install "tf-keras=={release}.*"']


def other_backend() -> list[str]:
    """KERAS_BACKEND set to something other than TensorFlow, where Keras listens."""
    backend = os.environ.get("KERAS_BACKEND", "")
    if not _is_keras_3() or backend in ("", "tensorflow"):
        return []
    return [f"KERAS_BACKEND is {backend}: Keras does not compute with TensorFlow; unset it"]


def changed_defaults() -> list[str]:
    """What keras.json sets otherwise than Keras does."""
    path = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "keras.json"
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []  # Keras passes over it, too
    if not isinstance(settings, dict):
        return [f"{path} holds no settings, and Keras fails at it: delete it"]
    return [
        f"{path} sets {name} to {settings[name]!r} instead of {default!r}: delete the line"
        for name, default in DEFAULTS.items()
        if settings.get(name, default) != default
    ]


def _is_keras_3() -> bool:
    _, keras = first_installed(KERAS_DISTRIBUTIONS)
    return not wants_legacy_keras() and keras is not None and Version(keras) >= Version("3.0.0.dev0")
