"""The list of checks, and what becomes of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests import ROOT
from tests.pretended.distributions import distribution, tensorflow
from tests.pretended.environments import environment
from tf_conformance.install.checks import CHECKS, check_of, find_problems
from tf_conformance.install.checks.check import Check
from tf_conformance.install.limits import Limits
from tf_conformance.install.processor import Processor

# What only an import can show, and what takes the loader: a problem for GPUs alone, told by --require-device.
WITHOUT_CHECK = {"install.import", "install.version", "install.cuda-libraries"}


def statements():
    """The ids of the statements that the checks decide."""
    return [check.statement for check in CHECKS if check.statement]


def test_every_check_decides_a_statement(catalogue):
    """Each statement that a check names is a statement of the specification, and no two checks name the same."""
    assert [id_ for id_ in statements() if id_ not in catalogue] == []
    assert len(set(statements())) == len(statements())


def test_every_statement_of_the_install_has_a_check(catalogue):
    """Each statement about an install has a check, except those that need an import or the loader."""
    of_installs = {statement.id for statement in catalogue if statement.id.startswith("install.")}
    assert of_installs - WITHOUT_CHECK == set(statements())


@pytest.mark.parametrize("statement", statements())
def test_check_of_a_statement(statement):
    """A check is found by the statement that it decides."""
    assert check_of(statement).statement == statement


@pytest.mark.parametrize(
    ("reasons", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a\n  one\n  two"], "a\n  one\n  two"),
        (["a\n  one", "b", "c"], "a; and so on, for 2 more\na\n  one\nb\nc"),
    ],
)
def test_reasons_in_one_text(reasons, text):
    """The first line says how many reasons there are beyond the one that it names; then come all of them, with details."""
    assert Check(None, lambda _: [], lambda _: reasons).why_unchecked(environment()) == text


def test_problems_in_the_order_of_the_checks():
    """Every check contributes its problems, in the order of the list."""
    keras = distribution("keras", "3.15.1", requires=["optree"], place="/elsewhere")
    damaged = environment(
        tensorflow(requires=["keras"]),
        keras,
        variables={"KERAS_BACKEND": "jax", "KERAS_HOME": "/nowhere"},
        limits=Limits(files=60),
        processor=Processor("x86_64", "a CPU", frozenset({"sse4_1", "sse4_2"})),
    )
    assert [problem.says for problem in find_problems(damaged)] == [
        "the system allows a process only 60 open files (ulimit -n)",
        "KERAS_BACKEND is jax: Keras does not find it, and fails",
        "the processor lacks avx, which TensorFlow's builds use",
        "keras 3.15.1 needs optree, which is not installed",
        "tensorflow 2.21.0: tensorflow/__init__.py is missing, tensorflow/python/ops.py is missing",
    ]


def test_this_install():
    """The install that runs the tests has no problem, and neither describing nor checking it imports what it judges."""
    code = (
        "import sys\n"
        "from tf_conformance.install.checks import find_problems\n"
        "from tf_conformance.install.environment import Environment\n"
        "from tf_conformance.install.install import describe\n"
        "environment = Environment.gather()\n"
        "describe(environment)\n"
        "print(list(map(str, find_problems(environment))), {'tensorflow', 'keras', 'numpy'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=str(ROOT), capture_output=True, text=True, check=True)
    assert ran.stdout == "[] set()\n"
