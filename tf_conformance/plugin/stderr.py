"""What a process writes to stderr, also from C code, kept until it is known whether anybody needs to read it."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from typing import IO, Any, Iterator

STDERR = 2


class Captured:
    """What was written, once the block has ended."""

    text = ""


@contextlib.contextmanager
def captured_stderr() -> Iterator[Captured]:
    """Captures stderr while the block runs. If no file can be opened, stderr passes through."""
    captured = Captured()
    try:
        file, stderr = _temporary_file(), os.dup(STDERR)
    except OSError:
        yield captured
        return
    sys.stderr.flush()
    os.dup2(file.fileno(), STDERR)
    try:
        yield captured
    finally:
        sys.stderr.flush()
        os.dup2(stderr, STDERR)
        os.close(stderr)
        with file:
            file.seek(0)
            captured.text = file.read().decode("utf-8", "replace")


@contextlib.contextmanager
def copied_stderr(file: IO[Any]) -> Iterator[None]:
    """Sends what C code writes to stderr while the block runs to a file first, where it outlives the process."""
    stderr = os.dup(STDERR)
    os.ftruncate(file.fileno(), 0)
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    os.dup2(file.fileno(), STDERR)
    try:
        yield
    finally:
        os.dup2(stderr, STDERR)
        os.close(stderr)
        with contextlib.suppress(OSError):
            os.write(STDERR, _content(file))


def _content(file: IO[Any]) -> bytes:
    size = os.lseek(file.fileno(), 0, os.SEEK_CUR)
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    return os.read(file.fileno(), size)


def _temporary_file() -> IO[Any]:
    """A file in memory, if the system has such: writing to stderr must not fail for lack of space."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("stderr"), "w+b")
    return tempfile.TemporaryFile()
