"""Which distributions there are: those that provide TensorFlow and Keras, and what these stand on."""

from __future__ import annotations

import csv
import sys
from functools import lru_cache
from pathlib import Path
from typing import Iterable, NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from tf_conformance.install.distribution import Distribution

if sys.version_info >= (3, 8):
    from importlib import metadata
else:
    import importlib_metadata as metadata

TENSORFLOW_DISTRIBUTIONS = (
    "tensorflow",
    "tensorflow-cpu",
    "tf-nightly",
    "tf-nightly-cpu",
    "tensorflow-gpu",
    "tensorflow-macos",
    "tensorflow-rocm",
    "intel-tensorflow",
)
KERAS_DISTRIBUTIONS = ("keras", "keras-nightly")
LEGACY_KERAS_DISTRIBUTIONS = ("tf-keras", "tf-keras-nightly")
PROVIDERS = (*TENSORFLOW_DISTRIBUTIONS, *KERAS_DISTRIBUTIONS, *LEGACY_KERAS_DISTRIBUTIONS)


class RecordedFile(NamedTuple):
    """A file as a distribution's RECORD has it: ``hash`` and ``size`` are empty where they are not recorded."""

    path: str
    hash: str
    size: str


def installed() -> dict[str, list[Distribution]]:
    """The distributions that Python finds, by their normalised names; several of one name in the order of the path."""
    return _installed_on(tuple(sys.path))


@lru_cache(maxsize=None)
def _installed_on(path: tuple[str, ...]) -> dict[str, list[Distribution]]:
    found: dict[str, list[Distribution]] = {}
    for distribution in map(Distribution, metadata.distributions(path=list(path))):
        if distribution.name:
            found.setdefault(canonicalize_name(distribution.name), []).append(distribution)
    return found


def first_installed(names: tuple[str, ...]) -> tuple[str, str | None]:
    """The first of these names that is installed and its version, or the first name and None."""
    for name in names:
        if name in installed():
            return name, installed()[name][0].version
    return names[0], None


def all_installed(names: Iterable[str]) -> list[Distribution]:
    """Every distribution of these names, several of one name included."""
    return [each for name in names for each in installed().get(name, [])]


def by_place(distributions: Iterable[Distribution]) -> dict[str, list[Distribution]]:
    """Distributions by the folder that their packages lie in."""
    places: dict[str, list[Distribution]] = {}
    for distribution in distributions:
        places.setdefault(distribution.locate_file(""), []).append(distribution)
    return places


def foundation() -> tuple[Distribution, ...]:
    """TensorFlow's and Keras's distributions and all that they need, whatever of that is installed."""
    return _foundation_on(tuple(sys.path))


@lru_cache(maxsize=None)
def _foundation_on(path: tuple[str, ...]) -> tuple[Distribution, ...]:
    todo = [name for name in PROVIDERS if name in installed()]
    seen: dict[str, Distribution] = {}
    while todo:
        name = todo.pop(0)
        if name not in seen and name in installed():
            seen[name] = installed()[name][0]
            todo += [canonicalize_name(requirement.name) for requirement in requirements_of(seen[name])]
    return tuple(seen.values())


@lru_cache(maxsize=None)
def requirements_of(distribution: Distribution) -> tuple[Requirement, ...]:
    """What a distribution needs on this machine, extras left out."""
    parsed = []
    for text in distribution.requires:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue  # old metadata holds some that were never valid, and that pip passes over too
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            parsed.append(requirement)
    return tuple(parsed)


@lru_cache(maxsize=None)
def recorded_files(distribution: Distribution) -> tuple[RecordedFile, ...] | None:
    """The files that a distribution was installed with, as far as its RECORD can be read; None where it keeps none."""
    text = distribution.read_text("RECORD")
    if text is None:
        return None
    rows = csv.reader(line for line in text.splitlines() if "\0" not in line)
    return tuple(RecordedFile(*row[:3]) for row in rows if len(row) >= 3 and (not row[2] or row[2].isdecimal()))


def record_is_whole(distribution: Distribution) -> bool:
    """Whether a RECORD, where there is one, could be read to the end of its last line."""
    text = distribution.read_text("RECORD")
    return text is None or (
        text.endswith("\n") and len(recorded_files(distribution) or ()) == sum(map(bool, text.splitlines()))
    )


def competing_tensorflows() -> list[str]:
    """TensorFlows that share one folder: what is imported is then a mixture of them; or that there is none at all."""
    if first_installed(TENSORFLOW_DISTRIBUTIONS)[1] is None:
        return ["no distribution provides TensorFlow: python -m pip install tensorflow"]
    return _competing("tensorflow", TENSORFLOW_DISTRIBUTIONS, ("tensorflow/__init__.py", "tensorflow_core/__init__.py"))


def competing_keras() -> list[str]:
    """Distributions of Keras that share one folder."""
    return _competing("keras", KERAS_DISTRIBUTIONS, ("keras/__init__.py",)) + _competing(
        "tf_keras", LEGACY_KERAS_DISTRIBUTIONS, ("tf_keras/__init__.py",)
    )


def _competing(package: str, names: tuple[str, ...], markers: tuple[str, ...]) -> list[str]:
    """Several distributions that install one of the marker files to one place, or several versions of one distribution."""

    def provides(distribution: Distribution) -> bool:
        files = recorded_files(distribution)
        return files is None or any(file.path in markers for file in files)

    return [
        "{} share the folder {}: uninstall all of them, then install one".format(
            " and ".join(map(str, sharing)), Path(place) / package
        )
        for place, sharing in by_place(filter(provides, all_installed(names))).items()
        if len(sharing) > 1
    ]
