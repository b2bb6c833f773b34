"""What a check is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Iterable

from tf_conformance.install.environment import Environment
from tf_conformance.install.problem import Problem


def always_known(environment: Environment) -> Iterable[str]:
    """No reason: the check can be made on any install."""
    return ()


@dataclass(frozen=True)
class Check:
    """One thing to check of an install before TensorFlow is imported.

    ``statement``: the id of the statement that it decides, if any. ``problems``: what is wrong; nothing if all is well,
    or if nobody can know. ``why_unknown``: the reasons why nobody can know; the first is the one that is
    told, the others are told on demand.
    """

    statement: str | None
    problems: Callable[[Environment], Iterable[Problem]]
    why_unknown: Callable[[Environment], Iterable[str]] = always_known
