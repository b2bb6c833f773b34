"""Faults of the installed distributions: what pip or a user may have done to them."""

from __future__ import annotations

from tests.faults.fault import fault
from tests.faults.shared import distribution


@fault("install.one-tensorflow")
def nightly_over_a_release(put):
    """Two distributions provide the package tensorflow."""
    for name in ("tensorflow", "tf-nightly"):
        distribution(put, name, record="tensorflow/__init__.py,,\n")


@fault("install.one-keras")
def nightly_keras_over_a_release(put):
    """Two distributions provide the package keras."""
    for name in ("keras", "keras-nightly"):
        distribution(put, name, record="keras/__init__.py,,\n")


@fault("install.no-leftovers")
def replacement_is_unfinished(put):
    """pip was interrupted while replacing Keras."""
    distribution(put, "keras")
    (put.folder / "~eras").mkdir()


@fault("install.files")
def file_is_missing(put):
    """A file listed in the RECORD is missing."""
    distribution(put, "keras", record="keras/missing.py,,10\n")


@fault("install.files")
def file_is_truncated(put):
    """A file is shorter than its size in the RECORD."""
    (put.folder / "short.py").write_text("1", encoding="utf-8")
    distribution(put, "keras", record="short.py,,10\n")


@fault("install.requirements")
def requirement_is_missing(put):
    """A requirement of Keras is not installed."""
    distribution(put, "keras", metadata="Requires-Dist: no-such-thing>=1\n")


@fault("install.requirements")
def requirement_is_too_old(put):
    """A requirement of Keras is installed in an older version."""
    distribution(put, "keras", metadata="Requires-Dist: numpy>=1000\n")
