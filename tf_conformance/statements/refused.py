"""Assertions that know what was expected and what was seen."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator


class Mismatch(AssertionError):  # noqa: N818 - it is a finding, not an error
    """A case failed: ``seen`` is not ``expected``; both are texts for the failure message."""

    def __init__(self, expected: str, seen: str) -> None:
        super().__init__(f"expected {expected}, seen {seen}")
        self.expected = expected
        self.seen = seen


# The errors that TensorFlow has raised as the case at hand expected; the plugin empties it before each case.
SEEN: list[BaseException] = []


class Refusal:
    """What ``with refused(...) as refusal`` binds: the error, once the block has raised it."""

    error: BaseException | None = None


@contextmanager
def refused(*errors: type[BaseException], naming: str | list[str] = "") -> Iterator[Refusal]:
    """The block must raise one of ``errors``, with each of ``naming`` in its message (case does not count)."""
    words = [naming] if isinstance(naming, str) else naming
    expected = " or ".join(error.__name__ for error in errors)
    if any(words):
        expected += " naming {}".format(" and ".join(f"'{word}'" for word in words))
    refusal = Refusal()
    try:
        yield refusal
    except Exception as error:
        named = all(word.lower() in str(error).lower() for word in words)
        if not (isinstance(error, errors) and named):
            raise Mismatch(expected, f"{type(error).__name__}: {error}") from error
        refusal.error = error
        SEEN.append(error)
    else:
        raise Mismatch(expected, "no error")
