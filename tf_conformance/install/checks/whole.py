"""Whether a file that is not as it was recorded is whole all the same: changed by a packager rather than damaged."""

from __future__ import annotations

import os
import re
import warnings

from tf_conformance.install.elf import ELF, Elf

PYTHON = re.compile(r"\.py$")
LIBRARY = re.compile(r"\.(pyd|dll|dylib|so(\.\d+)*)$")

OTHER_LIBRARIES = (b"MZ", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe")  # of Windows and macOS
HEAD = 64  # bytes


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
            return Elf(file).is_whole
    except (OSError, ValueError):
        return False


def _head(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(HEAD)
    except OSError:
        return b""
