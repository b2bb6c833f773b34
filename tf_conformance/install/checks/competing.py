"""Whether one distribution provides TensorFlow, and one Keras."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

from tf_conformance.install.distributions import (
    KERAS_DISTRIBUTIONS,
    LEGACY_KERAS_DISTRIBUTIONS,
    TENSORFLOW_DISTRIBUTIONS,
    Distribution,
    by_place,
)
from tf_conformance.install.environment import Environment
from tf_conformance.install.installer import Installer, replacement
from tf_conformance.install.problem import Problem


def competing_tensorflows(environment: Environment) -> Iterator[Problem]:
    """TensorFlows that share one folder, so that what is imported is a mixture of them; or that there is none at all."""
    if environment.tensorflow is None:
        yield Problem("no distribution provides TensorFlow", Installer.of(environment).install("tensorflow"))
    markers = ("tensorflow/__init__.py", "tensorflow_core/__init__.py")
    yield from _competing(environment, "tensorflow", TENSORFLOW_DISTRIBUTIONS, markers)


def competing_keras(environment: Environment) -> Iterator[Problem]:
    """Distributions of Keras that share one folder."""
    yield from _competing(environment, "keras", KERAS_DISTRIBUTIONS, ("keras/__init__.py",))
    yield from _competing(environment, "tf_keras", LEGACY_KERAS_DISTRIBUTIONS, ("tf_keras/__init__.py",))


def _competing(
    environment: Environment, package: str, names: tuple[str, ...], markers: tuple[str, ...]
) -> Iterator[Problem]:
    """Several distributions that install one of the marker files in one place, or several versions of one distribution."""

    def provides(distribution: Distribution) -> bool:
        return distribution.files is None or any(file.path in markers for file in distribution.files)

    providers = filter(provides, environment.distributions.all(names))
    for place, sharing in by_place(providers).items():
        if len(sharing) > 1:
            yield Problem(
                f"{' and '.join(map(str, sharing))} share the folder {Path(place) / package}",
                replacement(sharing, environment),
            )
