"""What earlier installations have left behind."""

from __future__ import annotations

import os
import re
from typing import Iterable, Iterator, NamedTuple

from tf_conformance.install.distribution import Distribution
from tf_conformance.install.distributions import PROVIDERS, Distributions, by_place
from tf_conformance.install.environment import Environment
from tf_conformance.install.filesystem import entries
from tf_conformance.install.installer import Installer, replacement
from tf_conformance.install.problem import Problem

# The packages in which a file of another version can be imported, or loaded, beside those of the installed one.
PACKAGES = ("tensorflow", "tensorflow_core", "keras", "tf_keras")
NAMED = 3  # files at most that are to be deleted one by one
BEGINNINGS = tuple(f"{package}/" for package in PACKAGES)
# Importable code: a library that is only opened, such as one of NVIDIA's that is linked there, is not.
CODE = re.compile(r"^(?!lib)\w+(\.[\w-]+)*\.(py|pyd|so)$")
# How pip renames what it is about to delete: it puts one of these for the first letter, or more before it.
RENAMED = re.compile(r"^[~]+[-~.=%\d]*(?P<rest>\w.*)$")


class Unowned(NamedTuple):
    """Code in the packages of TensorFlow and Keras that no distribution was installed with."""

    place: str
    paths: list[str]
    providers: list[Distribution]

    def __str__(self) -> str:
        more = f" and {len(self.paths) - 1} more" if len(self.paths) > 1 else ""
        return f"{os.path.join(self.place, self.paths[0])}{more}"

    @property
    def packager(self) -> str:
        """Who may have added the files on purpose; empty if all distributions came from pip or the like."""
        return next((provider.packager for provider in self.providers if provider.packager), "")


def leftovers(environment: Environment) -> Iterator[Problem]:
    """Folders that pip has not finished replacing, replaced versions that are still recorded, files of other versions."""
    yield from _half_replaced_folders(environment.distributions)
    yield from _hollow_metadata(environment.distributions)
    yield from _replaced_versions(environment)
    for unowned in environment.once(_unowned_files):
        if not unowned.packager:
            yield Problem(
                f"{unowned}: left over from another version, as no distribution was installed with it",
                _without(unowned, environment),
            )


def _without(unowned: Unowned, environment: Environment) -> str:
    """What to do about a few files, which can be named, or about many: reinstall their packages."""
    if len(unowned.paths) <= NAMED:
        return f"delete {' and '.join(os.path.join(unowned.place, path) for path in unowned.paths)}"
    packages = sorted({path.partition("/")[0] for path in unowned.paths})
    owners = [each for each in unowned.providers if each.modules.intersection(packages)]
    folders = [os.path.join(unowned.place, package) for package in packages]
    names = [f"{each.name}=={each.version}" for each in owners]
    return Installer.of(environment).renew(folders, *names)


def unknown_leftovers(environment: Environment) -> Iterator[str]:
    """Why it is not known whether the packages hold files of other versions: what belongs there was not recorded."""
    if environment.has_tensorflow_without_metadata:
        yield f"{environment.tensorflow} has no metadata, and so no RECORD of its files"
    for provider in environment.distributions.providing(PROVIDERS):
        if provider.files is None:
            yield f"{provider} has no RECORD of its files"
    for unowned in environment.once(_unowned_files):
        if unowned.packager:
            yield f"{unowned}: added on purpose, it seems, by {unowned.packager}"


def _half_replaced_folders(distributions: Distributions) -> Iterator[Problem]:
    """Folders of the stack that pip was about to delete when it was interrupted: it first renames them."""
    for place in sorted({distribution.locate() for distribution in distributions.stack}):
        renamed = [(entry, RENAMED.match(entry.name)) for entry in entries(place)]
        found = [(entry, match.group("rest")) for entry, match in renamed if match]
        names = _names_in(distributions, place) if found else set()
        for entry, rest in found:
            if any(name.endswith(rest) or rest.startswith((f"{name[1:]}-", f"{name}-")) for name in names):
                yield Problem(f"{entry.path} is left over from an interrupted installation", f"delete {entry.path}")


def _names_in(distributions: Distributions, place: str) -> set[str]:
    """The names that folders of the stack have in a place."""
    there = [each for each in distributions.stack if each.locate() == place]
    names = {str(each.name) for each in there} | {name for each in there for name in each.modules}
    return names | {name.replace("-", "_") for name in names}


def _hollow_metadata(distributions: Distributions) -> Iterator[Problem]:
    """Folders that held the metadata of a version before, beside those of the installed one: no installer can remove them."""
    for name in {each.key for each in distributions.stack}:
        versions = distributions.all([name])
        for hollow in (each for each in versions if each.is_hollow and len(versions) > 1):
            folder = hollow.metadata_folder
            yield Problem(f"{folder} is left over from an interrupted uninstallation", f"delete {folder}")


def _replaced_versions(environment: Environment) -> Iterator[Problem]:
    """Several versions of one distribution in one place; for TensorFlow and Keras other checks say so."""
    distributions = environment.distributions
    for name in distributions:
        versions = [each for each in distributions.all([name]) if not each.is_hollow]
        if versions and versions[0] in distributions.stack and name not in PROVIDERS:
            yield from _recorded_twice(versions, environment)


def _recorded_twice(versions: list[Distribution], environment: Environment) -> Iterator[Problem]:
    for place, sharing in by_place(versions).items():
        if len({each.version for each in sharing}) > 1:
            titles = " and ".join(map(str, sharing))
            yield Problem(f"{titles} are both recorded in {place}", replacement(sharing, environment))


def _unowned_files(environment: Environment) -> list[Unowned]:
    """Code in the packages of TensorFlow and Keras with which they were not installed, such as that of an older version."""
    found: list[Unowned] = []
    distributions = environment.distributions
    for place, providers in by_place(distributions.providing(PROVIDERS)).items():
        if all(provider.files is not None and provider.has_whole_record() for provider in providers):
            unowned = _unowned_by(providers, place)
            # Others may install into these packages, too. They are many, so they are asked only if there is a question.
            unowned = _unowned_by(by_place(distributions.all(distributions))[place], place) if unowned else []
            if unowned:
                found.append(Unowned(place, unowned, providers))
    return found


def _unowned_by(distributions: Iterable[Distribution], place: str) -> list[str]:
    """Code that none of these has recorded, in the folders in which they have recorded some, relative to their place."""
    within = {file.path for each in distributions for file in each.files or () if file.path.startswith(BEGINNINGS)}
    code = {path for path in within if path.endswith((".py", ".so", ".pyd"))}
    folders = {path.rpartition("/")[0] for path in code}
    every_folder = {path.rpartition("/")[0] for path in within}
    owned = within.union(every_folder, *map(_parents, every_folder))
    found = ((f"{folder}/{entry.name}", entry) for folder in folders for entry in entries(os.path.join(place, folder)))
    return sorted(path for path, entry in found if path not in owned and _is_code(entry))


def _is_code(entry: os.DirEntry[str]) -> bool:
    """Whether it is a module or a package; what is linked there from elsewhere is there on purpose."""
    return not entry.is_symlink() and bool(CODE.search(entry.name) or _is_package(entry))


def _is_package(entry: os.DirEntry[str]) -> bool:
    if entry.name == "__pycache__" or not entry.name.isidentifier() or not entry.is_dir():
        return False
    return any(CODE.search(name) for _, _, names in os.walk(entry.path) for name in names)


def _parents(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
