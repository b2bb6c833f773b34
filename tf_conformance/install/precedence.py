"""Distributions that Python finds first, and others of the same name behind them on the path."""

from __future__ import annotations

import glob
import os
import re
import site
import sys

from tf_conformance.install.distribution import Distribution
from tf_conformance.install.environment import Environment
from tf_conformance.install.filesystem import is_same
from tf_conformance.install.installer import Installer
from tf_conformance.install.path_variables import WITHOUT_USER_SITE, taking_off

# The folder of a Python's packages.
OF_PYTHON = re.compile(r"(?P<before>.*[/\\]python)(?P<version>[\d.]+)(?P<after>.*)")


def hidden_by(distribution: Distribution, environment: Environment) -> Distribution | None:
    """What Python would use instead: the next one of the name, or the next TensorFlow, in another folder and version."""
    tensorflows = environment.distributions.tensorflows
    same = environment.distributions.all([distribution.key])
    others = tensorflows if distribution in tensorflows else same
    return next((each for each in others if _is_another(each, distribution)), None)


def not_from_there(distribution: Distribution, environment: Environment) -> str:
    """How to have Python not use what a variable or the user site puts before the environment; empty if neither does."""
    place = distribution.locate()
    user_site = getattr(site, "USER_SITE", None)
    of_user = WITHOUT_USER_SITE if user_site and is_same(place, user_site) else ""
    return taking_off(place, "PYTHONPATH", environment.variables) or of_user


def tensorflow_elsewhere(environment: Environment) -> tuple[str, str]:
    """A folder with a TensorFlow in which this Python does not look, empty if there is none; and what to do.

    It is that of another Python in the same environment, as after an upgrade of Python, or the user site that is disabled.
    """
    install = Installer.of(environment).install("tensorflow")
    user_site = (getattr(site, "USER_SITE", None) or "") if sys.prefix == sys.base_prefix else ""
    for entry in [*environment.path, user_site]:
        for folder in _beside(entry):
            if folder in environment.path or not os.path.isfile(os.path.join(folder, "tensorflow", "__init__.py")):
                continue
            if folder == user_site:
                is_asked = "PYTHONNOUSERSITE" in environment.variables
                return folder, "unset PYTHONNOUSERSITE" if is_asked else "run Python without -s and -I"
            version = OF_PYTHON.sub(r"\g<version>", folder)
            return folder, f"use Python {version}, or install one for this Python: {install}"
    return "", install


def _beside(entry: str) -> list[str]:
    """An entry of the path, if it is a folder of one Python's packages, and those of other Pythons beside it."""
    found = OF_PYTHON.match(entry)
    return sorted(glob.glob(f"{glob.escape(found['before'])}[0-9]*{glob.escape(found['after'])}")) if found else []


def _is_another(one: Distribution, other: Distribution) -> bool:
    return one.version != other.version and not is_same(one.locate(), other.locate())
