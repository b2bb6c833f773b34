"""What is wrong with an install, as far as it can be seen before TensorFlow is imported."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """Something wrong with an install, and what to do about it."""

    says: str
    do: str

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Problem:
        """The problem that ``to_json`` made data of."""
        return cls(**data)

    def to_json(self) -> dict[str, Any]:
        """The problem as JSON data."""
        return asdict(self)
