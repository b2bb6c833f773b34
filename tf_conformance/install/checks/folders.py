"""Reading folders that may be absent or unreadable."""

from __future__ import annotations

import os


def entries(folder: str) -> list[os.DirEntry[str]]:
    """What a folder holds, by name; nothing if it cannot be read."""
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:
        return []
