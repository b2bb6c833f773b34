"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Writes ``text`` so that ``path`` holds the old file or the new one, never a part of it. Raises OSError.

    A byte that is not UTF-8, of a path or a variable, is written as JSON has it.
    """
    with tempfile.NamedTemporaryFile(
        dir=str(path.parent), prefix=f"{path.name}.", suffix=".part", delete=False
    ) as part:
        try:
            part.write(text.encode("utf-8", "backslashreplace"))
            part.close()
            os.chmod(part.name, 0o666 & ~_umask())
            os.replace(part.name, str(path))
        except BaseException:
            os.unlink(part.name)
            raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
