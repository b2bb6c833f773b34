"""Whether a changed file is whole all the same."""

from __future__ import annotations

import struct

import pytest

from tests.gallery.tree import smallest_library
from tf_conformance.install.checks.whole import (
    begins_with_interpreter,
    has_other_line_ends,
    is_blank,
    is_whole_library,
    is_whole_python,
)

# A library of 32 bits, in big-endian order, with one segment of 16 bytes behind its header.
SMALL = (
    b"\x7fELF\x01\x02"
    + bytes(10)
    + struct.pack(">HHIIIIIHHHHHH", 3, 20, 1, 0, 52, 0, 0, 52, 32, 1, 0, 0, 0)
    + struct.pack(">IIIIIIII", 1, 84, 0, 0, 16, 16, 5, 4)
    + bytes(range(16))
)


@pytest.fixture
def file(tmp_path):
    """Writes a file; returns its path."""

    def write(content):
        (tmp_path / "x").write_bytes(content)
        return str(tmp_path / "x")

    return write


def test_real_library(file):
    """A library is whole as it is and with something added; not if its end, its middle or all but its header is cut off."""
    library = smallest_library()
    assert is_whole_library(file(library), len(library))
    assert is_whole_library(file(library + bytes(4096)), len(library))
    assert not any(
        is_whole_library(file(library[:end]), len(library)) for end in (-1, -2000, len(library) // 2, 64, 20, 4)
    )


def test_library_of_another_width(file):
    """Libraries of 32 bits and of another order of bytes are measured, too."""
    assert is_whole_library(file(SMALL), 0)
    assert not is_whole_library(file(SMALL[:-1]), 0)


@pytest.mark.parametrize(
    ("content", "recorded", "whole"),
    [
        (b"MZ" + bytes(98), 100, True),
        (b"MZ" + bytes(98), 101, False),
        (b"\xcf\xfa\xed\xfe" + bytes(200), 100, True),
        (b"\x7fELF\x09\x09" + bytes(90), 0, False),
        (b"version https://git-lfs.github.com/spec/v1\n", 0, False),
        (b"", 0, False),
    ],
)
def test_other_libraries(file, content, recorded, whole):
    """Libraries of Windows and macOS count as cut off if they are shorter than recorded; other files are no libraries."""
    assert is_whole_library(file(content), recorded) is whole


@pytest.mark.parametrize(
    ("content", "whole"),
    [(b"x = 1\n", True), (b"def (:\n", False), (b"x = 1\0\0", False), (b"x = '\xff'\n", False), (b"'\\d'\n", True)],
)
def test_python(file, content, whole):
    """A Python file is whole if it can be compiled, even with warnings."""
    assert is_whole_python(file(content)) is whole


@pytest.mark.parametrize(("old", "new"), [(b"\n", b"\r\n"), (b"\r", b""), (b"\xff", b"\xef\xbf\xbd")])
def test_library_treated_as_text(file, old, new):
    """A library is not whole after git, an archive or a transfer has changed line ends or letters in it."""
    library = smallest_library()
    assert library.count(old)
    assert not is_whole_library(file(library.replace(old, new)), 0)


def test_absent_files(tmp_path):
    """What cannot be read is not whole."""
    path = str(tmp_path / "absent")
    assert not any([is_whole_python(path), is_blank(path), begins_with_interpreter(path), has_other_line_ends(path, 0)])


def test_beginnings(file):
    """Zeros, and the name of an interpreter, are seen at the beginning."""
    assert is_blank(file(bytes(100)))
    assert not is_blank(file(b""))
    assert begins_with_interpreter(file(b"#!/usr/bin/python\n"))


@pytest.mark.parametrize(("content", "other"), [(b"a\r\nb\r\n", True), (b"a\nb\n", True), (b"a\nbc\n", False)])
def test_line_ends(file, content, other):
    """Only the ends of the lines differ from what was recorded."""
    recorded = 6 if content == b"a\nb\n" else 4
    assert has_other_line_ends(file(content), recorded) is other
