"""Questions about nodes, each answered once."""

from __future__ import annotations

import ast
from typing import Any, Callable, TypeVar

Result = TypeVar("Result")


class Once:
    """Remembers the answers. A question that comes up again while it is being answered, a circle, ends as unknown."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, ast.AST], Any] = {}

    def ask(self, question: str, node: ast.AST, answer: Callable[[Any], Result], unknown: Result) -> Result:
        """What ``answer`` says of a node; ``unknown`` in a circle."""
        key = (question, node)
        if key not in self._answers:
            self._answers[key] = unknown
            self._answers[key] = answer(node)
        found: Result = self._answers[key]
        return found
