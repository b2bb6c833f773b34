"""What keeps an install from being judged."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Iterator


@dataclass(frozen=True)
class Obstacle:
    """What cannot be done, why in plain words, what was seen, and what to do, one step after the other.

    ``trace`` is everything that Python or the process said about it, for those who ask.
    """

    what: str
    cause: str
    evidence: str
    advice: tuple[str, ...]
    trace: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "advice", tuple(line for step in self.advice for line in step.splitlines()))

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Obstacle:
        """The obstacle that ``to_json`` made data of; ``advice`` was a single text in the first version of records."""
        advice = data["advice"]
        return cls(**{**data, "advice": (advice,) if isinstance(advice, str) else tuple(advice)})

    def to_json(self) -> dict[str, Any]:
        """The obstacle as JSON data, with its trace."""
        return {**asdict(self), "advice": list(self.advice)}

    def lines(self) -> Iterator[str]:
        """The obstacle as people read it."""
        yield str(self)
        yield f"  evidence  {self.evidence}"
        yield from steps(self.advice, indent="  ")

    def __str__(self) -> str:
        return f"{self.what}: {self.cause}"


def steps(advice: tuple[str, ...], indent: str) -> Iterator[str]:
    """What to do, one line per step; the steps are numbered if there are several."""
    for number, step in enumerate(advice, 1):
        yield f"{indent}{'do' if len(advice) == 1 else f'do {number}':8}  {step}"
