"""NVIDIA's driver and CUDA's libraries, asked without TensorFlow."""

from __future__ import annotations

import sys

import pytest

from tf_conformance.install.nvidia import Nvidia

ABSENT = "libno_such_thing.so.1"


def test_absent_library():
    """The reason why a library cannot be loaded is that of the loader."""
    assert ABSENT in Nvidia().load_error(ABSENT)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the name of the library is that on Linux")
def test_present_library():
    """A library that the loader finds has no error."""
    assert Nvidia().load_error("libc.so.6") is None


def test_damaged_library_of_a_package(monkeypatch, tmp_path):
    """A library of a package of NVIDIA's that is damaged has the error of that file, not that of a library that is absent."""
    library = tmp_path / "nvidia" / "some" / "lib" / ABSENT
    library.parent.mkdir(parents=True)
    library.write_text("not a library", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert Nvidia().load_error(ABSENT).startswith(str(library))
