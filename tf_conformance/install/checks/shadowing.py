"""Whether a file of the user's hides a module that TensorFlow needs."""

from __future__ import annotations

import os
from typing import Iterator

from tf_conformance.install.checks.folders import entries
from tf_conformance.install.distributions import Distribution
from tf_conformance.install.environment import Environment
from tf_conformance.install.problem import Problem

EXTENSIONS = (".py", ".so", ".pyd")


def shadowed_modules(environment: Environment) -> Iterator[Problem]:
    """Modules of TensorFlow, its dependencies and Python's library that are found in another place than they belong."""
    owners = {name: owner for owner in reversed(environment.distributions.stack) for name in _modules_of(owner)}
    library = {name for folder in environment.standard for name in _modules_in(folder)}
    for folder in _folders_that_can_hide(environment):
        for name, path in _modules_in(folder).items():
            owner = owners.get(name)
            if (owner and not _same(folder, owner.locate())) or (not owner and name in library):
                yield Problem(f"{path} hides {name} of {owner or 'the Python library'}", f"rename or move {path}")


def _folders_that_can_hide(environment: Environment) -> Iterator[str]:
    """The folders of the path that are neither Python's own nor those in which packages are installed."""
    standard = environment.standard
    places = [owner.locate() for owner in environment.distributions.stack]
    for folder in environment.path:
        known = any(_same(folder, other) for other in [*standard, *places])
        if os.path.isdir(folder) and not known and not _is_below_any(folder, standard):
            yield folder


def _is_below_any(folder: str, others: tuple[str, ...]) -> bool:
    """Whether a folder is part of Python's installation, such as lib-dynload or the site-packages of the base."""
    return any(os.path.realpath(folder).startswith(os.path.realpath(other) + os.sep) for other in others)


def _modules_of(distribution: Distribution) -> set[str]:
    """The names under which a distribution can be imported."""
    paths = (file.path.split("/") for file in distribution.files or ())
    return {
        parts[0].partition(".")[0]
        for parts in paths
        if (len(parts) > 1 and parts[-1].endswith(EXTENSIONS) and "." not in parts[0])
        or (len(parts) == 1 and parts[0].endswith(EXTENSIONS))
    }


def _modules_in(folder: str) -> dict[str, str]:
    """The modules and packages of a folder, by name."""
    found = {}
    for entry in entries(folder):
        if entry.name.endswith(EXTENSIONS):
            found[entry.name.partition(".")[0]] = entry.path
        elif os.path.exists(os.path.join(entry.path, "__init__.py")):
            found[entry.name] = entry.path
    return found


def _same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
