"""Packages that lie on the path without metadata: their versions, from their own text."""

from __future__ import annotations

import mmap
import os
import re
from typing import Callable, NamedTuple

from packaging.version import Version

from tf_conformance.install.distribution import Distribution
from tf_conformance.install.filesystem import text_of
from tf_conformance.install.modules import Modules

Read = Callable[[str], str]


class Source(NamedTuple):
    """Where the text of a package has its version: the groups of the expression are the parts of it."""

    path: str
    version: str


MACROS = r"TF_MAJOR_VERSION\s+(\d+)(?:.|\n)*?TF_MINOR_VERSION\s+(\d+)(?:.|\n)*?TF_PATCH_VERSION\s+(\d+)"
ASSIGNED = r"^(?:__version__|version|short_version|_VERSION)\b.*?=\s*['\"](\d[^'\"]*)['\"]"

SOURCES = {
    "tensorflow": (
        Source("tools/pip_package/setup.py", ASSIGNED),
        Source("include/tensorflow/core/public/release_version.h", MACROS),
        Source("include/tensorflow/core/public/version.h", MACROS),
    ),
    "keras": (Source("src/version.py", ASSIGNED), Source("__init__.py", ASSIGNED)),
    "tf_keras": (
        Source("src/version.py", ASSIGNED),
        Source("__init__.py", ASSIGNED),
        Source("src/__init__.py", ASSIGNED),
    ),
    "numpy": (Source("version.py", ASSIGNED),),
}
FRAMEWORK = "libtensorflow_framework.so.2"
IN_FRAMEWORK = re.compile(rb"\0(2\.\d+\.\d+(?:-(?:rc|dev)\d+)?)\0")


class _Package:
    """A package without metadata, as importlib.metadata would give a distribution."""

    def __init__(self, name: str, version: str, place: str) -> None:
        self._metadata = f"Name: {name}\nVersion: {version}\n"
        self._place = place

    def read_text(self, filename: str) -> str | None:
        """The metadata as they would be; there is nothing beside them."""
        return self._metadata if filename == "METADATA" else None

    def locate_file(self, path: str) -> str:
        """Where a file of the package is."""
        return os.path.join(self._place, path) if path else self._place


def package_without_metadata(package: str, modules: Modules) -> Distribution | None:
    """The package that would be imported, as a distribution of its name; None if it is absent or does not tell its version."""
    place = modules.folder_of(package)
    if place is None:
        return None
    folders = [os.path.join(place, name) for name in (f"{package}_core", package)]
    version = next(filter(None, (_version_in(folder, package) for folder in folders if os.path.isdir(folder))), None)
    return Distribution(_Package(package.replace("_", "-"), version, place)) if version else None


def _version_in(folder: str, package: str) -> str | None:
    for source in SOURCES[package]:
        found = re.search(source.version, text_of(os.path.join(folder, *source.path.split("/"))), re.MULTILINE)
        if found:
            return ".".join(found.groups())
    return _version_of_library(os.path.join(folder, FRAMEWORK)) if package == "tensorflow" else None


def _version_of_library(path: str) -> str | None:
    """What is most likely the version among the texts of TensorFlow's library: images without headers have no other."""
    try:
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            found = {match.group(1).decode() for match in IN_FRAMEWORK.finditer(content)}
    except (OSError, ValueError):
        return None
    return max(found, key=Version, default=None)  # other libraries inside have versions, too, but lower ones
