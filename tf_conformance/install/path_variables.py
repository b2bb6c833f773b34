"""Variables by which Python and the loader find files, and how to take a folder off. Needs the standard library alone."""

from __future__ import annotations

import os
from typing import Mapping

from tf_conformance.install.filesystem import is_same

WITHOUT_USER_SITE = "set PYTHONNOUSERSITE=1, or uninstall the package there"


def folders_in(variable: str, variables: Mapping[str, str]) -> list[str]:
    """The folders that a variable lists, as they are written there."""
    return [entry for entry in variables.get(variable, "").split(os.pathsep) if entry]


def entry_for(folder: str, variable: str, variables: Mapping[str, str]) -> str:
    """The entry of a variable that names a folder, perhaps by another path; empty if there is none."""
    return next((entry for entry in folders_in(variable, variables) if is_same(entry, folder)), "")


def taking_off(entry: str, variable: str, variables: Mapping[str, str]) -> str:
    """How to take an entry off a variable."""
    others = [each for each in folders_in(variable, variables) if each != entry]
    return f"remove {entry} from {variable}" if others else f"unset {variable}"
