"""Which releases on the package index the matrix does not have."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence

from packaging.version import Version

# What the name of a tox environment has of each package: tf2.16-keras3.4 is TensorFlow 2.16 with Keras 3.4.
RELEASES_IN_NAME = {"tensorflow": re.compile(r"\btf(\d+\.\d+)"), "keras": re.compile(r"\bkeras(\d+\.\d+)")}


class NoAnswerError(Exception):
    """The package index has not said which releases it has; the message says why, in one line."""


def missing_releases(environments: Sequence[str], judged: Collection[Version]) -> Iterator[str]:
    """The releases, the newest version of each, that no environment has though it has an older one. Raises NoAnswerError.

    ``judged``: the versions of TensorFlow in the published records, as an environment such as candidate names none.
    """
    for package, pattern in RELEASES_IN_NAME.items():
        present = {Version(match) for name in environments for match in pattern.findall(name)}
        newest: dict[Version, Version] = {}
        for version in sorted(versions_on_index(package)):
            newest[Version(f"{version.major}.{version.minor}")] = version
        for release, version in newest.items():
            if present and release > min(present) and release not in present and version not in judged:
                kind = ", a pre-release," if version.is_prerelease else ""
                yield f"{package} {version}{kind} is on the package index, but tox.ini does not have {package} {release}"


def versions_on_index(package: str) -> list[Version]:
    """The versions, pre-releases included, that pip finds for this Python, wherever it is set up to look.

    Raises NoAnswerError. The text is read, since pip before 25.1 does not give JSON.
    """
    command = [sys.executable, "-m", "pip", "index", "versions", package, "--pre", "--disable-pip-version-check"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"^Available versions: (.+)$", asked.stdout, re.MULTILINE)
    if not found:
        why = [line for line in asked.stderr.splitlines() if not line.startswith("WARNING")] or ["no answer"]
        raise NoAnswerError(f"pip cannot list the releases of {package}: {why[-1]}")
    return [Version(version) for version in found.group(1).split(", ")]
