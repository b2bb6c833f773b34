"""Whether what TensorFlow and Keras declare to need is installed."""

from __future__ import annotations

from typing import Iterator

from packaging.utils import canonicalize_name

from tf_conformance.install.distribution import Distribution
from tf_conformance.install.distributions import (
    KERAS_DISTRIBUTIONS,
    TENSORFLOW_DISTRIBUTIONS,
    first_installed,
    foundation,
    requirements_of,
)

# Distributions that stand in for one another: whoever asks for one is served by any.
EQUIVALENTS = (TENSORFLOW_DISTRIBUTIONS, KERAS_DISTRIBUTIONS)


def unmet_requirements() -> list[str]:
    """Requirements of TensorFlow, its Keras and what they stand on that nothing installed meets."""
    return [line for distribution in foundation() for line in _unmet(distribution)]


def _unmet(distribution: Distribution) -> Iterator[str]:
    for requirement in requirements_of(distribution):
        name = canonicalize_name(requirement.name)
        equivalents = next((group for group in EQUIVALENTS if name in group), (name,))
        _, version = first_installed((name, *equivalents))
        wanted = f"{requirement.name}{requirement.specifier}"
        if version is None:
            yield f'{distribution} needs {wanted}, which is not installed: python -m pip install "{wanted}"'
        elif not requirement.specifier.contains(version, prereleases=True):
            yield f'{distribution} needs {wanted}, but {version} is installed: python -m pip install "{wanted}"'
