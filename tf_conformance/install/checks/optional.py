"""Whether parts around TensorFlow that are installed, although nobody needs them, can be imported beside it."""

from __future__ import annotations

import os
from typing import Iterator

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from tf_conformance.install.checks.requirements import ABSENT, Unmet
from tf_conformance.install.distribution import Distribution
from tf_conformance.install.distributions import KERAS_DISTRIBUTIONS, TENSORFLOW_DISTRIBUTIONS
from tf_conformance.install.environment import Environment
from tf_conformance.install.fitting import fitting, has_none, met_by
from tf_conformance.install.installer import Installer
from tf_conformance.install.problem import Problem

PARTS = (
    "tensorflow-hub",
    "tensorflow-text",
    "tensorflow-io",
    "tensorflow-probability",
    "tensorflow-datasets",
    "tensorflow-addons",
    "tensorflow-decision-forests",
    "tf-models-official",
    "keras-hub",
    "keras-nlp",
    "keras-cv",
    "keras-tuner",
)

# What these parts must be of one build, or of one era, with. What else they need is their own affair.
MATCHED = {*TENSORFLOW_DISTRIBUTIONS, *KERAS_DISTRIBUTIONS, "tf-keras", "tensorflow-text", "numpy", "protobuf"}
OF_SAME_RELEASE = ("tf-keras", "tensorflow-text")  # whichever version is asked for, only TensorFlow's own release fits
EXTRAS = ("tensorflow", "tf")  # in which parts that also serve others say which TensorFlow they need

# The versions that import pkg_resources. TensorBoard up to 2.20 does so only when its command is run, and every
# TensorFlow before 2.21 brings it along: it can be imported, and its callback works.
IMPORT_PKG_RESOURCES = {"tensorflow-hub": SpecifierSet("<=0.16.1")}
FIRST_WITHOUT_PKG_RESOURCES = Version("82")
# Parts that import what only Keras 2 has, and that have no version for Keras 3.
NEED_KERAS_2 = ("tensorflow-addons",)
FIRST_WITH_KERAS_3 = (2, 16)


def broken_parts(environment: Environment) -> Iterator[Problem]:
    """Parts that are installed in versions that do not fit this TensorFlow or one another."""
    if environment.tensorflow is None:
        return
    for part in environment.distributions.all(PARTS):
        yield from _without_pkg_resources(part, environment)
        yield from _without_keras_2(part, environment)
        # A packager decides what goes together, whatever the metadata say.
        if part not in environment.distributions.stack and not part.packager:
            yield from _mismatched(part, environment)


def _without_pkg_resources(part: Distribution, environment: Environment) -> Iterator[Problem]:
    importing = IMPORT_PKG_RESOURCES.get(part.key)
    if importing and importing.contains(part.version, prereleases=True) and not _has_pkg_resources(environment):
        setuptools = environment.distributions.first(["setuptools"])
        but = f"which {setuptools} does not have" if setuptools else "but setuptools is not installed"
        yield Problem(
            f"{part} imports pkg_resources, {but}",
            Installer.of(environment).install(fitting("setuptools", environment)),
        )


def _without_keras_2(part: Distribution, environment: Environment) -> Iterator[Problem]:
    tensorflow = environment.tensorflow
    if tensorflow and part.name in NEED_KERAS_2 and Version(tensorflow.version).release[:2] >= FIRST_WITH_KERAS_3:
        yield Problem(
            f"{part} cannot be imported beside {tensorflow}: it needs Keras 2 inside TensorFlow",
            Installer.of(environment).uninstall(str(part.name)),
        )


def _mismatched(part: Distribution, environment: Environment) -> Iterator[Problem]:
    for requirement in [*part.requirements, *_requirements_of_extras(part)]:
        if canonicalize_name(requirement.name) in MATCHED:
            yield from _unmet(part, requirement, environment)


def _unmet(part: Distribution, requirement: Requirement, environment: Environment) -> Iterator[Problem]:
    installed = _installed(canonicalize_name(requirement.name), environment)
    if installed.meets(requirement) if installed else _is_needed_anyway(requirement, environment):
        return
    but = f"but {installed.version} is installed" if installed else ABSENT
    yield Problem(str(Unmet(part, requirement, but, excuse="")), _mend(part, requirement, environment))


def _is_needed_anyway(requirement: Requirement, environment: Environment) -> bool:
    """Whether TensorFlow or a dependency of it needs the same, so that another check tells that it is absent."""
    needed = (each.name for distribution in environment.distributions.stack for each in distribution.requirements)
    return canonicalize_name(requirement.name) in map(canonicalize_name, needed)


def _mend(part: Distribution, requirement: Requirement, environment: Environment) -> str:
    """What to do so that a part fits TensorFlow, which stays as it is."""
    name, installer = canonicalize_name(requirement.name), Installer.of(environment)
    if name in TENSORFLOW_DISTRIBUTIONS and has_none(str(part.name), environment):
        return installer.uninstall(str(part.name))
    of_same_release = name in OF_SAME_RELEASE
    return installer.upgrade(fitting(name, environment) if of_same_release else met_by(requirement, part, environment))


def _installed(name: str, environment: Environment) -> Distribution | None:
    """The installed distribution of a name, or the one that takes its place."""
    if name in TENSORFLOW_DISTRIBUTIONS:
        return environment.tensorflow
    return environment.distributions.first(KERAS_DISTRIBUTIONS if name in KERAS_DISTRIBUTIONS else (name,))


def _requirements_of_extras(part: Distribution) -> Iterator[Requirement]:
    """What a part needs in addition if it is used with TensorFlow."""
    for extra in EXTRAS:
        yield from (each for each in part.requirements_with(extra) if each not in part.requirements)


def _has_pkg_resources(environment: Environment) -> bool:
    setuptools = environment.distributions.first(["setuptools"])
    if setuptools and Version(setuptools.version) < FIRST_WITHOUT_PKG_RESOURCES:
        return True
    # Distributions package it on its own.
    return any(os.path.isfile(os.path.join(folder, "pkg_resources", "__init__.py")) for folder in environment.path)
