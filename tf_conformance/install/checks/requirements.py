"""Whether the declared requirements of TensorFlow and Keras are installed."""

from __future__ import annotations

from typing import Collection, Iterable, Iterator, NamedTuple

from packaging.requirements import Requirement
from packaging.specifiers import Specifier
from packaging.utils import canonicalize_name
from packaging.version import Version

from tf_conformance.install.distribution import UNKNOWN_VERSION, Distribution
from tf_conformance.install.distributions import (
    KERAS_DISTRIBUTIONS,
    LEGACY_KERAS_DISTRIBUTIONS,
    TENSORFLOW_DISTRIBUTIONS,
)
from tf_conformance.install.environment import Environment
from tf_conformance.install.fitting import met_by
from tf_conformance.install.installer import Installer
from tf_conformance.install.modules import module_of
from tf_conformance.install.precedence import hidden_by, not_from_there
from tf_conformance.install.problem import IMPORT, Problem

ABSENT = "which is not installed"

# Distributions that replace one another: any of them meets a requirement on one of them.
EQUIVALENTS = (
    KERAS_DISTRIBUTIONS,
    ("tensorboard", "tb-nightly"),
    ("tensorflow-estimator", "tf-estimator-nightly"),
    ("tensorflow-io-gcs-filesystem", "tensorflow-io-gcs-filesystem-nightly"),
)

# What TensorFlow requires and does not import: images leave it out, and packagers do not package it.
NOT_IMPORTED = {"libclang", "tensorflow-io-gcs-filesystem", "wheel", "namex"}
FIRST_WITHOUT_DISTUTILS = {"tensorflow": Version("2.19"), "python": Version("3.12")}  # which setuptools brings along

# What no TensorFlow can be imported without: seen from 2.1 to 2.21.
IMPORTED_BY_ALL = {"numpy", "protobuf", "absl-py", "wrapt", "gast"}
FIRST_WITH_SEPARATE_KERAS = Version("2.6")


class Unmet(NamedTuple):
    """A requirement that nothing on record meets, whose it is, what is there instead, and why that may be right."""

    needing: Distribution
    requirement: Requirement
    but: str
    excuse: str

    def __str__(self) -> str:
        return f"{self.needing} needs {self.requirement.name}{self.requirement.specifier}, {self.but}"


def unmet_requirements(environment: Environment) -> list[Problem]:
    """Requirements of TensorFlow, its Keras and their dependencies that nothing installed meets.

    All of them are met by one command, but for those that are not met only because of what comes first on the path.
    """
    unmet = {each: _intruder(each, environment) for each in _unmet(environment) if not each.excuse}
    missing = [each for each, intruder in unmet.items() if intruder is None]
    do = Installer.of(environment).install(
        *_joined(met_by(each.requirement, each.needing, environment) for each in missing)
    )
    return [intruder or Problem(str(each), do, _breaks(each, environment)) for each, intruder in unmet.items()]


def _intruder(unmet: Unmet, environment: Environment) -> Problem | None:
    """What a variable or the user site puts before what would meet a requirement, or before what has no such requirement."""
    for distribution in (*_candidates(environment, unmet.needing, unmet.requirement), unmet.needing):
        hidden, do = hidden_by(distribution, environment), not_from_there(distribution, environment)
        if hidden and do and (distribution is unmet.needing or hidden.meets(unmet.requirement)):
            return Problem(f"{unmet}, since {distribution} of {distribution.locate()} comes before {hidden}", do)
    return None


def _breaks(unmet: Unmet, environment: Environment) -> str:
    """What is certain to fail: the import, if TensorFlow itself needs what is nowhere on the path."""
    name = canonicalize_name(unmet.requirement.name)
    is_keras = name in KERAS_DISTRIBUTIONS and Version(unmet.needing.version) >= FIRST_WITH_SEPARATE_KERAS
    is_imported = name in IMPORTED_BY_ALL or (is_keras and not environment.uses_legacy_keras)
    return IMPORT if unmet.but == ABSENT and is_imported and unmet.needing == environment.tensorflow else ""


