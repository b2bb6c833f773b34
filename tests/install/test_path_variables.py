"""Variables that list folders."""

from __future__ import annotations

import pytest

from tf_conformance.install.path_variables import folders_in, taking_off


def test_folders():
    """Folders are those between the colons; an empty one is none."""
    assert folders_in("PYTHONPATH", {"PYTHONPATH": "/a::/b:"}) == ["/a", "/b"]
    assert folders_in("PYTHONPATH", {}) == []


@pytest.mark.parametrize(
    ("value", "do"), [("/a", "unset X"), ("/a:", "unset X"), ("/a:/b", "remove /a from X"), ("/b", ""), ("", "")]
)
def test_taking_off(value, do):
    """A variable is unset if nothing else is in it; there is nothing to do if it does not list the folder."""
    assert taking_off("/a", "X", {"X": value}) == do


def test_folder_by_another_path(tmp_path):
    """The entry of a folder is found by whatever path it is written, and told as it is written."""
    (tmp_path / "link").symlink_to(tmp_path)
    variables = {"PYTHONPATH": f"/a:{tmp_path / 'link'}"}
    assert taking_off(str(tmp_path), "PYTHONPATH", variables) == f"remove {tmp_path / 'link'} from PYTHONPATH"
