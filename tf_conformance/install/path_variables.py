"""Variables by which Python and the loader find files, and how to take a folder off. Needs the standard library alone."""

from __future__ import annotations

import os
from typing import Mapping

from tf_conformance.install.filesystem import is_same

WITHOUT_USER_SITE = "set PYTHONNOUSERSITE=1, or uninstall the package there"


def folders_in(variable: str, variables: Mapping[str, str]) -> list[str]:
    """The folders that a variable lists, as they are written there."""
    return [entry for entry in variables.get(variable, "").split(os.pathsep) if entry]


def taking_off(folder: str, variable: str, variables: Mapping[str, str]) -> str:
    """How to take a folder off a variable, which may name it by another path; empty if the variable does not list it."""
    listed = folders_in(variable, variables)
    entry = next((each for each in listed if is_same(each, folder)), "")
    others = any(each != entry for each in listed)
    return entry and (f"remove {entry} from {variable}" if others else f"unset {variable}")
