"""The distributions that are installed, read so that damaged metadata does not stop anybody."""

from __future__ import annotations

import csv
import re
import sys
from typing import Any, Callable, Iterable, Iterator, Mapping, NamedTuple, Sequence, TypeVar

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tf_conformance.install.cached import cached

if sys.version_info >= (3, 8):
    from importlib import metadata
else:
    import importlib_metadata as metadata

TENSORFLOW_DISTRIBUTIONS = (
    "tensorflow",
    "tensorflow-cpu",
    "tf-nightly",
    "tf-nightly-cpu",
    "tensorflow-gpu",
    "tensorflow-macos",
    "tensorflow-rocm",
    "intel-tensorflow",
)
KERAS_DISTRIBUTIONS = ("keras", "keras-nightly")
LEGACY_KERAS_DISTRIBUTIONS = ("tf-keras", "tf-keras-nightly")
PROVIDERS = (*TENSORFLOW_DISTRIBUTIONS, *KERAS_DISTRIBUTIONS, *LEGACY_KERAS_DISTRIBUTIONS)

METADATA_FOLDER = re.compile(r"(?P<name>.+?)-(?P<version>\d[^-]*)(?:-.*)?\.(?:dist|egg)-info$")
UNKNOWN_VERSION = "0"

Read = TypeVar("Read")


class RecordedFile(NamedTuple):
    """A file as a distribution's RECORD lists it: ``hash`` and ``size`` are empty if they are not recorded."""

    path: str
    hash: str
    size: str


class Distribution:
    """A distribution that importlib.metadata has found.

    ``name`` and ``version`` are those of its metadata, or else of the folder that should hold these; the name is None
    if neither has one. Whatever else cannot be read counts as absent.
    """

    def __init__(self, found: Any) -> None:
        self._found = found
        self._headers: Any = _readable(lambda: found.metadata) or {}
        # importlib.metadata keeps the folder to itself; without it only damaged metadata remain without a name.
        folder = METADATA_FOLDER.match(getattr(getattr(found, "_path", None), "name", ""))
        from_folder = folder.groupdict() if folder else {}
        self.name: str | None = self.header("Name") or from_folder.get("name")
        versions = (_readable(lambda: found.version), from_folder.get("version"))
        self.version = next((str(version) for version in versions if _is_version(version)), UNKNOWN_VERSION)

    def header(self, name: str) -> str:
        """A field of the metadata; empty if there is none."""
        return str(self._headers.get(name) or "")

    @cached
    def requirements(self) -> tuple[Requirement, ...]:
        """What the distribution needs on this machine, without extras."""
        parsed = []
        for text in _readable(lambda: list(self._found.requires or ())) or []:
            try:
                requirement = Requirement(text)
            except InvalidRequirement:
                continue  # old metadata holds some that were never valid, and that pip skips, too
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                parsed.append(requirement)
        return tuple(parsed)

    @cached
    def files(self) -> tuple[RecordedFile, ...] | None:
        """The files that the distribution was installed with, as far as its RECORD can be read; None without a RECORD."""
        text = self.read_text("RECORD")
        if text is None:
            return None
        rows = csv.reader(line for line in text.splitlines() if "\0" not in line)
        return tuple(RecordedFile(*row[:3]) for row in rows if len(row) >= 3 and (not row[2] or row[2].isdecimal()))

    def has_whole_record(self) -> bool:
        """Whether a RECORD, if there is one, could be read to the end of its last line."""
        text = self.read_text("RECORD")
        lines = sum(map(bool, (text or "").splitlines()))
        return text is None or (text.endswith("\n") and len(self.files or ()) == lines)

    def read_text(self, filename: str) -> str | None:
        """A file beside the metadata: None if it is absent, empty if it is not text."""
        try:
            text: str | None = self._found.read_text(filename)
        except UnicodeError:
            return ""
        except OSError:
            return None
        return text

    def locate(self, path: str = "") -> str:
        """Where a file of the distribution is; without a path, where its packages are."""
        return str(self._found.locate_file(path))

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Distributions:
    """The installed distributions, by their normalized names; several of one name are in the order of the path."""

    def __init__(self, distributions: Iterable[Distribution]) -> None:
        self._by_name: dict[str, list[Distribution]] = {}
        for distribution in distributions:
            if distribution.name:
                self._by_name.setdefault(canonicalize_name(distribution.name), []).append(distribution)

    @classmethod
    def on(cls, path: Sequence[str]) -> Distributions:
        """Those that Python finds on a path such as ``sys.path``."""
        return cls(map(Distribution, metadata.distributions(path=list(path))))

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def first(self, names: Iterable[str]) -> Distribution | None:
        """The one that Python uses of the first of these names that is installed."""
        return next((self._by_name[name][0] for name in names if name in self._by_name), None)

    def all(self, names: Iterable[str]) -> list[Distribution]:
        """Every distribution of these names, including several of one name."""
        return [each for name in names for each in self._by_name.get(name, [])]

    @cached
    def stack(self) -> tuple[Distribution, ...]:
        """The distributions of TensorFlow and Keras, and everything that they depend on, as far as it is installed."""
        todo = [name for name in PROVIDERS if name in self._by_name]
        seen: dict[str, Distribution] = {}
        while todo:
            name = todo.pop(0)
            if name not in seen and name in self._by_name:
                seen[name] = self._by_name[name][0]
                todo += [canonicalize_name(requirement.name) for requirement in seen[name].requirements]
        return tuple(seen.values())


def by_place(distributions: Iterable[Distribution]) -> Mapping[str, list[Distribution]]:
    """Distributions by the folder that holds their packages."""
    places: dict[str, list[Distribution]] = {}
    for distribution in distributions:
        places.setdefault(distribution.locate(), []).append(distribution)
    return places


def _readable(read: Callable[[], Read]) -> Read | None:
    """What is read, or None if importlib.metadata finds no file, no text or no such field."""
    try:
        return read()
    except (OSError, UnicodeError, LookupError, TypeError, AttributeError):
        return None


def _is_version(text: Any) -> bool:
    try:
        Version(str(text))
    except InvalidVersion:
        return False
    return True
