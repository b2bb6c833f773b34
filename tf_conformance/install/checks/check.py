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
    or if nobody can know. ``why_unknown``: the reasons why that cannot be known; what follows the first line of one are
    details.
    """

    statement: str | None
    problems: Callable[[Environment], Iterable[Problem]]
    why_unknown: Callable[[Environment], Iterable[str]] = always_known

    def why_unchecked(self, environment: Environment) -> str:
        """The reasons as one text, of which the first line sums up all the others; empty if there are none."""
        reasons = [*self.why_unknown(environment)]
        if len(reasons) < 2:
            return "".join(reasons)
        summary = reasons[0].partition("\n")[0]
        return "\n".join([f"{summary}; and so on, for {len(reasons) - 1} more", *reasons])
