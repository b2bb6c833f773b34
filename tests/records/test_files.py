"""Files that are written whole or not at all."""

from __future__ import annotations

import json
import os

import pytest

from tf_conformance.records.files import write_whole


def test_written_with_usual_permissions(tmp_path):
    """The file may be read by those whom the user's umask allows."""
    write_whole(tmp_path / "r.json", "é\n")
    assert (tmp_path / "r.json").read_text(encoding="utf-8") == "é\n"
    (tmp_path / "usual").touch()
    assert (tmp_path / "r.json").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_bytes_that_are_not_text(tmp_path):
    """What the system gives as bytes that are not UTF-8 is kept in JSON."""
    write_whole(tmp_path / "r.json", json.dumps("caf\udce9", ensure_ascii=False))
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8")) == "caf\udce9"


def test_failed_write_loses_nothing(tmp_path, monkeypatch):
    """If writing fails, the old file stays, and nothing is left beside it."""
    write_whole(tmp_path / "r.json", "old")
    monkeypatch.setattr(os, "chmod", lambda *_: os.stat(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "r.json", "new")
    assert (tmp_path / "r.json").read_text(encoding="utf-8") == "old"
    assert os.listdir(str(tmp_path)) == ["r.json"]
