"""Whether a file that is not as it was recorded is whole all the same: changed by a packager rather than damaged."""

from __future__ import annotations

import os
import re
import struct
import warnings
from typing import NamedTuple

PYTHON = re.compile(r"\.py$")
LIBRARY = re.compile(r"\.(pyd|dll|dylib|so(\.\d+)*)$")

ELF = b"\x7fELF"
OTHER_LIBRARIES = (b"MZ", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe")  # of Windows and macOS
HEAD = 64  # bytes: an ELF header of 64 bits
LOADED = 1  # the type of a segment that is loaded


class _Layout(NamedTuple):
    """How an ELF file of one width is laid out: header and segment in struct's words, and where a segment has its offset."""

    header: str
    segment: str
    offset: int


LAYOUTS = {1: _Layout("16xHHIIIIIHHHHHH", "IIIIIIII", 1), 2: _Layout("16xHHIQQQIHHHHHH", "IIQQQQQQ", 2)}
SIZE_IN_FILE = {1: 4, 2: 5}  # where a segment has its size, by where it has its offset
ORDERS = {1: "<", 2: ">"}


def is_blank(path: str) -> bool:
    """Whether a file begins with nothing but zeros, as after a crash of the machine."""
    head = _head(path)
    return bool(head) and not head.strip(b"\0")


def is_whole_python(path: str) -> bool:
    """Whether a file can be compiled as Python's source."""
    try:
        with open(path, "rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(file.read(), path, "exec", dont_inherit=True)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def begins_with_interpreter(path: str) -> bool:
    """Whether the first line names the program that runs the file, which packagers rewrite."""
    return _head(path).startswith(b"#!")


def has_other_line_ends(path: str, recorded: int) -> bool:
    """Whether a file has the size that was recorded once its lines end as they do on the other system."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError:
        return False
    unix = content.replace(b"\r\n", b"\n")
    return len(content) != recorded and recorded in (len(unix), len(unix) + unix.count(b"\n"))


def is_whole_library(path: str, recorded: int) -> bool:
    """Whether a shared library has all that its header promises; on Windows and macOS: whether it has not become shorter."""
    head = _head(path)
    if head.startswith(ELF):
        return _is_whole_elf(path)
    return head.startswith(OTHER_LIBRARIES) and os.path.getsize(path) >= recorded


def _is_whole_elf(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            head = file.read(HEAD)
            layout, order = LAYOUTS[head[4]], ORDERS[head[5]]
            fields = struct.unpack_from(order + layout.header, head)
            _, _, _, _, segments, sections, _, _, segment_size, segment_count, section_size, section_count, _ = fields
            size = os.fstat(file.fileno()).st_size
            ends: list[int] = [segments + segment_size * segment_count, sections + section_size * section_count]
            file.seek(segments)
            table = file.read(segment_size * segment_count)
            for number in range(segment_count):
                segment = struct.unpack_from(order + layout.segment, table, number * segment_size)
                if segment[0] == LOADED:
                    ends.append(segment[layout.offset] + segment[SIZE_IN_FILE[layout.offset]])
    except (OSError, LookupError, struct.error):
        return False
    return segment_count > 0 and max(ends) <= size


def _head(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(HEAD)
    except OSError:
        return b""
