"""Why TensorFlow cannot be imported: what is made of errors and of dead processes."""

from __future__ import annotations

import importlib
import sys

import pytest

from tests.conftest import PretendedDistribution
from tf_conformance.diagnosis import loading as import_failure
from tf_conformance.diagnosis.loading import (
    CANNOT_IMPORT,
    CANNOT_JUDGE,
    CANNOT_START,
    explain_death,
    explain_error,
    explain_hang,
    explain_unfitness,
    probe,
)
from tf_conformance.install.install import describe


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (ModuleNotFoundError("No module named 'absl'"), "the module absl is missing"),
        (
            ImportError("libcudart.so.12: cannot open shared object file: No such file"),
            "the shared library libcudart.so.12 is missing",
        ),
        (ImportError("/lib/libm.so.6: version `GLIBC_2.34' not found (required by x.so)"), "lacks GLIBC_2.34"),
        (ImportError("x.so: undefined symbol: _ZN3absl"), "the symbol _ZN3absl is missing"),
        (ImportError("x.so: invalid ELF header"), "x.so is damaged"),
        (ImportError("numpy.core.multiarray failed to import"), "NumPy is of another version"),
        (AttributeError("_ARRAY_API not found"), "NumPy is of another version"),
        (ImportError("numpy.core.umath failed to import"), "NumPy is of another version"),
        (
            TypeError("Unable to convert function return value to a Python type! The signature was\n\t() -> handle"),
            "NumPy is of another version",
        ),
        (ValueError("numpy.dtype size changed, may indicate binary incompatibility"), "NumPy is of another version"),
        (TypeError("Descriptors cannot be created directly."), "protobuf is of another version"),
        (ImportError("cannot import name 'runtime_version' from 'google.protobuf'"), "protobuf is of another version"),
        (
            ImportError("Keras cannot be imported. Check that it is installed."),
            "TensorFlow's Keras is not installed, or not",
        ),
        (RuntimeError("can't start new thread"), "no further thread"),
        (RuntimeError("cudaGetDevice() failed. Status: CUDA driver version is insufficient"), "driver is too old"),
        (RuntimeError("failed call to cuInit: CUDA_ERROR_OUT_OF_MEMORY"), "the GPU has no memory left"),
        (RuntimeError("cudaSetDevice() on GPU:0 failed. Status: out of order"), "refuses: out of order"),
        (ImportError("bad magic number in 'six': b'garb'"), "a Python file of the install is damaged"),
        (EOFError("marshal data too short"), "a Python file of the install is damaged"),
        (MemoryError("no"), "not enough memory"),
        (SyntaxError("invalid syntax"), "a Python file of the install is damaged"),
        (RuntimeError("something else"), "its import raises an error"),
    ],
)
def test_errors(error, cause):
    """Each error is said in plain words, with the error as evidence and with what to do."""
    obstacle = explain_error(error)
    assert cause in obstacle.cause
    assert type(error).__name__ in obstacle.evidence
    assert obstacle.advice


def test_first_cause_counts():
    """An error that another one was raised from tells more than the last."""
    error = ImportError("Failed to load the native TensorFlow runtime.")
    error.__context__ = ImportError("libfoo.so.1: cannot open shared object file")
    assert explain_error(error).cause == "the shared library libfoo.so.1 is missing"


@pytest.mark.parametrize(
    ("returncode", "output", "cause", "evidence"),
    [
        (-11, "", "its import crashes", "SIGSEGV (segmentation fault)"),
        (
            -11,
            "A module that was compiled using NumPy 1.x cannot be run in NumPy 2.0.0\n",
            "NumPy is of another version",
            "SIGSEGV",
        ),
        (-6, "terminate called\n", "its import gives up", "terminate called"),
        (-4, "", "an instruction that this processor does not have", "SIGILL"),
        (-9, "", "killed", "SIGKILL"),
        (-99, "", "ends the process", "signal 99"),
        (3, "bye\n", "ends the process", "exit status 3; bye"),
        (1, "ModuleNotFoundError: No module named 'six'\n", "the module six is missing", "six"),
    ],
)
def test_deaths(returncode, output, cause, evidence):
    """A signal is named and explained; what was written last is quoted."""
    obstacle = explain_death(returncode, output)
    assert cause in obstacle.cause
    assert evidence in obstacle.evidence


def test_hang():
    """An import that does not end names the limit and the place."""
    assert explain_hang(5, "read (x.py:1)").evidence == "not done after 5 s in read (x.py:1)"


def test_start():
    """What happens once TensorFlow is imported is said to be its start's doing."""
    assert explain_error(RuntimeError("no"), CANNOT_START).cause == "its start raises an error"
    assert explain_death(-11, "", CANNOT_START).cause == "its start crashes"
    assert explain_hang(5, "", CANNOT_START).cause == "its start does not end"


