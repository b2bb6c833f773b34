"""Plugins of pytest that others have installed, and that pytest loads into every run."""

from __future__ import annotations

import os
import re
from typing import Iterator, NamedTuple

from tf_conformance.diagnosis.culprits import FRAME
from tf_conformance.diagnosis.suspects import paths_in
from tf_conformance.install.distribution import Distribution
from tf_conformance.install.environment import Environment

OF_KIT = ("pytest-xdist", "hypothesis")  # which the kit itself asks for
SECTION = re.compile(r"^\[pytest11\]\s*$(.*?)(?=^\[|\Z)", re.MULTILINE | re.DOTALL)
ENTRY = re.compile(r"^\s*([^\s=#]+)\s*=\s*([\w.]+)", re.MULTILINE)
CALLER_OF_HOOKS = f"{os.sep}pluggy{os.sep}"


class Plugin(NamedTuple):
    """A plugin, by the name under which pytest loads it, and the distribution that brings it."""

    name: str
    distribution: Distribution

    def __str__(self) -> str:
        return f"{self.name}, a pytest plugin from {self.distribution}"


def plugin_behind(traceback: str, environment: Environment) -> Plugin | None:
    """The plugin of others whose hook has raised an error, or which pytest refuses; None if it is the kit's or pytest's own."""
    frames = FRAME.findall(traceback)
    callers = [number for number, file in enumerate(frames) if CALLER_OF_HOOKS in file]
    called = frames[callers[-1] + 1 : callers[-1] + 2] if callers else []
    last_line = traceback.rstrip().rpartition("\n")[2]
    plugins = (_plugin_in(file, environment) for file in [*called, *paths_in(last_line)])
    return next(filter(None, plugins), None)


def plugin_of_fixture(traceback: str, environment: Environment, specification: str) -> Plugin | None:
    """The plugin of others whose fixture has raised an error; None if it comes from the folder of the specification."""
    for file in reversed(FRAME.findall(traceback)):
        plugin = None if file.startswith(specification) else _plugin_in(file, environment)
        if plugin or file.startswith(specification):
            return plugin
    return None


def _plugin_in(file: str, environment: Environment) -> Plugin | None:
    """The plugin to whose top-level module a file belongs."""
    for distribution in environment.distributions.all(environment.distributions):
        for name, module in _entry_points(distribution):
            top = os.path.join(os.sep, module.partition(".")[0])
            if f"{top}{os.sep}" in file or file.endswith(f"{top}.py"):
                return None if distribution.name in OF_KIT else Plugin(name, distribution)
    return None


def _entry_points(distribution: Distribution) -> Iterator[tuple[str, str]]:
    """The names under which pytest loads plugins from a distribution, and their modules."""
    for section in SECTION.findall(distribution.read_text("entry_points.txt") or ""):
        yield from ENTRY.findall(section)
