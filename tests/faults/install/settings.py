"""Faults of settings: what a shell, a file or a variable may change."""

from __future__ import annotations

import json

from tests.faults.fault import fault


@fault("install.nothing-shadowed")
def module_of_the_users(put):
    """A file of the user's is named like a module of Python's."""
    (put.folder / "random.py").touch()
    put.patch.syspath_prepend(str(put.folder))


@fault("install.legacy-keras")
def legacy_keras_without_package(put):
    """TF_USE_LEGACY_KERAS is set without tf-keras."""
    put.patch.setenv("TF_USE_LEGACY_KERAS", "1")


@fault("install.keras-backend")
def other_backend(put):
    """KERAS_BACKEND names another one."""
    put.patch.setenv("KERAS_BACKEND", "jax")


@fault("install.keras-defaults")
def other_epsilon(put):
    """keras.json has an epsilon of its own."""
    (put.folder / "keras.json").write_text(json.dumps({"epsilon": 1e-3}), encoding="utf-8")
    put.patch.setenv("KERAS_HOME", str(put.folder))
