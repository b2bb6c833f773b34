"""What earlier installations have left behind."""

from __future__ import annotations

import os
import re
from typing import Iterable, Iterator

from tf_conformance.install.checks.folders import entries
from tf_conformance.install.distributions import PROVIDERS, Distribution, Distributions, by_place
from tf_conformance.install.environment import Environment
from tf_conformance.install.installer import replacement
from tf_conformance.install.problem import Problem

# The packages in which a file of another version can be imported, or loaded, beside those of the installed one.
PACKAGES = ("tensorflow", "tensorflow_core", "keras", "tf_keras")
CODE = re.compile(r"\.(py|pyd|so(\.\d+)*)$")


def leftovers(environment: Environment) -> Iterator[Problem]:
    """Folders that pip has not finished replacing, replaced versions that are still recorded, files of other versions."""
    yield from _half_replaced_folders(environment.distributions)
    yield from _replaced_versions(environment)
    yield from _unowned_files(environment.distributions)


def unknown_leftovers(environment: Environment) -> Iterator[str]:
    """Why nobody can tell whether the packages hold files of other versions: those of this one were not recorded."""
    for provider in environment.distributions.all(PROVIDERS):
        if provider.files is None:
            yield f"{provider} has no RECORD of its files"


def _half_replaced_folders(distributions: Distributions) -> Iterator[Problem]:
    """Folders that pip was about to delete when it was interrupted: it first renames them so that they begin with ~."""
    for place in sorted({distribution.locate() for distribution in distributions.stack}):
        for entry in entries(place):
            if entry.name.startswith("~"):
                yield Problem(f"{entry.path} is left over from an interrupted installation", f"delete {entry.path}")


def _replaced_versions(environment: Environment) -> Iterator[Problem]:
    """Several versions of one distribution in one place; for TensorFlow and Keras other checks say so."""
    distributions = environment.distributions
    for name in distributions:
        versions = distributions.all([name])
        if versions[0] in distributions.stack and name not in PROVIDERS:
            yield from _recorded_twice(versions, environment)


def _recorded_twice(versions: list[Distribution], environment: Environment) -> Iterator[Problem]:
    for place, sharing in by_place(versions).items():
        if len(sharing) > 1:
            titles = " and ".join(map(str, sharing))
            yield Problem(f"{titles} are both recorded in {place}", replacement(sharing, environment))


def _unowned_files(distributions: Distributions) -> Iterator[Problem]:
    """Code in the packages of TensorFlow and Keras with which they were not installed, such as that of an older version."""
    for place, providers in by_place(distributions.all(PROVIDERS)).items():
        if all(provider.files is not None and provider.has_whole_record() for provider in providers):
            unowned = _unowned_by(providers, place)
            # Others may install into these packages, too. They are many, so they are asked only if there is a question.
            unowned = _unowned_by(by_place(distributions.all(distributions))[place], place) if unowned else []
            if unowned:
                path = os.path.join(place, unowned[0])
                more = f" and {len(unowned) - 1} more" if len(unowned) > 1 else ""
                yield Problem(
                    f"{path}{more}: left over from another version, as no distribution was installed with it",
                    f"delete {path}{more}",
                )


def _unowned_by(distributions: Iterable[Distribution], place: str) -> list[str]:
    """Code that none of these has recorded, in the folders in which they have recorded some, relative to their place."""
    owned = {file.path for each in distributions for file in each.files or ()}
    within = {path for path in owned if path.partition("/")[0] in PACKAGES}
    owned |= {parent for path in within for parent in _parents(path)}
    folders = {os.path.dirname(path) for path in within if CODE.search(path)}
    return sorted(path for folder in folders for path in _code_in(place, folder) if path not in owned)


def _code_in(place: str, folder: str) -> Iterator[str]:
    for entry in entries(os.path.join(place, folder)):
        if CODE.search(entry.name) or (entry.name != "__pycache__" and entry.is_dir()):
            yield f"{folder}/{entry.name}"


def _parents(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
