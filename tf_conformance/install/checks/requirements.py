"""Whether the declared requirements of TensorFlow and Keras are installed."""

from __future__ import annotations

from typing import Iterator

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tf_conformance.install.distributions import (
    KERAS_DISTRIBUTIONS,
    TENSORFLOW_DISTRIBUTIONS,
    Distribution,
    Distributions,
)
from tf_conformance.install.environment import Environment
from tf_conformance.install.fitting import met_by
from tf_conformance.install.installer import Installer
from tf_conformance.install.problem import Problem

# Distributions that replace one another: any of them meets a requirement on one of them.
EQUIVALENTS = (TENSORFLOW_DISTRIBUTIONS, KERAS_DISTRIBUTIONS)


def unmet_requirements(environment: Environment) -> list[Problem]:
    """Requirements of TensorFlow, its Keras and their dependencies that nothing installed meets.

    All of them are met by one command.
    """
    unmet = list(_unmet(environment.distributions))
    wanted = [met_by(requirement, needing, environment) for needing, requirement, _ in unmet]
    do = Installer.of(environment).install(*wanted)
    return [
        Problem(f"{needing} needs {_as_pip_takes_it(requirement)}, {but}", do) for needing, requirement, but in unmet
    ]


def _unmet(distributions: Distributions) -> Iterator[tuple[Distribution, Requirement, str]]:
    """Each unmet requirement, whose it is, and what is there instead."""
    for distribution in distributions.stack:
        for requirement in distribution.requirements:
            installed = distributions.first(_names_for(requirement))
            if installed is None:
                yield distribution, requirement, "which is not installed"
            elif not requirement.specifier.contains(installed.version, prereleases=True):
                yield distribution, requirement, f"but {installed.version} is installed"


def _names_for(requirement: Requirement) -> tuple[str, ...]:
    name = canonicalize_name(requirement.name)
    return (name, *next((group for group in EQUIVALENTS if name in group), ()))


def _as_pip_takes_it(requirement: Requirement) -> str:
    return f"{requirement.name}{requirement.specifier}"
