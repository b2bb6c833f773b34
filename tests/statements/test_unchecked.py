"""unchecked: how a case says that it cannot be checked here."""

from __future__ import annotations

import pytest

from tf_conformance.statements.unchecked import unchecked


@pytest.mark.parametrize(("known", "lacks"), [({}, ""), ({"lacks": "tensorflow_hub"}, "tensorflow_hub")])
def test_unchecked(known, lacks):
    """A case that is unchecked is skipped for the reason given, with the optional part that the install lacks."""
    with pytest.raises(pytest.skip.Exception, match="there is no network") as skipped:
        unchecked("there is no network", **known)
    assert skipped.value.lacks == lacks
