"""How a case says that it cannot be checked on this machine."""

from __future__ import annotations

from typing import NoReturn


def unchecked(reason: str, *, lacks: str = "") -> NoReturn:
    """Ends the running case with the verdict *unchecked*, for the reason given.

    ``lacks`` names an optional part that right installs need not have, such as tensorflow_hub: statements that are
    unchecked only for want of such parts are summed up in one line.
    """
    import pytest  # which reading records does without

    skip = pytest.skip.Exception(reason)
    skip.lacks = lacks  # type: ignore[attr-defined]
    raise skip
