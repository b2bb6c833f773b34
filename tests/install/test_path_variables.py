"""Variables that list folders."""

from __future__ import annotations

import pytest

from tf_conformance.install.path_variables import entry_for, folders_in, taking_off


def test_folders():
    """Folders are those between the colons; an empty one is none."""
    assert folders_in("PYTHONPATH", {"PYTHONPATH": "/a::/b:"}) == ["/a", "/b"]
    assert folders_in("PYTHONPATH", {}) == []


def test_entry(tmp_path):
    """The entry of a folder is found by whatever path it is written, and told as it is written."""
    (tmp_path / "link").symlink_to(tmp_path)
    variables = {"PYTHONPATH": f"/a:{tmp_path / 'link'}"}
    assert entry_for(str(tmp_path), "PYTHONPATH", variables) == str(tmp_path / "link")
    assert entry_for("/b", "PYTHONPATH", variables) == ""


@pytest.mark.parametrize(("value", "do"), [("/a", "unset X"), ("/a:", "unset X"), ("/a:/b", "remove /a from X")])
def test_taking_off(value, do):
    """A variable is unset if nothing else is in it."""
    assert taking_off("/a", "X", {"X": value}) == do
