"""One installed distribution, read so that damaged metadata stop nobody."""

from __future__ import annotations

import re
from typing import Any, Callable, TypeVar

from packaging.version import InvalidVersion, Version

Read = TypeVar("Read")

METADATA_FOLDER = re.compile(r"(?P<name>.+?)-(?P<version>\d[^-]*)(?:-.*)?\.(?:dist|egg)-info$")
UNTOLD_VERSION = "0"


class Distribution:
    """A distribution that importlib.metadata has found.

    ``name`` and ``version`` are those of its metadata, or else of the folder that should hold these; the name is None
    where neither tells. What else cannot be read counts as absent.
    """

    def __init__(self, found: Any) -> None:
        self._found = found
        self._headers: Any = _readable(lambda: found.metadata) or {}
        folder = METADATA_FOLDER.match(getattr(getattr(found, "_path", None), "name", ""))
        told = folder.groupdict() if folder else {}
        self.name: str | None = self.header("Name") or told.get("name")
        versions = (_readable(lambda: found.version), told.get("version"))
        self.version = next((str(version) for version in versions if _is_version(version)), UNTOLD_VERSION)

    def header(self, name: str) -> str:
        """A field of the metadata; empty where there is none."""
        return str(self._headers.get(name) or "")

    @property
    def requires(self) -> list[str]:
        """The requirements as the metadata have them."""
        return _readable(lambda: list(self._found.requires or ())) or []

    def read_text(self, filename: str) -> str | None:
        """A file beside the metadata: None where it is not there, empty where it is no text."""
        try:
            text: str | None = self._found.read_text(filename)
        except UnicodeError:
            return ""
        except OSError:
            return None
        return text

    def locate_file(self, path: str) -> str:
        """Where a file of the distribution lies; for an empty path, where its packages lie."""
        return str(self._found.locate_file(path))

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def _readable(read: Callable[[], Read]) -> Read | None:
    """What is read, or None where importlib.metadata finds no file, no text or no such field."""
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
