"""What processes tell each other: one message in each direction."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.install import Install
from tf_conformance.install.limits import Limits
from tf_conformance.install.problem import Problem


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
    """All that a worker is told when it starts.

    ``limits``, ``path`` (sys.path) and ``problems`` as the controller found them; ``obstacle``: why TensorFlow must not be imported;
    ``folder``: where to leave last words, if there is such a folder.
    """

    limits: Limits
    path: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    obstacle: Obstacle | None = None
    folder: str | None = None

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Briefing:
        """The briefing that ``to_json`` made data of."""
        return cls(
            limits=Limits(**data["limits"]),
            path=tuple(data["path"]),
            problems=tuple(Problem(**problem) for problem in data["problems"]),
            obstacle=data["obstacle"] and Obstacle.from_json(data["obstacle"]),
            folder=data["folder"],
        )

    def to_json(self) -> dict[str, Any]:
        """The briefing as plain data, which is all that xdist carries."""
        return {
            "limits": asdict(self.limits),
            "path": list(self.path),
            "problems": [asdict(problem) for problem in self.problems],
            "obstacle": self.obstacle and self.obstacle.to_json(),
            "folder": self.folder,
        }
