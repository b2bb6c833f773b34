"""Eras: the versions on which a form of a statement applies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Mapping

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import Version

PACKAGES = ("tensorflow", "keras", "python", "numpy")


@dataclass(frozen=True)
class Era:
    """A set of versions, written as requirements joined by ``and`` and ``or`` (``and`` binds tighter).

    ``Era("tensorflow>=2.2 and keras<3")``; the empty era covers every install. The requirements may name
    the packages in :data:`PACKAGES`. Raises ValueError for any other text.
    """

    text: str = ""

    def __post_init__(self) -> None:
        self.alternatives()

    def alternatives(self) -> tuple[tuple[Requirement, ...], ...]:
        """The era as alternatives, each of which is requirements that must all be met."""
        if not self.text:
            return ((),)
        return tuple(
            tuple(_requirement(part) for part in re.split(r"\s+and\s+", alternative))
            for alternative in re.split(r"\s+or\s+", self.text)
        )

    def covers(self, versions: Mapping[str, Version]) -> bool:
        """Whether the era holds an install with these versions, by package name."""
        return any(
            all(need.specifier.contains(versions[need.name], prereleases=True) for need in needs)
            for needs in self.alternatives()
        )

    def __str__(self) -> str:
        return self.text or "every version"


def _requirement(text: str) -> Requirement:
    try:
        requirement = Requirement(text.strip())
    except InvalidRequirement as error:
        raise ValueError(f"'{text}' is no requirement: {error}") from None
    if requirement.name not in PACKAGES or not requirement.specifier:
        raise ValueError("'{}' must give versions of one of: {}".format(text, ", ".join(PACKAGES)))
    return requirement
