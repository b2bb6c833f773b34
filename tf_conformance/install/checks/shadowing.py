"""Whether a file of the user's hides a module that TensorFlow needs."""

from __future__ import annotations

import os
from typing import Iterator, NamedTuple

from tf_conformance.install.distribution import Distribution
from tf_conformance.install.environment import Environment
from tf_conformance.install.filesystem import entries, is_below, is_same
from tf_conformance.install.modules import is_hooked
from tf_conformance.install.path_variables import taking_off
from tf_conformance.install.problem import Problem

EXTENSIONS = (".py", ".so", ".pyd")
MANY = 5  # more modules than that are not a user's, but the library of another Python
SITE_FOLDERS = ("site-packages", "dist-packages")

# Python's own tests and tools, which nothing imports, and what every site may have of its own.
NEVER_IMPORTED = {"test", "idlelib", "lib2to3", "turtledemo", "sitecustomize", "usercustomize"}
# What projects call their own folders and scripts; distributions install some of these only by mistake.
COMMON_NAMES = {"tests", "test", "docs", "doc", "examples", "benchmarks", "scripts", "tools", "setup", "conftest"}


class Hidden(NamedTuple):
    """A module, whose it is, and the folder of the path that hides it."""

    name: str
    owner: str
    folder: str


def shadowed_modules(environment: Environment) -> Iterator[Problem]:
    """Modules of TensorFlow, its dependencies and Python's library that Python finds in another place than they belong.

    A frozen program decides itself where its modules are.
    """
    hidden = [] if environment.frozen else list(_hidden(environment))
    for folder in dict.fromkeys(each.folder for each in hidden):
        by_folder = [each for each in hidden if each.folder == folder]
        if len(by_folder) > MANY:
            names = f"{len(by_folder)} modules, such as {by_folder[0].name} of {by_folder[0].owner}"
            off = f"take {folder} off the path (PYTHONPATH)"
            yield Problem(f"{folder} hides {names}", _taking_off_pythonpath(environment, folder) or off)
        else:
            yield from (_problem(environment, each) for each in by_folder)


def _hidden(environment: Environment) -> Iterator[Hidden]:
    for name, owner in _modules_of_stack(environment).items():
        folder = environment.modules.folder_of(name)
        if folder and not is_same(folder, owner.locate()) and not _belongs_there(environment, folder, name):
            yield Hidden(name, str(owner), folder)
    for name in _modules_of_library(environment):
        folder = environment.modules.folder_of(name)
        if folder and not _is_of_python(environment, folder) and not _belongs_there(environment, folder, name):
            yield Hidden(name, "the Python library", folder)


def _problem(environment: Environment, hidden: Hidden) -> Problem:
    path = str(environment.modules.find(hidden.name))
    if os.path.basename(path).partition(".")[0] == "__init__":
        path = os.path.dirname(path)
    do = _taking_off_pythonpath(environment, hidden.folder) or f"rename or move {path}"
    return Problem(f"{path} hides {hidden.name} of {hidden.owner}", do)


def _taking_off_pythonpath(environment: Environment, folder: str) -> str:
    """How to take a folder off PYTHONPATH; empty if it is not there, or Python also works in it and would find it anyway."""
    return "" if is_same(folder, os.getcwd()) else taking_off(folder, "PYTHONPATH", environment.variables)


def _modules_of_stack(environment: Environment) -> dict[str, Distribution]:
    """The modules of TensorFlow and its dependencies, and whose each is."""
    stack = environment.distributions.stack
    names = {name: owner for owner in reversed(stack) for name in owner.modules}
    return {name: names[name] for name in sorted(names) if name not in COMMON_NAMES}


def _modules_of_library(environment: Environment) -> list[str]:
    """The modules of Python's library that a file elsewhere may hide."""
    names = {name for folder in environment.standard for name in _modules_in(folder)}
    owned = _modules_of_stack(environment)
    return sorted(name for name in names - NEVER_IMPORTED if name not in owned)


def _modules_in(folder: str) -> Iterator[str]:
    for entry in entries(folder):
        if entry.name.endswith(EXTENSIONS):
            yield entry.name.partition(".")[0]
        elif entry.name.isidentifier() and os.path.exists(os.path.join(entry.path, "__init__.py")):
            yield entry.name


def _is_of_python(environment: Environment, folder: str) -> bool:
    """Whether a folder is part of Python's installation, such as lib-dynload."""
    own = any(is_same(folder, standard) or is_below(folder, standard) for standard in environment.standard)
    return own and not folder.rstrip(os.sep).endswith(SITE_FOLDERS)


def _belongs_there(environment: Environment, folder: str, name: str) -> bool:
    """Whether a distribution, or an import hook, provides the module: that is how somebody has built the environment."""
    sharing = [
        each for each in environment.distributions.all(environment.distributions) if is_same(folder, each.locate())
    ]
    if any(name in each.modules for each in sharing):
        return True
    # Packages of Linux distributions often do not list what they brought.
    is_site = folder.rstrip(os.sep).endswith(SITE_FOLDERS)
    return (is_site and any(each.files is None for each in sharing)) or is_hooked(name)
