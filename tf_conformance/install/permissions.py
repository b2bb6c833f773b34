"""What this user may not read. Needs the standard library alone."""

from __future__ import annotations

import os
from pathlib import Path


def first_unreadable(path: str) -> str:
    """The outermost folder on the way to a path, or the path itself, that exists and may not be read; empty if none."""
    for part in map(str, [*reversed(Path(path).parents), Path(path)]):
        needed = os.R_OK | os.X_OK if os.path.isdir(part) else os.R_OK
        if os.path.exists(part) and not os.access(part, needed):
            return part
    return ""
