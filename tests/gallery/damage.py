"""What a damage is: a way to break an install, and what must be said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.gallery.environment import Environment

UNUSABLE, VIOLATED, FINE = 10, 1, 0  # exit statuses

OF_THE_INSTALL = "install.*"
FILES, REQUIREMENTS, PLATFORM = "install.files", "install.requirements", "install.platform"
IMPORT, VERSION = "install.import", "install.version"

REINSTALL = "python -m pip install --force-reinstall {tensorflow}"
REINSTALL_FILES = "python -m pip install --force-reinstall --no-deps tensorflow*==2.*"


@dataclass(frozen=True)
class Obstacle:
    """What must be said of an install that cannot be judged.

    ``cause``, ``evidence`` and the steps ``do`` are patterns; ``{tensorflow}`` in a step is the requirement that names the
    installed TensorFlow.
    """

    what: str
    cause: str
    evidence: str
    do: tuple[str, ...]


def cannot_be_imported(cause: str, evidence: str, *do: str) -> Obstacle:
    """The import of TensorFlow fails."""
    return Obstacle("TensorFlow cannot be imported", cause, evidence, do)


def cannot_be_started(cause: str, evidence: str, *do: str) -> Obstacle:
    """TensorFlow is imported, but fails when it first needs a device."""
    return Obstacle("TensorFlow is imported, but cannot be started", cause, evidence, do)


@dataclass(frozen=True)
class Damage:
    """A way to break an install, or to leave less known of it, and what must be said of it, no more and no less.

    ``harm``: breaks the install; its docstring says what has happened. ``problems``: patterns of what is found before the
    import, and of what is to be done about it. ``obstacle``: why nothing more can be judged, unless TensorFlow is usable.
    ``violated`` and ``unchecked``: the statements that do not hold, of those that ``statements`` selects, besides those that
    follow from a failing import. ``seen``: a pattern of what each failed case says, if that is not among the above.
    ``workers``: how many the run has; a damage that ends its process needs one. ``core``: tried on other TensorFlows, too.
    """

    harm: Callable[[Environment], None]
    kind: str
    problems: Mapping[str, str] = field(default_factory=dict)
    obstacle: Obstacle | None = None
    violated: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    seen: str = ""
    statements: str = OF_THE_INSTALL
    arguments: tuple[str, ...] = ()
    workers: int = 0
    core: bool = False

    @property
    def status(self) -> int:
        """The exit status."""
        if self.obstacle:
            return UNUSABLE
        return VIOLATED if self.violated else FINE

    @property
    def can_be_followed(self) -> bool:
        """Whether what is said to be done can be done by a program: not if it is about the machine, or no more than a guess."""
        return bool(self.problems) or self.kind == "files"

    @property
    def leaves_usable(self) -> bool:
        """Whether the import of TensorFlow has nothing to tell: all that is wrong is found without it."""
        return self.obstacle is None and self.statements == OF_THE_INSTALL

    @property
    def fails_to_import(self) -> bool:
        """Whether the import of TensorFlow fails."""
        return self.obstacle is not None and self.obstacle.what == "TensorFlow cannot be imported"

    @property
    def all_violated(self) -> set[str]:
        """The statements that are violated."""
        return {*self.violated, IMPORT} if self.fails_to_import else {*self.violated}

    @property
    def all_unchecked(self) -> set[str]:
        """The statements that cannot be checked."""
        return {*self.unchecked, VERSION} if self.fails_to_import else {*self.unchecked}

    def __str__(self) -> str:
        return f"{self.kind}-{self.harm.__name__}"


class Kind:
    """A kind of damage: the damages of a module, and what all of them have in common."""

    def __init__(self, name: str, **common: Any) -> None:
        self.damages: list[Damage] = []
        self._common = {"kind": name, **common}

    def damage(self, **settings: Any) -> Callable:
        """Registers the decorated function as a damage of this kind."""

        def register(harm: Callable[[Environment], None]) -> Callable[[Environment], None]:
            self.damages.append(Damage(harm, **{**self._common, **settings}))
            return harm

        return register
