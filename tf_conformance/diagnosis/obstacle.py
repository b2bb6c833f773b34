"""What stands in the way of judging an install."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Iterator


@dataclass(frozen=True)
class Obstacle:
    """What cannot be done, why in plain words, what was seen, and what to do.

    ``trace`` is all that Python or the process had to say of it, for those who ask.
    """

    what: str
    cause: str
    evidence: str
    advice: str
    trace: str = ""

    def as_json(self) -> dict[str, str]:
        """The obstacle as data, from which it can be made again."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """The obstacle as people read it."""
        yield str(self)
        yield f"  evidence  {self.evidence}"
        yield f"  do        {self.advice}"

    def __str__(self) -> str:
        return f"{self.what}: {self.cause}"
