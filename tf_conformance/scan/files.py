"""The files to scan: of folders, what git does not ignore."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Iterable, Iterator

ENDINGS = (".py", ".ipynb", ".md", ".markdown", ".rst")
FOREIGN = ("__pycache__", "node_modules", "site-packages")


def files_of(paths: Iterable[Path]) -> Iterator[Path]:
    """The named files, and those in named folders that may have code; each once, whatever links lead to it."""
    seen = set()
    for path in paths:
        for file in _files_in(path) if path.is_dir() else [path]:
            real = os.path.realpath(str(file))
            if real not in seen:
                seen.add(real)
                yield file


def _files_in(folder: Path) -> list[Path]:
    names = _names_by_git(folder)
    if names is None:
        names = list(_names_by_walking(folder))
    # What git lists may be deleted, or be another repository; a link to a file is one, a broken one is worth a word.
    files = [folder / name for name in sorted(names) if name.endswith(ENDINGS)]
    return [file for file in files if file.is_file() or os.path.islink(str(file)) and not file.is_dir()]


def _names_by_git(folder: Path) -> list[str] | None:
    """The files of a folder in a git repository, tracked or not, that are not ignored; None where there is no such thing."""
    command = ["git", "-C", str(folder), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    except OSError:
        return None
    names = os.fsdecode(done.stdout).split("\0")
    return list(dict.fromkeys(filter(None, names))) if done.returncode == 0 else None


def _names_by_walking(folder: Path) -> Iterator[str]:
    """The files of a folder, without those of hidden folders, of environments and of installed packages."""
    for path, folders, names in os.walk(str(folder)):
        folders[:] = [name for name in folders if not _foreign(os.path.join(path, name))]
        yield from (os.path.relpath(os.path.join(path, name), str(folder)) for name in names)


def _foreign(folder: str) -> bool:
    name = os.path.basename(folder)
    return name.startswith(".") or name in FOREIGN or os.path.exists(os.path.join(folder, "pyvenv.cfg"))
