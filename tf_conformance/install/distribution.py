"""A distribution that is installed, read in such a way that damaged metadata do no harm."""

from __future__ import annotations

import contextlib
import csv
import os
import re
from email.message import Message
from email.parser import HeaderParser
from typing import Any, Callable, NamedTuple, TypeVar

from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tf_conformance.install.cached import cached

# What puts the files of a wheel where they belong and leaves them as they are; whatever else installs may change them.
VERBATIM_INSTALLERS = ("pip", "uv", "poetry", "pdm", "pex", "hatch", "rye", "bazel")
# Packagers that install with pip and rewrite paths afterwards: by a part of the path, and by a folder beside lib/.
PACKAGERS_BY_PATH = {"/nix/store/": "Nix", "/gnu/store/": "Guix", "/Cellar/": "Homebrew"}
PACKAGERS_BY_FOLDER = {".spack": "Spack"}
SOMEBODY = "a packager"

IMPORTABLE = (".py", ".so", ".pyd")
METADATA_FILES = ("METADATA", "PKG-INFO", "")  # the last if a file takes the place of the folder
METADATA_FOLDER = re.compile(r"(?P<name>.+?)-(?P<version>\d[^-]*)(?:-.*)?\.(?:dist|egg)-info$")
TAG_HYPHENS = 2  # between Python, ABI and platform
RELEASE = re.compile(r"\d+(\.\d+)+")
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
    if neither has one. If a version is not valid, its release counts. Whatever else cannot be read counts as absent.
    """

    def __init__(self, found: Any) -> None:
        self._found = found
        self._headers = self._read_headers()
        # importlib.metadata keeps the folder to itself; without it only damaged metadata remain without a name.
        folder = METADATA_FOLDER.match(getattr(getattr(found, "_path", None), "name", ""))
        from_folder = folder.groupdict() if folder else {}
        self.name: str | None = self.header("Name") or from_folder.get("name")
        texts = [text for text in (self.header("Version"), from_folder.get("version")) if text]
        releases = [match.group() for match in map(RELEASE.match, texts) if match]
        self.version = next(filter(_is_version, [*texts, *releases]), UNKNOWN_VERSION)

    @cached
    def key(self) -> str:
        """The normalized name; empty if there is none."""
        return canonicalize_name(self.name or "")

    def _read_headers(self) -> Message:
        """The fields of the metadata: importlib.metadata reads all of the description behind them, again and again."""
        texts = (self.read_text(name) for name in METADATA_FILES)
        return HeaderParser().parsestr((next(filter(None, texts), None) or "").partition("\n\n")[0])

    def header(self, name: str) -> str:
        """A field of the metadata; empty if there is none."""
        return str(self._headers.get(name) or "")

    @cached
    def requirements(self) -> tuple[Requirement, ...]:
        """What the distribution needs on this machine, without extras."""
        return tuple(self.requirements_with(""))

    def requirements_with(self, extra: str) -> list[Requirement]:
        """What the distribution needs on this machine, with an extra."""
        return [requirement for requirement in self._declared if _applies(requirement, extra)]

    @cached
    def _declared(self) -> tuple[Requirement, ...]:
        """What it may need, with the conditions under which it does."""
        texts = self._headers.get_all("Requires-Dist") or []
        if not texts and self.read_text("requires.txt"):  # as setuptools' eggs have it
            texts = _readable(lambda: list(self._found.requires or ())) or []
        parsed = []
        for text in texts:
            with contextlib.suppress(InvalidRequirement):  # old metadata hold some, and pip skips them, too
                parsed.append(Requirement(text))
        return tuple(parsed)

    @cached
    def packager(self) -> str:
        """Who may have changed files on purpose after they were recorded; empty if pip or the like put them there."""
        place = self.locate()
        by_path = next((name for part, name in PACKAGERS_BY_PATH.items() if part in f"{place}/"), "")
        prefix = os.path.join(place, "..", "..", "..")
        by_folder = (name for part, name in PACKAGERS_BY_FOLDER.items() if os.path.isdir(os.path.join(prefix, part)))
        installer = (self.read_text("INSTALLER") or "").strip()
        own = "" if installer.lower().startswith(VERBATIM_INSTALLERS) else installer or SOMEBODY
        return by_path or next(by_folder, "") or own

    @cached
    def wheel_tags(self) -> tuple[str, ...]:
        """The tags of the wheel that the distribution was installed from; none if it was built and installed otherwise."""
        lines = (self.read_text("WHEEL") or "").splitlines()
        tags = (line.partition(":")[2].strip() for line in lines if line.startswith("Tag:"))
        return tuple(tag for tag in tags if tag.count("-") == TAG_HYPHENS)

    @property
    def metadata_folder(self) -> str:
        """The folder of the metadata; empty if it is not known."""
        return str(getattr(self._found, "_path", ""))

    @property
    def is_hollow(self) -> bool:
        """Whether the folder of the metadata holds neither these nor a RECORD: what an interrupted uninstallation leaves."""
        return not self._headers and self.record is None and os.path.isdir(self.metadata_folder)

    @property
    def is_custom_build(self) -> bool:
        """Whether it was built for one system, rather than published for all."""
        is_local_wheel = any(tag.rpartition("-")[2].startswith("linux_") for tag in self.wheel_tags)
        return bool(self.packager or Version(self.version).local or is_local_wheel)

    @cached
    def record(self) -> str | None:
        """The text of the RECORD: None if there is none or a packager has emptied it; empty if it is not text."""
        text = self.read_text("RECORD")
        is_emptied = text == "" and self.packager and _readable(lambda: self._found.read_text("RECORD")) == ""
        return None if is_emptied else text

    @cached
    def files(self) -> tuple[RecordedFile, ...] | None:
        """The files that the distribution was installed with, as far as its RECORD can be read; None without a RECORD."""
        if self.record is None:
            return None
        rows = csv.reader(line for line in self.record.splitlines() if "\0" not in line)
        return tuple(RecordedFile(*row[:3]) for row in rows if len(row) >= 3 and (not row[2] or row[2].isdecimal()))

    def has_whole_record(self) -> bool:
        """Whether a RECORD, if there is one, could be read to the end of its last line."""
        text = self.record
        if text is None:
            return True
        lines = [line for line in text.splitlines() if line]
        # Some tools leave out the last line's end; only a RECORD that ends in its own row is known to be whole then.
        ended = text.endswith("\n") or text.endswith("/RECORD,,")
        return ended and len(self.files or ()) == len(lines)

    def lists(self, path: str) -> bool:
        """Whether the RECORD has a file; it is not parsed for that."""
        return f"\n{path}," in f"\n{self.record or ''}".replace("\\", "/")

    def has_installed(self, path: str) -> bool:
        """Whether a file, given by its absolute path, is the distribution's; without a RECORD, its top-level modules tell."""
        place = os.path.join(self.locate(), "")
        if not path.startswith(place):
            return False
        inside = path[len(place) :].replace(os.sep, "/")
        return self.lists(inside) or (
            self.record is None and inside.partition("/")[0].partition(".")[0] in self.modules
        )

    @cached
    def modules(self) -> frozenset[str]:
        """The names under which the distribution is imported from its place, as far as its metadata tell."""
        if self.files is None:
            return frozenset((self.read_text("top_level.txt") or "").split())
        names = set()
        for file in self.files:
            if file.path.endswith(IMPORTABLE):
                first, below, _ = file.path.partition("/")
                if not below or "." not in first:
                    names.add(first.partition(".")[0])
        return frozenset(names - {""})

    def meets(self, requirement: Requirement) -> bool:
        """Whether the version, or the release that it belongs to, is asked for: a nightly, candidate or vendor's build counts."""
        versions = (self.version, Version(self.version).base_version)
        return any(requirement.specifier.contains(version, prereleases=True) for version in versions)

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
        return os.path.join(self._place, path) if path else self._place

    @cached
    def _place(self) -> str:
        return str(self._found.locate_file(""))

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def _applies(requirement: Requirement, extra: str) -> bool:
    """Whether a requirement applies on this machine; it does not if that cannot be decided, as for a kernel's version."""
    try:
        return requirement.marker is None or requirement.marker.evaluate({"extra": extra})
    except (UndefinedComparison, UndefinedEnvironmentName, InvalidVersion):
        return False


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
