"""Faults of settings from outside: a module on the path, environment variables, keras.json."""

from __future__ import annotations

import json

from tests.faults.fault import fault, out_of_reach
from tf_conformance.install.environment import Environment


@fault("install.nothing-shadowed")
def user_file_shadows_a_module(put):
    """A user's file has the name of a module in Python's standard library."""
    (put.folder / "random.py").touch()
    put.patch.syspath_prepend(str(put.folder))


@fault("install.legacy-keras", when="tensorflow>=2.15 and tensorflow<2.16 or keras>=3")
def legacy_keras_is_not_installed(put):
    """TF_USE_LEGACY_KERAS is set, but tf-keras is not installed."""
    put.patch.setenv("TF_USE_LEGACY_KERAS", "1")


@fault("install.keras-backend", when="keras>=3")
def backend_is_jax(put):
    """KERAS_BACKEND selects JAX."""
    put.patch.setenv("KERAS_BACKEND", "jax")


@fault("install.keras-defaults")
def other_epsilon(put):
    """keras.json sets another epsilon."""
    (put.folder / "keras.json").write_text(json.dumps({"epsilon": 1e-3}), encoding="utf-8")
    put.patch.setenv("KERAS_HOME", str(put.folder))


@fault("install.legacy-keras", when="tensorflow>=2.16 and keras<3")
def legacy_keras_is_gone(put):
    """TF_USE_LEGACY_KERAS is set, but tf-keras has been uninstalled."""
    put.attribute(Environment, "keras", None)


out_of_reach("install.legacy-keras", when="tensorflow<2.15", because="these versions do not read TF_USE_LEGACY_KERAS")
out_of_reach("install.keras-backend", when="keras<3", because="Keras 2 does not read KERAS_BACKEND: it has one backend")
