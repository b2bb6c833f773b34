"""Which problem explains an error."""

from __future__ import annotations

import pytest

from tf_conformance.diagnosis.finding import finding_behind
from tf_conformance.install.problem import USE, Problem

HIDES = Problem("/me/random.py hides random of the Python library", "rename or move /me/random.py")
CUT_OFF = Problem("tensorflow 2.21.0: tensorflow/python/ops.py has 0 bytes instead of 1204", "reinstall")
ABORTS = Problem("TF_DETERMINISTIC_OPS=yes is not one of 0, 1, true and false", "unset TF_DETERMINISTIC_OPS")
PROTOBUF = Problem("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION=cpp asks for what is gone", "unset it", breaks=USE)


@pytest.mark.parametrize(
    ("error", "cause", "problem"),
    [
        ("cannot import name 'Random' (/me/random.py)", "a module was found in the wrong place", HIDES),
        ("name 'x' is not defined\n  File /site/tensorflow/python/ops.py", "its import raises an error", CUT_OFF),
        ("Failed to parse the env-var ${TF_DETERMINISTIC_OPS}", "its start aborts", ABORTS),
        ("no such flag; set TF_DETERMINISTIC_OPS=1 for the same results", "a flag is wrong", None),
        # Nothing that a problem names.
        ("No module named 'absl'", "the module absl is missing", None),
        ("No module named 'operandom.python'", "the module is missing", None),
        # The cause names the same: it does not contradict the problem.
        ("ops.py: invalid syntax", "ops.py is damaged", None),
    ],
)
def test_finding(error, cause, problem):
    """The first problem that names what the error names, unless the cause does, too."""
    assert finding_behind(error, [HIDES, CUT_OFF, ABORTS], cause) == problem


def test_problem_that_breaks():
    """A problem that is known to break TensorFlow explains errors that do not name it."""
    error = "cannot import name '_message' from 'google.protobuf.pyext'"
    assert finding_behind(error, [HIDES, PROTOBUF], "another protobuf") == PROTOBUF
    assert finding_behind(error, [HIDES], "another protobuf") is None


@pytest.mark.parametrize(
    ("error", "found"),
    [
        ("/site/tensorflow/libtensorflow_cc.so.2: undefined symbol: _ZN4llvm", True),
        ("the process died of SIGSEGV (segmentation fault)", True),
        ("No module named 'absl'", False),
    ],
)
def test_replaced_library(error, found):
    """A library that the loader takes from elsewhere explains errors of libraries, which do not name it, and no others."""
    replaced = Problem("LD_LIBRARY_PATH makes the loader use /x/libtensorflow_framework.so.2", "unset LD_LIBRARY_PATH")
    assert finding_behind(error, [HIDES, replaced], "two parts do not fit") == (replaced if found else None)
