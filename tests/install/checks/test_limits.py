"""Whether the system allows enough threads, memory and files."""

from __future__ import annotations

from tests.pretended.environments import environment
from tf_conformance.install.checks.limits import scarce_resources
from tf_conformance.install.limits import Limits
from tf_conformance.install.problem import Problem


def test_scarce_resources():
    """Every resource that is scarce is a problem, with the limit to raise."""
    assert list(scarce_resources(environment(limits=Limits(files=60)))) == [
        Problem("the system allows a process only 60 open files (ulimit -n)", "raise ulimit -n")
    ]


def test_ample_resources():
    """A system without limits has no problem."""
    assert list(scarce_resources(environment())) == []
