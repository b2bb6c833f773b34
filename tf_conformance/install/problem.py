"""A problem: something wrong with an install that can be seen before TensorFlow is imported."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

IMPORT, USE = "import", "use"  # of TensorFlow and its Keras


@dataclass(frozen=True)
class Problem:
    """What is wrong, and what the user can do about it, one step a line; several problems may share one thing to do.

    ``breaks``: what fails of it for certain, whatever the error says: the import, which then need not be tried, a use, or nothing.
    """

    says: str
    do: str
    breaks: str = field(default="", compare=False)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Problem:
        """The problem that ``to_json`` made data of."""
        return cls(**data)

    def to_json(self) -> dict[str, Any]:
        """The problem as JSON data, as a record has it."""
        return {"says": self.says, "do": self.do}

    def __str__(self) -> str:
        return f"{self.says}: {', then '.join(self.do.splitlines())}"
