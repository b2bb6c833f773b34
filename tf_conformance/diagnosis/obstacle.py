"""What stands in the way of judging an install."""

from dataclasses import asdict, dataclass
from typing import Dict, Iterator


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

    def as_json(self) -> Dict[str, str]:
        """The obstacle as data, from which it can be made again."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """The obstacle as people read it."""
        yield str(self)
        yield "  evidence  %s" % self.evidence
        yield "  do        %s" % self.advice

    def __str__(self) -> str:
        return "%s: %s" % (self.what, self.cause)
