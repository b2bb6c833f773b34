"""Faults of settings from outside: a module on the path, environment variables, keras.json."""

from __future__ import annotations

import json

from tests.faults.fault import fault


@fault("install.nothing-shadowed")
def user_file_shadows_a_module(put):
    """A user's file has the name of a module in Python's standard library."""
    (put.folder / "random.py").touch()
    put.patch.syspath_prepend(str(put.folder))


@fault("install.legacy-keras")
def legacy_keras_is_not_installed(put):
    """TF_USE_LEGACY_KERAS is set, but tf-keras is not installed."""
    put.patch.setenv("TF_USE_LEGACY_KERAS", "1")


@fault("install.keras-backend")
def backend_is_jax(put):
    """KERAS_BACKEND selects JAX."""
    put.patch.setenv("KERAS_BACKEND", "jax")


@fault("install.keras-defaults")
def other_epsilon(put):
    """keras.json sets another epsilon."""
    (put.folder / "keras.json").write_text(json.dumps({"epsilon": 1e-3}), encoding="utf-8")
    put.patch.setenv("KERAS_HOME", str(put.folder))