def _joined(wanted: Iterable[str]) -> list[str]:
    """Requirements with one of each name, however it is spelled, which has the limits of all, as far as they limit anything."""
    names: dict[str, str] = {}
    limits: dict[str, set[Specifier]] = {}
    for requirement in map(Requirement, wanted):
        name = canonicalize_name(requirement.name)
        names.setdefault(name, requirement.name)
        limits.setdefault(name, set()).update(requirement.specifier)
    return [names[name] + ",".join(_narrowest(specifiers)) for name, specifiers in limits.items()]


def _narrowest(specifiers: Collection[Specifier]) -> Iterator[str]:
    """The highest limit from below, the lowest from above, and whatever else is asked for."""
    above = [each for each in specifiers if each.operator in (">", ">=")]
    below = [each for each in specifiers if each.operator in ("<", "<=")]
    others = sorted(str(each) for each in specifiers if each not in {*above, *below})
    highest = sorted(above, key=lambda each: (Version(each.version), each.operator == ">"))[-1:]
    lowest = sorted(below, key=lambda each: (Version(each.version), each.operator == "<="))[:1]
    return map(str, [*others, *lowest, *highest])


def unknown_requirements(environment: Environment) -> Iterator[str]:
    """Requirements that are not met on record, but need not be missing; and that TensorFlow's are not known."""
    if environment.has_tensorflow_without_metadata:
        yield f"{environment.tensorflow} has no metadata that say what it needs"
    for each in _unmet(environment):
        if each.excuse:
            yield f"{each}: {each.excuse}"


def _unmet(environment: Environment) -> Iterator[Unmet]:
    for distribution in _in_use(environment):
        for requirement in distribution.requirements:
            candidates = _candidates(environment, distribution, requirement)
            if not candidates:
                excuse = _why_absent(environment, requirement)
                yield Unmet(distribution, requirement, ABSENT, excuse)
            elif not any(candidate.meets(requirement) for candidate in candidates):
                but, excuse = _why_other(distribution, candidates[0])
                yield Unmet(distribution, requirement, but, excuse)


def _in_use(environment: Environment) -> list[Distribution]:
    """TensorFlow and what it needs. A tf-keras that it is not told to use need not fit it: it works beside any Keras 3."""
    unused = () if environment.uses_legacy_keras else environment.distributions.all(LEGACY_KERAS_DISTRIBUTIONS)
    return [each for each in environment.distributions.stack if each not in unused]


def _candidates(environment: Environment, needing: Distribution, requirement: Requirement) -> list[Distribution]:
    """What may meet a requirement: the distribution that Python uses of its name, or those that can replace it.

    A distribution that only stands for the one that has TensorFlow's files does not meet its own requirement.
    """
    distributions = environment.distributions
    name = canonicalize_name(requirement.name)
    if name in TENSORFLOW_DISTRIBUTIONS:
        providers = [*distributions.tensorflows, *distributions.all(TENSORFLOW_DISTRIBUTIONS)]
        own = environment.tensorflow
        others = [each for each in providers if each != needing or each in distributions.tensorflows]
        return [own] if own and not providers else others
    group = next((group for group in EQUIVALENTS if name in group), ())
    found = distributions.first((name, *group))
    return [found] if found else []


def _why_absent(environment: Environment, requirement: Requirement) -> str:
    name = canonicalize_name(requirement.name)
    module = module_of(name)
    if environment.modules.is_present(module):
        return f"the module {module} is there under another name, or without metadata"
    is_idle = name in NOT_IMPORTED or (name == "setuptools" and not _imports_distutils(environment))
    return "but TensorFlow does not import it" if is_idle else ""


def _imports_distutils(environment: Environment) -> bool:
    """Whether TensorFlow imports distutils, and Python has none of its own."""
    tensorflow = environment.tensorflow
    is_older = tensorflow is not None and Version(tensorflow.version) < FIRST_WITHOUT_DISTUTILS["tensorflow"]
    return is_older and Version(environment.python) >= FIRST_WITHOUT_DISTUTILS["python"]


def _why_other(needing: Distribution, installed: Distribution) -> tuple[str, str]:
    """What is installed instead, and why that may be right."""
    but = f"but {installed.version} is installed"
    if installed.version == UNKNOWN_VERSION:
        return "but a version that is not on record is installed", "nobody can compare it"
    if needing.packager:
        return but, f"{needing.packager}, not the metadata, decides what goes together"
    if Version(needing.version).local:
        return but, "its vendor's build may be made for it"
    return but, ""
