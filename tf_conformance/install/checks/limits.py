"""Whether the system allows enough threads, memory and files."""

from __future__ import annotations

from typing import Iterator

from tf_conformance.install.environment import Environment
from tf_conformance.install.problem import Problem


def scarce_resources(environment: Environment) -> Iterator[Problem]:
    """The resources that are scarce."""
    for shortage in environment.limits.shortages():
        yield shortage.as_problem()
