"""Whether the files are there that TensorFlow, its Keras and what they stand on were installed with."""

from __future__ import annotations

import base64
import hashlib
import os
from typing import Iterator

from tf_conformance.install.distribution import Distribution
from tf_conformance.install.distributions import RecordedFile, foundation, record_is_whole, recorded_files

SHOWN = 3


def damaged_files(verify: bool = False) -> list[str]:
    """Distributions of which files are missing or have another size than recorded; with ``verify``, another content."""
    return [line for distribution in foundation() for line in _damage(distribution, verify)]


def damaged_distributions() -> list[str]:
    """The same distributions, as pip takes them."""
    return [f"{each.name}=={each.version}" for each in foundation() if any(_problems(each, verify=False))]


def unrecorded_files() -> list[str]:
    """Distributions that keep no record of their files, so that nobody can tell whether these are whole."""
    return [f"{each} keeps no RECORD of its files" for each in foundation() if recorded_files(each) is None]


def _damage(distribution: Distribution, verify: bool) -> Iterator[str]:
    wrong = list(_problems(distribution, verify))
    if wrong:
        more = ", and %d more" % (len(wrong) - SHOWN) if len(wrong) > SHOWN else ""
        yield "{}: {}{}: install it again".format(distribution, ", ".join(wrong[:SHOWN]), more)


def _problems(distribution: Distribution, verify: bool) -> Iterator[str]:
    if not record_is_whole(distribution):
        yield "its RECORD is cut off or damaged"
    for file in recorded_files(distribution) or ():
        yield from _problem(distribution, file, verify)


def _problem(distribution: Distribution, file: RecordedFile, verify: bool) -> Iterator[str]:
    if file.path.endswith(".pyc"):
        return  # Python writes these as it needs them
    path = distribution.locate_file(file.path)
    size = _size(path)
    if size is None:
        yield f"{file.path} is missing"
    elif file.size and size != int(file.size):
        yield "%s has %d bytes instead of %s" % (file.path, size, file.size)
    elif verify and file.hash and _hash(path, file.hash.partition("=")[0]) != file.hash:
        yield f"{file.path} has another content than recorded"


def _size(path: str) -> int | None:
    try:
        return os.stat(path).st_size
    except OSError:
        return None


def _hash(path: str, algorithm: str) -> str:
    """The file's hash as RECORD writes it: ``sha256=`` and URL-safe base64 without padding. No hash where it cannot be read."""
    try:
        digest = hashlib.new(algorithm)
        with open(path, "rb") as content:
            for block in iter(lambda: content.read(1 << 20), b""):
                digest.update(block)
    except (OSError, ValueError):
        return "unreadable"
    return "{}={}".format(algorithm, base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode())
