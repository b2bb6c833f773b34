"""Shared libraries as Linux's loader reads them: ELF files."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import BinaryIO, Iterator, NamedTuple

ELF = b"\x7fELF"
ORDERS = {1: "<", 2: ">"}
LOADED, DYNAMIC = 1, 2  # types of segments
STRINGS, RPATH, RUNPATH = 5, 15, 29  # tags of the dynamic segment


class _Layout(NamedTuple):
    """How the parts of a file of one width are laid out, in struct's words, with the same fields in the same order."""

    header: str
    segment: str
    tag: str


LAYOUTS = {1: _Layout("28xII6xHHHH2x", "III4xI12x", "iI"), 2: _Layout("32xQQ6xHHHH2x", "I4xQQ8xQ16x", "qQ")}


class Segment(NamedTuple):
    """A part of the file that the loader deals with as one; the address is where it wants to lie in memory."""

    kind: int
    offset: int
    address: int
    size: int


class Elf:
    """An ELF file, open for reading. Raises ValueError if it is none or is cut off, and OSError."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        identity = self._read(0, 16)
        if not identity.startswith(ELF) or identity[4] not in LAYOUTS or identity[5] not in ORDERS:
            raise ValueError("not an ELF file")
        self._order, self._layout = ORDERS[identity[5]], LAYOUTS[identity[4]]
        segments, sections, size, count, section_size, section_count = next(self._fields(self._layout.header, 0, 1))
        self._tables_end = max(segments + size * count, sections + section_size * section_count)
        self.segments = [Segment(*fields) for fields in self._fields(self._layout.segment, segments, count)]

    @property
    def end(self) -> int:
        """The size that the file must have at least."""
        loaded = (segment.offset + segment.size for segment in self.segments if segment.kind == LOADED)
        return max([self._tables_end, *loaded])

    @property
    def is_whole(self) -> bool:
        """Whether the file has all that its header promises, where it promises it: no tool for texts has moved a byte."""
        size = os.fstat(self._file.fileno()).st_size
        return bool(self.segments) and self.end <= size and self._begins_strings()

    def _begins_strings(self) -> bool:
        """Whether the names of the dynamic segment, if there is one, begin with an empty name, as they must."""
        if all(segment.kind != DYNAMIC for segment in self.segments):
            return True
        return self._read(self._offset_of(dict(self._tags()).get(STRINGS, 0)), 1) == b"\0"

    def search_paths(self) -> tuple[list[str], list[str]]:
        """Its RPATH and its RUNPATH, as they are written: where the loader looks for what this library needs or opens."""
        tags = dict(self._tags())
        strings = self._offset_of(tags.get(STRINGS, 0))
        rpath, runpath = (self._text(strings + tags[tag]) if tag in tags else "" for tag in (RPATH, RUNPATH))
        return _entries(rpath), _entries(runpath)

    def _tags(self) -> Iterator[tuple[int, int]]:
        for segment in self.segments:
            if segment.kind == DYNAMIC:
                count = segment.size // struct.calcsize(self._order + self._layout.tag)
                yield from ((tag, value) for tag, value in self._fields(self._layout.tag, segment.offset, count))

    def _offset_of(self, address: int) -> int:
        for segment in self.segments:
            if segment.kind == LOADED and segment.address <= address < segment.address + segment.size:
                return address - segment.address + segment.offset
        return 0

    def _fields(self, layout: str, offset: int, count: int) -> Iterator[tuple[int, ...]]:
        size = struct.calcsize(self._order + layout)
        return struct.iter_unpack(self._order + layout, self._read(offset, size * count))

    def _text(self, offset: int) -> str:
        self._file.seek(offset)
        text = bytearray()
        while True:
            piece, end, _ = self._file.read(4096).partition(b"\0")
            text += piece
            if end or not piece:
                return text.decode("utf-8", "surrogateescape")

    def _read(self, offset: int, size: int) -> bytes:
        self._file.seek(offset)
        content = self._file.read(size)
        if len(content) < size:
            raise ValueError("cut off")
        return content


def search_paths(library: Path) -> tuple[list[str], list[str]]:
    """The RPATH and the RUNPATH of a library; nothing if it cannot be read."""
    try:
        with library.open("rb") as file:
            return Elf(file).search_paths()
    except (OSError, ValueError):
        return [], []


def _entries(path: str) -> list[str]:
    return path.split(":") if path else []
