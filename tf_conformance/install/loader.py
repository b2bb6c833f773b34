"""Where Linux's loader looks for a library that another one opens, and whether it can load it."""

from __future__ import annotations

import mmap
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Mapping, Sequence

from tf_conformance.install.cached import cached
from tf_conformance.install.elf import search_paths
from tf_conformance.install.filesystem import text_of

SECONDS = 60.0  # for libraries of gigabytes on a slow file system
# Opens libraries one after the other, as those opened first may be needed by the rest.
OPEN = """
import ctypes, sys
for name in sys.argv[1:]:
    try:
        ctypes.CDLL(name)
    except OSError as error:
        print(name, error, sep="\\t", flush=True)
"""

MAPS = Path("/proc/self/maps")  # what is in the memory of this process
NEEDED = re.compile(r"^\s*(\S+) => (/.+) \(0x", re.MULTILINE)  # as ldd writes it


def taken_instead(library: str, symbol: str, variables: Mapping[str, str]) -> tuple[str, str] | None:
    """The file without a symbol that LD_LIBRARY_PATH has a library get, and the one with it that it would get otherwise.

    None if the variable is not why the symbol is missing.
    """
    own = _needed_by(library, {**variables, "LD_LIBRARY_PATH": ""})
    for soname, taken in _needed_by(library, variables).items():
        other = own.get(soname)
        if other and not os.path.samefile(taken, other) and _names(other, symbol) and not _names(taken, symbol):
            return taken, other
    return None


def _needed_by(library: str, variables: Mapping[str, str]) -> dict[str, str]:
    """The files that the loader finds for what a library needs, by their names there; none if ldd cannot be asked."""
    try:
        command = ["ldd", library]
        asked = subprocess.run(
            command, capture_output=True, text=True, timeout=SECONDS, check=False, env=dict(variables)
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return {}
    return {soname: path for soname, path in NEEDED.findall(asked.stdout) if os.path.isfile(path)}


def _names(library: str, symbol: str) -> bool:
    """Whether a symbol is among the texts of a library."""
    try:
        with open(library, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return content.find(b"\0" + symbol.encode() + b"\0") >= 0
    except (OSError, ValueError):
        return False


def mapped_libraries(name: str = "", maps: Path = MAPS) -> list[str]:
    """The files of the libraries that this process has loaded and whose names begin so; none if nothing lists them."""
    paths = dict.fromkeys(line.split(None, 5)[5] for line in text_of(maps).splitlines() if ".so" in line)
    return [path for path in paths if os.path.basename(path).startswith(name)]


@dataclass(frozen=True)
class Loader:
    """The loader as one library meets it: the file that opens others by their names."""

    opener: Path
    variables: Mapping[str, str]

    @cached
    def own_folders(self) -> list[str]:
        """The folders that the opener itself names, in its RPATH or its RUNPATH."""
        rpath, runpath = search_paths(self.opener)
        return list(dict.fromkeys(self._resolved(runpath or rpath)))

    def file_of(self, soname: str) -> Path | None:
        """The first file of that name that the opener and LD_LIBRARY_PATH lead to; what the system's folders have is not said."""
        listed = self.variables.get("LD_LIBRARY_PATH", "")
        folders = [*(listed.split(":") if listed else []), *self.own_folders]
        files = (Path(folder or ".") / soname for folder in folders)
        return next((file for file in files if file.is_file()), None)

    def errors(self, sonames: Sequence[str]) -> dict[str, str]:
        """Why libraries cannot be loaded, of those that cannot; a process of its own asks the system's loader for each."""
        found = {str(self.file_of(soname) or soname): soname for soname in sonames}
        command = [sys.executable, "-S", "-c", OPEN, *found]
        variables = {**os.environ, **self.variables}
        try:
            asked = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False, env=variables)
        except (OSError, subprocess.TimeoutExpired):
            return {}
        said = (line.partition("\t") for line in asked.stdout.splitlines())
        return {found[name]: error for name, _, error in said if name in found}

    def _resolved(self, folders: Sequence[str]) -> Iterator[str]:
        """The folders with $ORIGIN replaced: by the opener's folder, and by that of the file that it may be a link to."""
        origins = dict.fromkeys((os.path.dirname(self.opener), os.path.dirname(os.path.realpath(self.opener))))
        for folder in folders:
            for origin in origins:
                yield os.path.normpath(origin.join(re.split(r"\$ORIGIN\b|\$\{ORIGIN\}", folder)))
