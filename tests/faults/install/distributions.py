"""Faults of the distributions: what pip or a user may have done to them."""

from __future__ import annotations

from tests.faults.fault import fault
from tests.faults.shared import distribution


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
