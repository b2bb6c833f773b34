"""Settings outside the program that change Keras."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Callable, Iterator, NamedTuple

from tf_conformance.install.environment import Environment
from tf_conformance.install.fitting import fitting
from tf_conformance.install.installer import Installer
from tf_conformance.install.problem import IMPORT, Problem
from tf_conformance.install.variables import KNOWS_NNX, has

BACKENDS = ("tensorflow", "jax", "torch", "numpy", "openvino")
NAMED_LIKE_THEIR_MODULE = ("jax", "torch", "openvino")


class Setting(NamedTuple):
    """A setting in keras.json: Keras's default, which values Keras accepts, and whether this Keras reads it."""

    name: str
    default: Any
    accepts: Callable[[Any], bool]
    is_read: Callable[[Environment], bool] = lambda environment: True


def _one_of(*values: str) -> Callable[[Any], bool]:
    return lambda value: value in values


def _reads_backend(environment: Environment) -> bool:
    """Keras 2 has one backend, and the variable wins."""
    return environment.uses_keras_3 and not environment.variables.get("KERAS_BACKEND")


def _needs_flax(environment: Environment) -> bool:
    """Whether this Keras imports Flax if it is set to use NNX, which matters only with JAX, and does not find it."""
    return has(KNOWS_NNX, environment) and not environment.modules.is_present("flax")


SETTINGS = (
    Setting("floatx", "float32", _one_of("float16", "float32", "float64")),
    Setting("epsilon", 1e-07, lambda value: isinstance(value, float)),
    Setting("backend", "tensorflow", _one_of(*BACKENDS), _reads_backend),
    Setting("image_data_format", "channels_last", _one_of("channels_last", "channels_first")),
    Setting("nnx_enabled", False, lambda value: not value, _needs_flax),
)


def missing_legacy_keras(environment: Environment) -> Iterator[Problem]:
    """TF_USE_LEGACY_KERAS without the package that it asks for."""
    tensorflow = environment.tensorflow
    if tensorflow and environment.uses_legacy_keras and environment.keras is None:
        yield Problem(
            "TF_USE_LEGACY_KERAS is set, but tf-keras is not installed",
            Installer.of(environment).install(fitting("tf-keras", environment)),
            "" if environment.modules.is_present("tf_keras") else IMPORT,
        )


def other_backend(environment: Environment) -> Iterator[Problem]:
    """KERAS_BACKEND set to something other than TensorFlow, if Keras reads it."""
    backend = environment.variables.get("KERAS_BACKEND", "")
    if environment.uses_keras_3 and backend not in ("", "tensorflow"):
        but, breaks = _what_keras_does(backend, environment)
        yield Problem(f"KERAS_BACKEND is {backend}: {but}", "unset KERAS_BACKEND", breaks)


def _what_keras_does(backend: str, environment: Environment) -> tuple[str, str]:
    """What Keras makes of another backend, and what is certain to fail."""
    if backend not in BACKENDS:
        return "Keras has no backend of that name, and fails", IMPORT
    if backend in NAMED_LIKE_THEIR_MODULE and not environment.modules.is_present(backend):
        return "Keras does not find it, and fails", IMPORT
    return "Keras does not compute with TensorFlow", ""


def changed_defaults(environment: Environment) -> Iterator[Problem]:
    """Settings in keras.json that differ from Keras's defaults, or with which Keras fails."""
    path = environment.keras_home / "keras.json"
    if not os.path.exists(path):
        return
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return  # Keras ignores it, too
    except RecursionError:
        settings = None
    except OSError as error:
        do = f"make {path} a file that can be read, or delete it"
        yield Problem(f"{path} cannot be read ({error.strerror}), and makes Keras fail", do, IMPORT)
        return
    if not isinstance(settings, dict):
        yield Problem(f"{path} does not hold settings, and makes Keras fail", f"delete {path}", IMPORT)
        return
    for setting in SETTINGS:
        value = settings.get(setting.name, setting.default)
        if value != setting.default and setting.is_read(environment):
            yield _changed(setting, value, path)


def _changed(setting: Setting, value: Any, path: Path) -> Problem:
    accepted = setting.accepts(value)
    so = f" instead of {setting.default!r}" if accepted else ", and makes Keras fail"
    do = f"delete the line of {setting.name} in {path}"
    return Problem(f"{path} sets {setting.name} to {value!r}{so}", do, "" if accepted else IMPORT)
