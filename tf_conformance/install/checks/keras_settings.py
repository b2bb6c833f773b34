"""Settings outside the program that change Keras."""

from __future__ import annotations

import json
from typing import Any, Iterator

from packaging.version import Version

from tf_conformance.install.environment import Environment
from tf_conformance.install.fitting import fitting
from tf_conformance.install.installer import Installer
from tf_conformance.install.problem import Problem

DEFAULTS: dict[str, Any] = {
    "floatx": "float32",
    "epsilon": 1e-07,
    "backend": "tensorflow",
    "image_data_format": "channels_last",
}


def missing_legacy_keras(environment: Environment) -> Iterator[Problem]:
    """TF_USE_LEGACY_KERAS without the package that it asks for."""
    tensorflow = environment.tensorflow
    if tensorflow and environment.uses_legacy_keras and environment.keras is None:
        yield Problem(
            "TF_USE_LEGACY_KERAS is set, but tf-keras is not installed",
            Installer.of(environment).install(fitting("tf-keras", environment)),
        )


def other_backend(environment: Environment) -> Iterator[Problem]:
    """KERAS_BACKEND set to something other than TensorFlow, if Keras reads it."""
    backend = environment.variables.get("KERAS_BACKEND", "")
    if _has_keras_3(environment) and backend not in ("", "tensorflow"):
        yield Problem(f"KERAS_BACKEND is {backend}: Keras does not compute with TensorFlow", "unset KERAS_BACKEND")


def changed_defaults(environment: Environment) -> Iterator[Problem]:
    """Settings in keras.json that differ from Keras's defaults."""
    path = environment.keras_home / "keras.json"
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return  # Keras ignores it, too
    if not isinstance(settings, dict):
        yield Problem(f"{path} does not hold settings, and makes Keras fail", f"delete {path}")
        return
    for name, default in DEFAULTS.items():
        if settings.get(name, default) != default:
            yield Problem(
                f"{path} sets {name} to {settings[name]!r} instead of {default!r}",
                f"delete the line of {name} in {path}",
            )


def _has_keras_3(environment: Environment) -> bool:
    keras = environment.keras
    return not environment.uses_legacy_keras and keras is not None and Version(keras.version) >= Version("3.0.0.dev0")
