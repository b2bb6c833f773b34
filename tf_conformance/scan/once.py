"""Questions about the nodes of a file, each answered once."""

from __future__ import annotations

from functools import wraps
from typing import Any, Callable, TypeVar, cast

Question = TypeVar("Question", bound=Callable[[Any, Any], Any])  # a method of what knows a file, asked about a node


def once(unknown: Callable[[Any], Any]) -> Callable[[Question], Question]:
    """Has a method remember its answers. A question that comes up again while it is being answered, a circle, is ``unknown``."""

    def remembering(answer: Question) -> Question:
        @wraps(answer)
        def ask(self: Any, node: Any) -> Any:
            answers = vars(self).setdefault(f"answers of {answer.__name__}", {})
            if node not in answers:
                answers[node] = unknown(node)
                answers[node] = answer(self, node)
            return answers[node]

        return cast(Question, ask)

    return remembering
