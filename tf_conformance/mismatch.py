"""Assertions that know what was expected and what was seen."""

from contextlib import contextmanager
from typing import Iterator, Type


class Mismatch(AssertionError):
    """A case failed: ``seen`` is not ``expected``; both are texts for the failure message."""

    def __init__(self, expected: str, seen: str) -> None:
        super().__init__("expected %s, seen %s" % (expected, seen))
        self.expected = expected
        self.seen = seen


@contextmanager
def refused(*errors: Type[BaseException], naming: str = "") -> Iterator[None]:
    """The block must raise one of ``errors``, with ``naming`` in its message (case does not count)."""
    expected = " or ".join(error.__name__ for error in errors) + (" naming '%s'" % naming if naming else "")
    try:
        yield
    except errors as error:
        if naming.lower() not in str(error).lower():
            raise Mismatch(expected, "%s: %s" % (type(error).__name__, error)) from error
    except Exception as error:
        raise Mismatch(expected, "%s: %s" % (type(error).__name__, error)) from error
    else:
        raise Mismatch(expected, "no error")
