"""Why TensorFlow cannot be imported: what is made of errors and of dead processes."""

import pytest

from tests.conftest import PretendedDistribution
from tf_conformance.import_failure import explain_death, explain_error, explain_hang
from tf_conformance.last_words import place_of_death, signal_name


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


def test_signal_without_a_name():
    """A signal that Python has no name for is named by its number."""
    assert signal_name(-99) == "signal 99"


def test_place_of_death():
    """The innermost line of the specification is the place; waiting threads of the machinery are none."""
    words = (
        'Thread 0x1 (most recent call first):\n  File "/x/execnet/gateway_base.py", line 5 in read\n'
        'Thread 0x2 (most recent call first):\n  File "/x/tensorflow/ops.py", line 7 in op\n'
        '  File "/x/spec/week1/test_a.py", line 9 in test_a\n'
    )
    assert place_of_death(words) == "test_a (/x/spec/week1/test_a.py:9)"
    assert place_of_death(words.rpartition("  File")[0]) == "op (/x/tensorflow/ops.py:7)"
    assert place_of_death("") == ""


def test_requirements_come_first(pretend_installed):
    """Where something that is declared to be needed is not there, the advice begins with the command that installs it."""
    needy = PretendedDistribution("tensorflow", "2.15.1", ["numpy<2.0.0,>=1.23.5", "gast"])
    pretend_installed({"numpy": "2.0.2", "gast": "0.5"}, needy)
    advice = explain_error(ImportError("numpy.core.umath failed to import")).advice
    assert advice.startswith('python -m pip install "numpy<2.0.0,>=1.23.5"; if that is not enough, python -m pip')
