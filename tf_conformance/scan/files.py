"""The files to scan: of folders, what git does not ignore."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Iterable, Iterator

from tf_conformance.scan.source import MARKDOWN

ENDINGS = (".py", ".ipynb", *MARKDOWN, ".rst")
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


def _files_in(folder: Path) -> Iterator[Path]:
    """The files of a folder, or itself if it cannot be read; if git ignores all of it, naming it still means all its files."""
    if not os.access(str(folder), os.R_OK):
        yield folder
        return
    for name in sorted(_names_by_git(folder) or _names_by_walking(folder)):
        path = folder / name
        if path.is_dir() and not path.is_symlink():  # a repository within the repository
            yield from _files_in(path)
        elif name.endswith(ENDINGS) and (os.path.isfile(path) or os.path.islink(path) and not os.path.exists(path)):
            yield path  # also a broken link, which is worth a word, but not what git knows and is deleted


def _names_by_git(folder: Path) -> list[str]:
    """The files of a folder in a git repository, tracked or not, that are not ignored; none outside of one."""
    command = ["git", "-C", str(folder), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    except OSError:
        return []
    names = dict.fromkeys(os.fsdecode(done.stdout).split("\0"))
    return [name for name in names if name not in ("", "./")]  # ./ is a submodule that is not checked out


def _names_by_walking(folder: Path) -> Iterator[str]:
    """The files of a folder, without those of hidden folders, of environments and of installed packages."""
    for path, folders, names in os.walk(str(folder)):
        folders[:] = [name for name in folders if not _foreign(os.path.join(path, name))]
        unreadable = [name for name in folders if not os.access(os.path.join(path, name), os.R_OK)]
        yield from (os.path.relpath(os.path.join(path, name), str(folder)) for name in [*names, *unreadable])


def _foreign(folder: str) -> bool:
    name = os.path.basename(folder)
    return name.startswith(".") or name in FOREIGN or os.path.exists(os.path.join(folder, "pyvenv.cfg"))
