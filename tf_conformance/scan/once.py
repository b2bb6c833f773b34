"""Questions about the nodes of a file, each answered once."""

from __future__ import annotations

from functools import wraps
from typing import Any, Callable, TypeVar

Result = TypeVar("Result")
Method = Callable[[Any, Any], Result]  # of an object that knows a file, asked about a node


def once(unknown: Callable[[Any], Result]) -> Callable[[Method[Result]], Method[Result]]:
    """Has a method remember its answers. A question that comes up again while it is being answered, a circle, is ``unknown``."""

    def remembering(answer: Method[Result]) -> Method[Result]:
        @wraps(answer)
        def ask(self: Any, node: Any) -> Result:
            answers: dict[Any, Result] = vars(self).setdefault(f"answers of {answer.__name__}", {})
            if node not in answers:
                answers[node] = unknown(node)
                answers[node] = answer(self, node)
            return answers[node]

        return ask

    return remembering
