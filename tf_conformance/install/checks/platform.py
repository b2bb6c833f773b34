"""Whether TensorFlow was built for this Python and this system."""

from __future__ import annotations

import re
from typing import Iterator

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import Tag, parse_tag, sys_tags

from tf_conformance.install.distribution import Distribution
from tf_conformance.install.distributions import TENSORFLOW_DISTRIBUTIONS
from tf_conformance.install.environment import Environment
from tf_conformance.install.fitting import another_python, is_built_for
from tf_conformance.install.installer import Installer
from tf_conformance.install.precedence import not_from_there
from tf_conformance.install.problem import Problem

VERSION_OF_SYSTEM = re.compile(r"^(manylinux|musllinux|macosx)(?:1|2010|2014|_\d+_\d+)_")


def wrong_platform(environment: Environment) -> Iterator[Problem]:
    """Ways in which TensorFlow's wheel was built for another Python or another system."""
    for distribution in environment.distributions.providing(TENSORFLOW_DISTRIBUTIONS):
        if not distribution.packager:
            yield from _misfits(distribution, environment)


def misfit_dependencies(environment: Environment) -> Iterator[Problem]:
    """Dependencies whose wheels were built for another Python, or for another system altogether.

    One that was built for a newer version of the system's C library may work, and is passed over.
    """
    fitting = {_regardless_of_version(tag) for tag in sys_tags()}
    tensorflows = environment.distributions.providing(TENSORFLOW_DISTRIBUTIONS)
    for distribution in environment.distributions.stack:
        tags = () if distribution.packager or distribution in tensorflows else distribution.wheel_tags
        if tags and not any(_regardless_of_version(tag) in fitting for text in tags for tag in parse_tag(text)):
            yield _built_for_another(
                distribution, not_from_there(distribution, environment) or _anew(distribution, environment)
            )


def unknown_platform(environment: Environment) -> Iterator[str]:
    """TensorFlows for which it is not known for which Python and system they were built; or that there is none."""
    found = environment.distributions.providing(TENSORFLOW_DISTRIBUTIONS)
    if environment.has_tensorflow_without_metadata:
        yield f"{environment.tensorflow} has no metadata that say what it was built for"
    elif not found:
        yield "no distribution provides TensorFlow"
    for distribution in found:
        if not distribution.wheel_tags:
            yield f"{distribution} does not say what it was built for"
        elif distribution.packager:
            # Cross compilers and relaxed limits leave metadata behind that are not true any more.
            for misfit in _misfits(distribution, environment):
                yield f"{misfit.says}: {distribution.packager}, not the metadata, decides where it runs"


def _misfits(distribution: Distribution, environment: Environment) -> Iterator[Problem]:
    wanted = distribution.header("Requires-Python")
    if not _takes(wanted, environment.python):
        yield Problem(
            f"{distribution} needs Python {wanted}, this is {environment.python}", another_python(distribution)
        )
    tags, fitting = distribution.wheel_tags, set(sys_tags())
    if tags and not any(tag in fitting for text in tags for tag in parse_tag(text)):
        yield _built_for_another(distribution, _another_build(distribution, environment))


def _built_for_another(distribution: Distribution, do: str) -> Problem:
    built_for = ", ".join(distribution.wheel_tags)
    return Problem(f"{distribution} was built for {built_for}, not for this Python and system", do)


def _regardless_of_version(tag: Tag) -> tuple[str, str, str]:
    """A tag without the version of the system that it asks for."""
    return tag.interpreter, tag.abi, VERSION_OF_SYSTEM.sub(r"\1_", tag.platform)


def _another_build(distribution: Distribution, environment: Environment) -> str:
    if not is_built_for(environment.python, distribution.version):
        return another_python(distribution)
    return _anew(distribution, environment)


def _anew(distribution: Distribution, environment: Environment) -> str:
    return Installer.of(environment).reinstall(f"{distribution.name}=={distribution.version}", alone=True)


def _takes(wanted: str, python: str) -> bool:
    try:
        return SpecifierSet(wanted).contains(python, prereleases=True)
    except InvalidSpecifier:
        return True  # nothing can be said
