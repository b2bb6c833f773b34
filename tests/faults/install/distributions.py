"""Faults of the install itself: what pip, a shell or a user may have done to it."""

from __future__ import annotations

import json
import sys

import tensorflow as tf

from tests.faults.fault import fault
from tf_conformance.install.checks import platform


def distribution(put, name, record="", metadata="", wheel=""):
    """Puts a distribution of which only the metadata is there before all others."""
    info = put.folder / ("{}-1.0.dist-info".format(name.replace("-", "_")))
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{metadata}", encoding="utf-8")
    (info / "RECORD").write_text(record, encoding="utf-8")
    (info / "WHEEL").write_text(wheel, encoding="utf-8")
    if str(put.folder) not in sys.path:
        put.patch.syspath_prepend(str(put.folder))


@fault("install.one-tensorflow")
def nightly_over_a_release(put):
    """Two distributions put tensorflow into one folder."""
    for name in ("tensorflow", "tf-nightly"):
        distribution(put, name, record="tensorflow/__init__.py,,\n")


@fault("install.one-keras")
def nightly_keras_over_a_release(put):
    """Two distributions put keras into one folder."""
    for name in ("keras", "keras-nightly"):
        distribution(put, name, record="keras/__init__.py,,\n")


@fault("install.no-leftovers")
def half_an_installation(put):
    """pip was interrupted while it replaced Keras."""
    distribution(put, "keras")
    (put.folder / "~eras").mkdir()


@fault("install.files")
def file_is_gone(put):
    """A file that the RECORD names is not there."""
    distribution(put, "keras", record="keras/gone.py,,10\n")


@fault("install.files")
def file_is_cut_off(put):
    """A file is shorter than the RECORD says."""
    (put.folder / "short.py").write_text("1", encoding="utf-8")
    distribution(put, "keras", record="short.py,,10\n")


@fault("install.requirements")
def requirement_is_gone(put):
    """Something that Keras needs is not installed."""
    distribution(put, "keras", metadata="Requires-Dist: no-such-thing>=1\n")


@fault("install.requirements")
def requirement_is_too_old(put):
    """Something that Keras needs is installed in an older version."""
    distribution(put, "keras", metadata="Requires-Dist: numpy>=1000\n")


@fault("install.platform")
def wheel_of_another_python(put):
    """TensorFlow's wheel is one for Python 2.7."""
    distribution(put, "tensorflow", wheel="Wheel-Version: 1.0\nTag: cp27-cp27m-manylinux1_x86_64\n")


@fault("install.cpu")
def processor_without_vectors(put):
    """The processor knows neither SSE nor AVX."""
    put.attribute(platform, "cpu_info", lambda: {"flags": "fpu"})


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


@fault("install.import")
def import_is_halted(put):
    """TensorFlow cannot be imported."""
    put.patch.setitem(sys.modules, "tensorflow", None)


@fault("install.version")
def other_version(put):
    """TensorFlow says that it is of another version."""
    put.attribute(tf, "__version__", "2.3.4")
