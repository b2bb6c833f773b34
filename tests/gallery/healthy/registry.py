"""What an entry of the gallery of healthy installs is, and where entries are registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.gallery.tree import Tree

FILES, REQUIREMENTS, LEFTOVERS = "install.files", "install.requirements", "install.no-leftovers"
ONE, PLATFORM = "install.one-tensorflow", "install.platform"
NO_METADATA = (ONE, PLATFORM, FILES, REQUIREMENTS, LEFTOVERS)


@dataclass(frozen=True)
class Healthy:
    """A way to make a healthy install of a release of TensorFlow; exactly ``unchecked`` cannot be told of it."""

    make: Callable[[Tree], None]
    installer: str
    kind: str
    unchecked: tuple[str, ...]
    release: str

    def __str__(self) -> str:
        return self.make.__name__


HEALTHY: list[Healthy] = []


def healthy(installer: str, kind: str, unchecked: tuple[str, ...] = (), release: str = "2.21") -> Callable:
    """Registers the decorated function, which makes a healthy install in an empty tree."""

    def register(make: Callable[[Tree], None]) -> Callable[[Tree], None]:
        HEALTHY.append(Healthy(make, installer, kind, unchecked, release))
        return make

    return register
