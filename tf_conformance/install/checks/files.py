"""Whether the files with which TensorFlow, its Keras and their dependencies were installed are present and whole."""

from __future__ import annotations

import base64
import hashlib
import os
from typing import Iterator

from tf_conformance.install.checks.competing import competing_tensorflows
from tf_conformance.install.distributions import Distribution, RecordedFile
from tf_conformance.install.environment import Environment
from tf_conformance.install.installer import Installer
from tf_conformance.install.problem import Problem

SHOWN = 3


def damaged_files(environment: Environment) -> Iterator[Problem]:
    """Distributions with files that are missing or differ in size from what was recorded, or in content if that is verified.

    All of them are installed again by one command.
    """
    damaged = {
        distribution: damage
        for distribution in environment.distributions.stack
        for damage in [list(_damage(distribution, environment.verify_files))]
        if damage
    }
    again = Installer.of(environment).reinstall(*(f"{each.name}=={each.version}" for each in damaged), alone=True)
    # Of several TensorFlows in one folder none is whole: one is to be kept, not all of them installed again.
    competing = competing_tensorflows(environment) if environment.tensorflow else ()
    again = next((problem.do for problem in competing), again)
    for distribution, damage in damaged.items():
        more = f", and {len(damage) - SHOWN} more" if len(damage) > SHOWN else ""
        yield Problem(
            f"{distribution}: {', '.join(damage[:SHOWN])}{more}",
            again,
        )


def unrecorded_files(environment: Environment) -> Iterator[str]:
    """Distributions without a record of their files, so that nobody can tell whether these are whole."""
    for distribution in environment.distributions.stack:
        if distribution.files is None:
            yield f"{distribution} has no RECORD of its files"


def _damage(distribution: Distribution, verify: bool) -> Iterator[str]:
    if not distribution.has_whole_record():
        yield "its RECORD is truncated or damaged"
    for file in distribution.files or ():
        yield from _damage_of_file(distribution.locate(file.path), file, verify)


def _damage_of_file(path: str, file: RecordedFile, verify: bool) -> Iterator[str]:
    if file.path.endswith(".pyc"):
        return  # Python writes these when it needs them
    size = _size(path)
    if size is None:
        yield f"{file.path} is missing"
    elif file.size and size != int(file.size):
        yield f"{file.path} has {size} bytes instead of {file.size}"
    elif verify and file.hash and _hash(path, file.hash.partition("=")[0]) != file.hash:
        yield f"{file.path} differs in content from what was recorded"


def _size(path: str) -> int | None:
    try:
        return os.stat(path).st_size
    except OSError:
        return None


def _hash(path: str, algorithm: str) -> str:
    """The file's hash as RECORD writes it: ``sha256=`` and URL-safe base64 without padding. No hash if it cannot be read."""
    try:
        digest = hashlib.new(algorithm)
        with open(path, "rb") as content:
            for block in iter(lambda: content.read(1 << 20), b""):
                digest.update(block)
    except (OSError, ValueError):
        return "unreadable"
    return f"{algorithm}={base64.urlsafe_b64encode(digest.digest()).rstrip(b'=').decode()}"
