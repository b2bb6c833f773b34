"""Whether a file of the user's stands before a module that TensorFlow needs."""

from __future__ import annotations

import os
import sys
import sysconfig
from typing import Iterator

from tf_conformance.install.distribution import Distribution
from tf_conformance.install.distributions import foundation, recorded_files

EXTENSIONS = (".py", ".so", ".pyd")


def shadowed_modules() -> list[str]:
    """Modules of TensorFlow, of what it stands on and of Python's library that are found elsewhere than they are installed."""
    standard = [sysconfig.get_paths()["stdlib"], sysconfig.get_paths()["platstdlib"]]
    owners = {name: owner for owner in reversed(foundation()) for name in _modules_of(owner)}
    library = {name for folder in standard for name in _modules_in(folder)}
    return [
        "{} stands before {} of {}: rename or move it".format(path, name, owners.get(name, "Python's library"))
        for folder in _folders_before(standard)
        for name, path in _modules_in(folder).items()
        if (name in owners and not _same(folder, owners[name].locate_file("")))
        or (name in library and name not in owners)
    ]


def _folders_before(standard: list[str]) -> Iterator[str]:
    """The folders of the path that can hide something: those that are neither Python's own nor where packages are installed."""
    places = [owner.locate_file("") for owner in foundation()]
    for entry in dict.fromkeys(sys.path):
        folder = entry or os.getcwd()
        known = any(_same(folder, other) for other in [*standard, *places])
        if os.path.isdir(folder) and not known and not _is_below_any(folder, standard):
            yield folder


def _is_below_any(folder: str, others: list[str]) -> bool:
    """Whether a folder is part of Python's installation, such as lib-dynload or the site-packages of the base."""
    return any(os.path.realpath(folder).startswith(os.path.realpath(other) + os.sep) for other in others)


def _modules_of(distribution: Distribution) -> set[str]:
    """The names that can be imported of a distribution."""
    first = (file.path.split("/") for file in recorded_files(distribution) or ())
    return {
        parts[0].partition(".")[0]
        for parts in first
        if (len(parts) > 1 and parts[-1].endswith(EXTENSIONS) and "." not in parts[0])
        or (len(parts) == 1 and parts[0].endswith(EXTENSIONS))
    }


def _modules_in(folder: str) -> dict[str, str]:
    """The modules and packages of a folder, by name."""
    found = {}
    for entry in sorted(_entries(folder), key=lambda entry: entry.name):
        if entry.name.endswith(EXTENSIONS):
            found[entry.name.partition(".")[0]] = entry.path
        elif os.path.exists(os.path.join(entry.path, "__init__.py")):
            found[entry.name] = entry.path
    return found


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
