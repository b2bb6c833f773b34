"""Files and folders that may be links, absent or unreadable. Needs the standard library alone."""

from __future__ import annotations

import os
from pathlib import Path


def is_same(one: str, other: str) -> bool:
    """Whether two paths lead to one file or folder."""
    return one == other or os.path.realpath(one) == os.path.realpath(other)


def is_below(path: str, folder: str) -> bool:
    """Whether a path leads into a folder."""
    return os.path.realpath(path).startswith(os.path.join(os.path.realpath(folder), ""))


def entries(folder: str) -> list[os.DirEntry[str]]:
    """What a folder holds, by name; nothing if it cannot be read."""
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:
        return []


def text_of(path: str | Path) -> str:
    """What a file holds, as far as it is UTF-8; nothing if it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def first_unreadable(path: str) -> str:
    """The outermost folder on the way to a path, or the path itself, that exists and may not be read; empty if none."""
    for part in map(str, [*reversed(Path(path).parents), Path(path)]):
        needed = os.R_OK | os.X_OK if os.path.isdir(part) else os.R_OK
        if os.path.exists(part) and not os.access(part, needed):
            return part
    return ""
