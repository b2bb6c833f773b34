"""What a process writes to stderr, also from C code, kept until it is known whether anybody needs to read it."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from typing import IO, Any, Iterator

STDERR = 2


class Withheld:
    """What was written, once it is known."""

    text = ""


@contextlib.contextmanager
def withheld_stderr() -> Iterator[Withheld]:
    """Keeps what is written to stderr meanwhile; where no file can be had, it is written and nothing is kept."""
    withheld = Withheld()
    try:
        kept, stderr = _file(), os.dup(STDERR)
    except OSError:
        yield withheld
        return
    sys.stderr.flush()
    os.dup2(kept.fileno(), STDERR)
    try:
        yield withheld
    finally:
        sys.stderr.flush()
        os.dup2(stderr, STDERR)
        os.close(stderr)
        with kept:
            kept.seek(0)
            withheld.text = kept.read().decode("utf-8", "replace")


def _file() -> IO[Any]:
    """A file in memory, where the system has such, since writing to stderr must not fail for want of space."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("stderr"), "w+b")
    return tempfile.TemporaryFile()
