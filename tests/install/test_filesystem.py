"""Files and folders that may be links, absent or unreadable."""

from __future__ import annotations

import os

import pytest

from tf_conformance.install.filesystem import entries, first_unreadable, is_below, is_same, text_of


@pytest.mark.parametrize(("forbidden", "found"), [("a", "a"), ("a/b", "a/b"), ("a/b/c", "a/b/c"), ("other", "")])
def test_first_unreadable(monkeypatch, tmp_path, forbidden, found):
    """The outermost folder or file on the way that may not be read is found, even if the path itself cannot be seen."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").touch()
    monkeypatch.setattr(os, "access", lambda path, mode: path != str(tmp_path / forbidden))
    assert first_unreadable(str(tmp_path / "a" / "b" / "c")) == (str(tmp_path / found) if found else "")


def test_links(tmp_path):
    """A link is what it leads to, and so is what is in it."""
    (tmp_path / "folder" / "x").mkdir(parents=True)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "folder")
    assert is_same(str(link), str(tmp_path / "folder"))
    assert is_below(str(link / "x"), str(tmp_path / "folder"))
    assert not is_below(str(link), str(tmp_path / "folder"))
    assert is_below(str(tmp_path), "/")


def test_what_cannot_be_read(tmp_path):
    """Nothing is in a folder or a file that is absent; what is not UTF-8 in a file is replaced."""
    assert entries(str(tmp_path / "absent")) == []
    assert text_of(tmp_path / "absent") == ""
    (tmp_path / "text").write_bytes(b"caf\xe9")
    assert text_of(str(tmp_path / "text")) == "caf\ufffd"
    assert [entry.name for entry in entries(str(tmp_path))] == ["text"]
