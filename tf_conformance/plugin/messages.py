"""What processes tell each other: one message in each direction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.install import Install
from tf_conformance.install.limits import Limits
from tf_conformance.install.problem import Problem
from tf_conformance.statements.catalogue import Catalogue


@dataclass(frozen=True)
class Observation:
    """All that a process which checks cases knows and the one that judges does not.

    ``install``: with its devices and its build, once TensorFlow has been asked; ``obstacle``: what keeps TensorFlow from
    being judged; ``collected``: the number of cases per statement, before any was deselected.
    """

    install: Install
    obstacle: Obstacle | None = None
    collected: dict[str, int] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Observation:
        """The observation that ``to_json`` made data of."""
        obstacle = data["obstacle"] and Obstacle.from_json(data["obstacle"])
        return cls(Install.from_json(data["install"]), obstacle, data["collected"])

    def to_json(self) -> dict[str, Any]:
        """The observation as plain data, which is all that xdist carries."""
        obstacle = self.obstacle and self.obstacle.to_json()
        return {"install": self.install.to_json(), "obstacle": obstacle, "collected": self.collected}


@dataclass(frozen=True)
class Briefing:
    """All that a worker is told when it starts, as pickled data.

    ``catalogue``, ``limits``, ``path`` (sys.path) and ``problems`` as the controller found them; ``obstacle``: why TensorFlow
    must not be imported; ``folder``: where to leave last words, if there is such a folder.
    """

    catalogue: Catalogue
    limits: Limits
    path: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    obstacle: Obstacle | None = None
    folder: str | None = None
