"""Which versions fit the installed TensorFlow, as far as metadata and published releases tell."""

from __future__ import annotations

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from tf_conformance.install.distribution import UNKNOWN_VERSION, Distribution
from tf_conformance.install.distributions import TENSORFLOW_DISTRIBUTIONS
from tf_conformance.install.environment import Environment

# The oldest and the newest Python that TensorFlow's wheels on PyPI were built for, for each release from 2.0 on.
_PYTHONS = """
    3.5-3.7 3.5-3.7 3.5-3.8 3.5-3.8 3.6-3.8 3.6-3.9 3.6-3.9 3.7-3.9 3.7-3.10 3.7-3.10 3.7-3.10 3.7-3.10 3.8-3.11 3.8-3.11
    3.9-3.11 3.9-3.11 3.9-3.12 3.9-3.12 3.9-3.12 3.9-3.12 3.9-3.13 3.10-3.13 3.10-3.14
"""
PYTHONS = _PYTHONS.split()
NEWEST_PYTHON = max((pair.partition("-")[2] for pair in PYTHONS), key=Version)

# Distribution -> the releases of TensorFlow, from the first to the last, for which it has a release of the same number.
SAME_RELEASE = {
    "tf-keras": ((2, 15), None),
    "tensorflow-text": ((2, 2), None),
    "keras": ((2, 6), (2, 15)),
}

# Distribution with release numbers of its own -> the one for each release of TensorFlow from 2.0 or 2.5 on.
OWN_RELEASES = {
    "tensorflow-io": (5, "0.19 0.21 0.23 0.25 0.26 0.27 0.31 0.32 0.34 0.35 0.36 0.37"),
    "tensorflow-probability": (
        0,
        "0.8 0.9 0.10 0.11 0.12 0.13 0.14 0.15 0.16 0.17 0.18 0.19 0.20 0.21 0.22 0.23 0.24 0.24 0.25",
    ),
}

# Distribution -> limits that releases of TensorFlow before the first number need, although they do not declare them.
UNDECLARED = {
    "numpy": (((2, 10), "<1.24"), ((2, 18), "<2")),
    "protobuf": (((2, 12), "<3.21"),),
    "wrapt": (((2, 12), "<1.15"),),
    "setuptools": (((99, 0), "<81"),),  # the last versions with pkg_resources, which parts around TensorFlow import
}


def fitting(name: str, environment: Environment) -> str:
    """The requirement that names the version of a distribution that fits the installed TensorFlow.

    Without a TensorFlow, or if nothing is known, it is the bare name.
    """
    name = canonicalize_name(name)
    tensorflow = environment.tensorflow
    if tensorflow is None or tensorflow.version == UNKNOWN_VERSION:
        return name
    if name in TENSORFLOW_DISTRIBUTIONS:
        return f"{tensorflow.name}=={tensorflow.version}"
    release = _release(environment)
    first, last = SAME_RELEASE.get(name, (None, None))
    if first and first <= release and (last is None or release <= last):
        return _of_release(name, environment)
    own = _own_release(name, release)
    if own:
        return f"{name}=={own}.*"
    return limited(Requirement(f"{name}{_declared(name, environment)}"), environment)


def limited(requirement: Requirement, environment: Environment) -> str:
    """A requirement with the limits that the installed TensorFlow needs in addition to what is declared."""
    name = canonicalize_name(requirement.name)
    limits = (limit for before, limit in UNDECLARED.get(name, ()) if _release(environment) < before)
    specifier = requirement.specifier
    limit = next(limits, None)
    if limit and specifier.contains(limit.lstrip("<"), prereleases=True):
        specifier &= SpecifierSet(limit)
    return f"{requirement.name}{specifier}"


def has_none(name: str, environment: Environment) -> bool:
    """Whether no release of a distribution goes with the installed TensorFlow, of those that have one for each of its own."""
    name = canonicalize_name(name)
    return name in OWN_RELEASES and not _own_release(name, _release(environment))


def met_by(requirement: Requirement, needing: Distribution, environment: Environment) -> str:
    """The requirement to install so that another distribution's requirement is met.

    TensorFlow stays as it is: a distribution that needs another TensorFlow is itself replaced by one that fits.
    """
    wants_tensorflow = canonicalize_name(requirement.name) in TENSORFLOW_DISTRIBUTIONS
    if wants_tensorflow and environment.tensorflow not in (None, needing):
        return fitting(str(needing.name), environment)
    return limited(requirement, environment)


def another_python(tensorflow: Distribution) -> str:
    """What to do if TensorFlow was not built for this Python."""
    pythons = pythons_for(tensorflow.version)
    wanted = f"{pythons[0]} to {pythons[1]}" if pythons else tensorflow.header("Requires-Python")
    return f"make an environment with Python {wanted}, for which {tensorflow} is built"


def older_python(python: str) -> str:
    """What to do if no TensorFlow is built for so new a Python; empty if one is."""
    release = Version(python).release[:2]
    if release <= Version(NEWEST_PYTHON).release:
        return ""
    return f"if there is none for Python {release[0]}.{release[1]}, make an environment with Python {NEWEST_PYTHON}"


def pythons_for(version: str) -> tuple[str, str] | None:
    """The oldest and the newest Python for which TensorFlow's release of a version is built; None if it is not known."""
    major, minor = (*Version(version).release, len(PYTHONS))[:2]
    if major != 2 or minor >= len(PYTHONS):
        return None
    oldest, newest = PYTHONS[minor].split("-")
    return oldest, newest


def is_built_for(python: str, version: str) -> bool:
    """Whether TensorFlow's release of a version is built for a Python, as far as it is known."""
    pythons = pythons_for(version)
    if pythons is None:
        return True
    oldest, newest = (Version(each).release for each in pythons)
    return oldest <= Version(python).release[:2] <= newest


def _release(environment: Environment) -> tuple[int, int]:
    """The first two numbers of TensorFlow's version; those of no release if it is not installed."""
    tensorflow = environment.tensorflow
    release = (*Version(tensorflow.version).release, 0)[:2] if tensorflow else (99, 0)
    return release[0], release[1]


def _own_release(name: str, tensorflow: tuple[int, int]) -> str:
    """The release of a distribution for a release of TensorFlow; empty if none is known."""
    first, releases = OWN_RELEASES.get(name, (0, ""))
    number = tensorflow[1] - first
    return releases.split()[number] if tensorflow[0] == 2 and 0 <= number < len(releases.split()) else ""


def _of_release(name: str, environment: Environment) -> str:
    release = ".".join(map(str, _release(environment)))
    is_nightly = environment.tensorflow is not None and Version(environment.tensorflow.version).is_devrelease
    return f"{name}-nightly" if is_nightly and name == "tf-keras" else f"{name}=={release}.*"


def _declared(name: str, environment: Environment) -> SpecifierSet:
    """The versions that TensorFlow requires, or else the first of its dependencies that requires any."""
    for distribution in environment.distributions.stack:
        for requirement in distribution.requirements:
            if canonicalize_name(requirement.name) == name:
                return requirement.specifier
    return SpecifierSet()
