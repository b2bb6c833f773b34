"""Pretended distributions."""

from __future__ import annotations

from pathlib import Path
from typing import Iterable

from tf_conformance.install.distribution import Distribution

NOWHERE = "/nowhere"
TENSORFLOW_FILES = ("tensorflow/__init__.py", "tensorflow/python/ops.py")


class FoundDistribution:
    """A distribution as importlib.metadata gives it, with nothing on the disk."""

    def __init__(self, texts: dict[str, str], place: Path | str) -> None:
        self.texts = texts
        self.place = Path(place)

    def read_text(self, filename: str) -> str | None:
        """A file beside the metadata, or None."""
        return self.texts.get(filename)

    def locate_file(self, path: str) -> Path:
        """Where a file of the distribution would be."""
        return self.place / path


def distribution(
    name: str,
    version: str,
    *,
    requires: Iterable[str] = (),
    files: Iterable[str] = (),
    place: Path | str = NOWHERE,
    requires_python: str = "",
    texts: dict[str, str] | None = None,
) -> Distribution:
    """A distribution of which nothing is on the disk.

    ``files``: what its RECORD lists, without sizes; it has no RECORD if there are none. ``texts``: other files beside
    the metadata, by name; pip is the INSTALLER unless they say otherwise.
    """
    headers = [f"Name: {name}", f"Version: {version}", f"Requires-Python: {requires_python}"]
    metadata = "\n".join([*headers, *(f"Requires-Dist: {requirement}" for requirement in requires)])
    record = {"RECORD": "".join(f"{file},,\n" for file in files)} if files else {}
    known = {"METADATA": metadata, "INSTALLER": "pip\n", **record, **(texts or {})}
    return Distribution(FoundDistribution(known, place))


def tensorflow(name: str = "tensorflow", version: str = "2.21.0", **known: object) -> Distribution:
    """A distribution that provides TensorFlow, with two files unless ``known`` says otherwise."""
    return distribution(name, version, **{"files": TENSORFLOW_FILES, **known})
