"""Files that are written whole or not at all."""

from __future__ import annotations

import os

import pytest

from tf_conformance.records.files import write_whole


def test_written_with_usual_permissions(tmp_path):
    """The file may be read by those whom the user's umask allows."""
    write_whole(tmp_path / "r.json", "é\n")
    assert (tmp_path / "r.json").read_text(encoding="utf-8") == "é\n"
    (tmp_path / "usual").touch()
    assert (tmp_path / "r.json").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_failed_write_loses_nothing(tmp_path):
    """If writing fails, the old file stays, and nothing is left beside it."""
    write_whole(tmp_path / "r.json", "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(tmp_path / "r.json", "new \udcff")
    assert (tmp_path / "r.json").read_text(encoding="utf-8") == "old"
    assert os.listdir(str(tmp_path)) == ["r.json"]
