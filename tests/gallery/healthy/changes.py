"""What packagers do to files after they were recorded."""

from __future__ import annotations

import compileall
import re
import shutil
from pathlib import Path

from tests.gallery.tree import PREFIX, Tree


def strip(tree: Tree, pattern: str = "*.so*") -> None:
    """What strip leaves of a library, as far as a loader looks: no section table, nothing behind it."""
    for path in _libraries(tree, pattern):
        content = bytearray(path.read_bytes())
        content[40:48] = bytes(8)  # where the section table begins
        content[60:62] = bytes(2)  # how many sections there are
        tree.write(path, bytes(content) + bytes(8))


def patch_rpath(tree: Tree, pattern: str = "*.so*") -> None:
    """What patchelf --set-rpath leaves, if the new path is longer: another segment at the end."""
    for path in _libraries(tree, pattern):
        tree.write(path, path.read_bytes() + bytes(4096))


def replace_prefix(tree: Tree, prefix: bytes) -> None:
    """Puts the prefix into texts, and into libraries with the C string filled up with zeros: conda's portability.py."""
    old = PREFIX.encode()
    filled = bytes(len(old) - len(prefix) + 1)
    ends_in_zero = re.compile(re.escape(old) + rb"([^\0]*)\0")
    for pattern in ("*.py", "bin/*"):
        tree.rewrite(pattern, old, prefix)
    for path in _libraries(tree, "*.so*"):
        tree.write(path, ends_in_zero.sub(lambda match: prefix + match.group(1) + filled, path.read_bytes()))


def compile_all(folder: Path) -> None:
    """Compiles every file, as installers do."""
    compileall.compile_dir(str(folder), quiet=2)


def delete_folders(folder: Path, name: str) -> None:
    """Deletes every folder of a name."""
    for path in [*folder.rglob(name)]:
        shutil.rmtree(path)


def _libraries(tree: Tree, pattern: str) -> list[Path]:
    return [path for path in tree.root.rglob(pattern) if path.is_file() and not path.is_symlink()]
