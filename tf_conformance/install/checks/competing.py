"""Whether one distribution provides TensorFlow, and one Keras."""

from __future__ import annotations

from pathlib import Path
from typing import Iterable, Iterator

from tf_conformance.install.distribution import Distribution
from tf_conformance.install.distributions import KERAS_DISTRIBUTIONS, LEGACY_KERAS_DISTRIBUTIONS, by_place
from tf_conformance.install.environment import Environment
from tf_conformance.install.installer import replacement
from tf_conformance.install.precedence import tensorflow_elsewhere
from tf_conformance.install.problem import Problem


def competing_tensorflows(environment: Environment) -> Iterator[Problem]:
    """TensorFlows that share one folder, so that what is imported is a mixture of them; or that there is none at all."""
    if environment.tensorflow is None and not environment.frozen:
        place, do = tensorflow_elsewhere(environment)
        but = f", but this Python does not look in {place}, where there is one" if place else ""
        yield Problem(f"no distribution provides TensorFlow{but}", do)
    yield from _competing(environment, "tensorflow", environment.distributions.tensorflows)


def unrecorded_tensorflow(environment: Environment) -> Iterator[str]:
    """Why it is not known whether TensorFlow is a single one: it is present without metadata."""
    if environment.has_tensorflow_without_metadata and environment.tensorflow is not None:
        yield f"{environment.tensorflow} is in {environment.tensorflow.locate()}, but has no metadata"
    elif environment.tensorflow is None and environment.frozen:
        yield "a frozen program does not say where its packages come from"


def competing_keras(environment: Environment) -> Iterator[Problem]:
    """Distributions of Keras that share one folder."""
    for package, names in (("keras", KERAS_DISTRIBUTIONS), ("tf_keras", LEGACY_KERAS_DISTRIBUTIONS)):
        marker = f"{package}/__init__.py"
        known = environment.distributions.all(names)
        yield from _competing(
            environment, package, [each for each in known if each.files is None or each.lists(marker)]
        )


def _competing(environment: Environment, package: str, providers: Iterable[Distribution]) -> Iterator[Problem]:
    """Several distributions in one place, or several versions of one; the same one that is recorded twice is one."""
    for place, sharing in by_place(each for each in providers if not each.is_hollow).items():
        different = {(each.key, each.version): each for each in sharing}
        if len(different) > 1:
            yield Problem(
                f"{' and '.join(map(str, different.values()))} share the folder {Path(place) / package}",
                replacement(sharing, environment),
            )
