"""Eras: the versions on which a form of a statement applies."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Mapping

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import Version

PACKAGES = ("tensorflow", "keras", "python", "numpy")


@dataclass(frozen=True)
class Era:
    """A set of versions, written as requirements joined by ``and`` and ``or`` (``and`` binds tighter).

    ``Era("tensorflow>=2.2 and keras<3")``; the empty era covers every install. The requirements may name
    the packages in :data:`PACKAGES`. ``alternatives`` has the requirements of each alternative. Raises ValueError for any
    other text.
    """

    text: str = ""
    alternatives: tuple[tuple[Requirement, ...], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "alternatives", _parse(self.text))

    def covers(self, versions: Mapping[str, Version]) -> bool:
        """Whether the era holds an install with these versions, by package name."""
        return any(
            all(need.specifier.contains(versions[need.name], prereleases=True) for need in needs)
            for needs in self.alternatives
        )

    def excludes(self, package: str, version: str) -> bool:
        """Whether the era holds no install with this version of a package, whatever the other versions are."""
        return all(
            any(need.name == package and not need.specifier.contains(version, prereleases=True) for need in needs)
            for needs in self.alternatives
        )

    def __str__(self) -> str:
        return self.text or "every version"


def parse_requirement(text: str) -> Requirement:
    """A requirement on a version of one of :data:`PACKAGES`. Raises ValueError."""
    try:
        requirement = Requirement(text.strip())
    except InvalidRequirement:
        raise ValueError(f"'{text}' is not a requirement; write for example tensorflow==2.21.*") from None
    if requirement.name not in PACKAGES or not requirement.specifier:
        raise ValueError(f"'{text}' must give versions of one of: {', '.join(PACKAGES)}")
    return requirement


@lru_cache(maxsize=None)  # many forms have the same era
def _parse(text: str) -> tuple[tuple[Requirement, ...], ...]:
    """The era as alternatives, each of which is requirements that must all be met."""
    if not text:
        return ((),)
    return tuple(
        tuple(parse_requirement(part) for part in re.split(r"\s+and\s+", alternative))
        for alternative in re.split(r"\s+or\s+", text)
    )