@pytest.mark.parametrize("start", ["F0000 00:00:1.0 1 cpu.cc:84] ", "2026-01-01 00:00:00.0: F tensorflow/x.cc:1] "])
def test_fatal_words_are_evidence(start):
    """What TensorFlow logs before it gives up tells more than the stack that it prints afterwards."""
    output = start + "Check failed: n > 0\n*** Check failure stack trace: ***\n    @     0x7fa6d92ce564  (unknown)\n"
    assert explain_death(-6, output).evidence.endswith("Check failed: n > 0")


def test_chatter_is_no_evidence():
    """What TensorFlow logs when all is well is not what it died of."""
    output = "terminate called\n2026-01-01 00:00:00.0: I tensorflow/core/x.cc:1] This TensorFlow binary is optimized\n"
    assert explain_death(-6, output).evidence.endswith("terminate called")


@pytest.mark.parametrize(
    ("beginning", "what", "cause"),
    [
        ("print('imported'); print('started')", None, None),
        ("raise ModuleNotFoundError(\"No module named 'absl'\")", CANNOT_IMPORT, "the module absl is missing"),
        ("import os; print('imported', flush=True); os.abort()", CANNOT_START, "its start gives up"),
        ("import os; os._exit(0)", CANNOT_IMPORT, "its import ends the process"),
        ("import time; print('imported', flush=True); time.sleep(60)", CANNOT_START, "its start does not end"),
    ],
)
def test_probe(monkeypatch, beginning, what, cause):
    """A process of its own tells whether the import or the start fails, and how."""
    monkeypatch.setattr(import_failure, "BEGINNING", beginning)
    obstacle = probe(limit=5)
    assert (obstacle and (obstacle.what, obstacle.cause)) == (what and (what, cause))


def test_advice_names_what_is_installed(pretend_installed):
    """To install TensorFlow again is to install the same distribution in the same version."""
    pretend_installed({"tensorflow-cpu": "2.21.0"})
    assert explain_death(-11, "").advice.startswith(
        "install TensorFlow again: python -m pip install --force-reinstall tensorflow-cpu==2.21.0,"
    )


def test_library_that_is_there(pretend_installed, tmp_path):
    """A library that lies where it was installed and is said not to exist is damaged or for another system."""
    pretend_installed({}, PretendedDistribution("tensorflow", "2.21.0", files=["libx.so.2"], place=str(tmp_path)))
    error = ImportError("libx.so.2: cannot open shared object file: No such file or directory")
    assert explain_error(error).cause == "the shared library libx.so.2 is missing"
    (tmp_path / "libx.so.2").touch()
    assert explain_error(error).cause == "the shared library libx.so.2 is there, but is damaged or for another system"


@pytest.mark.parametrize(
    ("versions", "what", "cause"),
    [
        ({"tensorflow": "2.0.0"}, None, None),
        ({"tf-nightly": "2.23.0.dev20261026"}, None, None),
        ({"tensorflow": "1.15.5"}, CANNOT_JUDGE, "it is no TensorFlow 2"),
        ({"numpy": "2.5.5"}, CANNOT_JUDGE, "it lacks the metadata that pip installs with it"),
    ],
)
def test_unfit_installs(pretend_installed, versions, what, cause):
    """An install whose TensorFlow is of an unknown version, or of one before 2, is not judged."""
    pretend_installed(versions)
    obstacle = explain_unfitness(describe())
    assert (obstacle and (obstacle.what, obstacle.cause)) == (what and (what, cause))


@pytest.mark.parametrize("left_over", [False, True])
def test_no_tensorflow(pretend_installed, monkeypatch, tmp_path, left_over):
    """Neither no package at all nor a folder that is left over is a TensorFlow."""
    if left_over:
        (tmp_path / "tensorflow").mkdir()
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    importlib.invalidate_caches()
    pretend_installed({"numpy": "2.5.5"})
    assert explain_unfitness(describe()).cause == "no TensorFlow is installed"


def test_requirements_come_first(pretend_installed):
    """Where something that is declared to be needed is not there, the advice begins with the command that installs it."""
    needy = PretendedDistribution("tensorflow", "2.15.1", ["numpy<2.0.0,>=1.23.5", "gast"])
    pretend_installed({"numpy": "2.0.2", "gast": "0.5"}, needy)
    advice = explain_error(ImportError("numpy.core.umath failed to import")).advice
    assert advice.startswith('python -m pip install "numpy<2.0.0,>=1.23.5"; if that is not enough, python -m pip')
