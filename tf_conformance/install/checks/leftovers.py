"""What earlier installations have left behind."""

from __future__ import annotations

import os
import re
from typing import Iterator

from tf_conformance.install.distribution import Distribution
from tf_conformance.install.distributions import (
    PROVIDERS,
    all_installed,
    by_place,
    foundation,
    installed,
    record_is_whole,
    recorded_files,
)

# The folders in which a file of another version can be imported, or loaded, beside those of the installed one.
PACKAGES = ("tensorflow", "tensorflow_core", "keras", "tf_keras")
CODE = re.compile(r"\.(py|pyd|so(\.\d+)*)$")


def leftovers() -> list[str]:
    """Folders that pip has not finished to replace, versions that are replaced but recorded, files of other versions."""
    return [*_half_replaced_folders(), *_replaced_versions(), *_unowned_files()]


def _half_replaced_folders() -> Iterator[str]:
    """Those that pip was about to delete when it was interrupted: it first renames them to a name that begins with ~."""
    for place in sorted({distribution.locate_file("") for distribution in foundation()}):
        for entry in sorted(_entries(place), key=lambda entry: entry.name):
            if entry.name.startswith("~"):
                yield f"{entry.path} is left over from an interrupted installation: delete it"


def _replaced_versions() -> Iterator[str]:
    """Several versions of one distribution in one place; of TensorFlow and Keras, ``competing_…`` tells."""
    names = (name for name, found in installed().items() if found[0] in foundation() and name not in PROVIDERS)
    for name in names:
        for place, versions in by_place(installed()[name]).items():
            if len(versions) > 1:
                titles = " and ".join(map(str, versions))
                yield f"{titles} are both recorded in {place}: uninstall both, then install one"


def untold_leftovers() -> list[str]:
    """Why it cannot be told whether the packages hold files of other versions: nobody recorded those of this one."""
    return [f"{each} keeps no RECORD of its files" for each in all_installed(PROVIDERS) if recorded_files(each) is None]


def _unowned_files() -> Iterator[str]:
    """Code in TensorFlow's and Keras's packages that they were not installed with, such as that of a version before."""
    for place, providers in by_place(all_installed(PROVIDERS)).items():
        if all(recorded_files(provider) is not None and record_is_whole(provider) for provider in providers):
            strange = _unowned_by(providers, place)
            # Others may install into these packages, too. They are many, and are asked only where there is a question.
            strange = _unowned_by(by_place(all_installed(installed()))[place], place) if strange else []
            if strange:
                more = " and %d more" % (len(strange) - 1) if len(strange) > 1 else ""
                path = os.path.join(place, strange[0])
                yield f"{path}{more}: left over from another version, no distribution was installed with it: delete it"


def _unowned_by(distributions: list[Distribution], place: str) -> list[str]:
    """Code that none of these has recorded, in the folders where they have recorded some, relative to their place."""
    owned = {file.path for each in distributions for file in recorded_files(each) or ()}
    within = {path for path in owned if path.partition("/")[0] in PACKAGES}
    owned |= {parent for path in within for parent in _parents(path)}
    folders = {os.path.dirname(path) for path in within if CODE.search(path)}
    return sorted(path for folder in folders for path in _code_in(place, folder) if path not in owned)


def _code_in(place: str, folder: str) -> Iterator[str]:
    for entry in _entries(os.path.join(place, folder)):
        if CODE.search(entry.name) or (entry.name != "__pycache__" and entry.is_dir()):
            yield f"{folder}/{entry.name}"


def _parents(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:
        return
