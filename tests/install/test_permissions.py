"""What this user may not read."""

from __future__ import annotations

import os

import pytest

from tf_conformance.install.permissions import first_unreadable


@pytest.mark.parametrize(("forbidden", "found"), [("a", "a"), ("a/b", "a/b"), ("a/b/c", "a/b/c"), ("other", "")])
def test_first_unreadable(monkeypatch, tmp_path, forbidden, found):
    """The outermost folder or file on the way that may not be read is found, even if the path itself cannot be seen."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").touch()
    monkeypatch.setattr(os, "access", lambda path, mode: path != str(tmp_path / forbidden))
    assert first_unreadable(str(tmp_path / "a" / "b" / "c")) == (str(tmp_path / found) if found else "")
