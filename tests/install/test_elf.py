"""The reader of ELF files, compared with pyelftools."""

from __future__ import annotations

import io
import struct
import sys

import pytest
from elftools.elf.elffile import ELFFile

from tests.pretended.driver import compiled
from tf_conformance.install.elf import Elf, search_paths
from tf_conformance.install.loader import mapped_libraries

PATHS = "$ORIGIN/../lib:/opt/lib"


def by_pyelftools(path):
    """The RPATH and the RUNPATH of a library, as pyelftools has them."""
    with open(path, "rb") as file:
        tags = list(ELFFile(file).get_section_by_name(".dynamic").iter_tags())
    rpaths = [tag.rpath.split(":") for tag in tags if tag.entry.d_tag == "DT_RPATH"]
    runpaths = [tag.runpath.split(":") for tag in tags if tag.entry.d_tag == "DT_RUNPATH"]
    return (rpaths or [[]])[0], (runpaths or [[]])[0]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["-Wl,--enable-new-dtags"], ([], PATHS.split(":"))),
        (["-Wl,--disable-new-dtags"], (PATHS.split(":"), [])),
    ],
    ids=["RUNPATH", "RPATH"],
)
def test_search_paths(tmp_path, options, expected):
    """Where a library looks for others is read as pyelftools reads it."""
    library = compiled(tmp_path / "lib.so", "int f;", f"-Wl,-rpath,{PATHS}", *options)
    assert search_paths(library) == by_pyelftools(library) == expected


def test_library_without_search_paths(tmp_path):
    """A library that names no folder looks nowhere."""
    library = compiled(tmp_path / "lib.so", "int f;")
    assert search_paths(library) == by_pyelftools(library) == ([], [])


@pytest.mark.parametrize("path", [sys.executable, *mapped_libraries("libc.so.6"), *mapped_libraries("libm.so.6")])
def test_files_of_this_system(path):
    """Files of this system are read as pyelftools reads them, segment by segment."""
    with open(path, "rb") as file:
        elf, reference = Elf(file), ELFFile(file)
        headers = [segment.header for segment in reference.iter_segments()]
        assert [(each.offset, each.address, each.size) for each in elf.segments] == [
            (header.p_offset, header.p_vaddr, header.p_filesz) for header in headers
        ]
        assert elf.is_whole
    assert search_paths_of(path) == by_pyelftools(path)


def search_paths_of(path):
    """The RPATH and the RUNPATH by the kit's own reader."""
    with open(path, "rb") as file:
        return Elf(file).search_paths()


@pytest.mark.parametrize("order", ["<", ">"])
def test_32_bits(order):
    """A file of 32 bits, of either order of bytes, has the same parts in other places."""
    strings = b"\0/opt/lib\0"
    identity = b"\x7fELF\x01" + (b"\x01" if order == "<" else b"\x02") + bytes(10)
    segments = 52
    header = identity + struct.pack(f"{order}HHIIIIIHHHHHH", 3, 3, 1, 0, segments, 0, 0, 52, 32, 2, 40, 0, 0)
    loaded = struct.pack(f"{order}8I", 1, 0, 0x1000, 0, 200, 200, 5, 4096)
    dynamic = struct.pack(f"{order}8I", 2, 116, 0x1000 + 116, 0, 24, 24, 6, 4)
    body = header + loaded + dynamic
    tags = struct.pack(f"{order}6I", 5, 0x1000 + len(body) + 24, 29, 1, 0, 0)
    assert Elf(io.BytesIO(body + tags + strings)).search_paths() == ([], ["/opt/lib"])


@pytest.mark.parametrize(
    "content", [b"", b"text that is no library at all", b"\x7fELF\x02\x01", b"\x7fELF\x02\x01" + bytes(80)]
)
def test_other_files(tmp_path, content):
    """What is not a library, or is cut off, names no folder; neither does a file that is absent."""
    path = tmp_path / "lib.so"
    path.write_bytes(content)
    assert search_paths(path) == search_paths(tmp_path / "absent") == ([], [])
