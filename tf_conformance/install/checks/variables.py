"""Whether an environment variable changes or breaks TensorFlow, or puts another library in place of one of its own."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Iterator

from tf_conformance.install.elf import search_paths
from tf_conformance.install.environment import Environment
from tf_conformance.install.filesystem import entries
from tf_conformance.install.path_variables import folders_in, taking_off
from tf_conformance.install.problem import Problem
from tf_conformance.install.variables import acting_variables


def wrong_variables(environment: Environment) -> Iterator[Problem]:
    """Variables of TensorFlow, Keras and protobuf that change or break them, and those of the loader that replace libraries."""
    for variable in acting_variables(environment):
        value = environment.variables[variable.name]
        yield Problem(f"{variable.name}={value} {variable.says}", variable.do(), variable.breaks)
    yield from _replaced_libraries(environment)


def _replaced_libraries(environment: Environment) -> Iterator[Problem]:
    """Libraries that the loader takes from a folder of LD_LIBRARY_PATH, or a file of LD_PRELOAD, instead of TensorFlow's own."""
    folders = folders_in("LD_LIBRARY_PATH", environment.variables)
    preloaded = [entry for entry in re.split("[: ]", environment.variables.get("LD_PRELOAD", "")) if "/" in entry]
    if not folders and not preloaded:
        return
    own = _libraries(environment)
    for path in preloaded:
        if _differs(path, own.get(os.path.basename(path))):
            yield Problem(f"LD_PRELOAD loads {path} instead of {own[os.path.basename(path)]}", "unset LD_PRELOAD")
    for folder in folders:
        for entry in entries(folder):
            if _differs(entry.path, own.get(entry.name)) and not _comes_after(own[entry.name]):
                yield Problem(
                    f"LD_LIBRARY_PATH makes the loader use {entry.path} instead of {own[entry.name]}",
                    taking_off(folder, "LD_LIBRARY_PATH", environment.variables),
                )


def _libraries(environment: Environment) -> dict[str, str]:
    """Where the shared libraries of TensorFlow and its dependencies are, by name; Python's modules are found by path."""
    return {
        os.path.basename(file.path): distribution.locate(file.path)
        for distribution in environment.distributions.stack
        for file in distribution.files or ()
        if re.match(r"lib.*\.so\b", os.path.basename(file.path))
    }


def _comes_after(own: str) -> bool:
    """Whether LD_LIBRARY_PATH comes after the folders that a packager's build names: those in an RPATH, not in a RUNPATH."""
    rpath, runpath = search_paths(Path(own))
    return bool(rpath) and not runpath


def _differs(path: str, own: str | None) -> bool:
    """Whether a file is another one than TensorFlow's own; a copy of the same size is taken for the same."""
    if own is None:
        return False
    try:
        return not os.path.samefile(path, own) and os.path.getsize(path) != os.path.getsize(own)
    except OSError:
        return False
