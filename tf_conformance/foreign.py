"""A plugin of pytest that is loaded before those of others: it leaves out what cannot be loaded, where pytest would end.

Needs the standard library alone as long as nothing fails, like all of the kit's first steps.
"""

from __future__ import annotations

import functools
import os
import re
import shlex
import sys
from typing import Any, Callable, Generator, Iterator

import pytest

from tf_conformance.diagnosis.culprits import culprit_files, last_line, trace_of
from tf_conformance.diagnosis.obstacle import Obstacle, steps
from tf_conformance.diagnosis.suspects import Places
from tf_conformance.start import begin, give_up
from tf_conformance.unusable import CANNOT_START, explained, install_requirements, leave_for

if sys.version_info >= (3, 8):
    from importlib import metadata
else:
    import importlib_metadata as metadata

KIT = "tf_conformance.plugin"
OF_KIT = ("xdist", "hypothesispytest")  # plugins that the kit itself needs
NAMING = ("PYTEST_PLUGINS", "PYTEST_ADDOPTS")  # variables by which others have pytest load plugins
LEFT_OUT: list[str] = []  # lines of the report


def pytest_plugin_registered(plugin: object, manager: Any) -> None:
    """Has plugins be loaded with care from now on; pytest calls this for each, and for this one before those of others."""
    if plugin is sys.modules[__name__]:
        load, import_plugin = manager.load_setuptools_entrypoints, manager.import_plugin
        manager.load_setuptools_entrypoints = functools.partial(_load_installed, manager, load)
        manager.import_plugin = functools.partial(_import_named, manager, import_plugin)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Imports the kit, and has an option that two plugins have be an error of the second; comes before plugins of others."""
    begin()
    from tf_conformance.plugin import compat

    compat.refuse_options_twice(parser)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(parser: pytest.Parser) -> Generator[None, object, object]:
    """Explains the first hook in which a plugin of others can fail, and options that only PYTEST_ADDOPTS gives."""
    try:
        result = yield
    except Exception as error:
        with explained():
            from tf_conformance.diagnosis.loading import Diagnosis
            from tf_conformance.install.environment import Environment
        obstacle = Diagnosis(Environment.gather()).of_breakdown(trace_of(error))
        if obstacle is None:
            raise
        leave_for(obstacle)
    given = os.environ.get("PYTEST_ADDOPTS", "")
    unknown = parser.parse_known_and_unknown_args(shlex.split(given))[1]
    if unknown:
        cause = "PYTEST_ADDOPTS gives options that no pytest plugin here knows"
        give_up(cause, " ".join(unknown), "unset PYTEST_ADDOPTS")
    return result


def pytest_configure(config: pytest.Config) -> None:
    """Has warnings not be errors here because PYTEST_ADDOPTS wants that for another project: TensorFlow warns of much."""
    from tf_conformance.plugin import compat

    compat.forget_warnings(config, shlex.split(os.environ.get("PYTEST_ADDOPTS", "")))


def pytest_report_header() -> list[str]:
    """What was left out, why, and what to do."""
    return LEFT_OUT


def _load_installed(manager: Any, load: Callable[..., int], group: str, name: str | None = None) -> int:
    """Loads the plugins that distributions bring, or the one of a name.

    Before all others those of the kit and the kit itself, as others might take their options: pytest-playwright has --device.
    """
    if name is not None:
        return load(group, name)
    # Not by its name, as pytest warns of what is imported already, and that may be an error here (-W error).
    manager.register(sys.modules[KIT], KIT)
    return sum(_load_what_can_be(manager, load, group, each) for each in (*OF_KIT, None))


def _load_what_can_be(manager: Any, load: Callable[..., int], group: str, name: str | None) -> int:
    before = {known for known, _ in manager.list_name_plugin()}
    while True:
        try:
            return load(group, name)
        except (Exception, SystemExit, pytest.skip.Exception) as error:
            waiting = (each for each in _not_loaded(manager, group, before) if name in (None, each[0]))
            failed = next(waiting, None)
            if failed is None:
                raise
            _leave_out_installed(*failed, error.__cause__ or error)
            manager.set_blocked(failed[0])


def _not_loaded(manager: Any, group: str, before: set[str]) -> Iterator[tuple[str, metadata.Distribution]]:
    """The names of plugins that were not loaded yet, in pytest's order, and whose they are."""
    loaded = [plugin for plugin, _ in manager.list_plugin_distinfo()]
    for distribution in metadata.distributions():
        for entry in distribution.entry_points:
            known = entry.name in before or manager.is_blocked(entry.name)
            if entry.group == group and not known and manager.get_plugin(entry.name) not in loaded:
                yield entry.name, distribution


def _leave_out_installed(name: str, distribution: metadata.Distribution, error: BaseException) -> None:
    owner = str(distribution.metadata["Name"])
    plugin = f"{name}, a pytest plugin from {owner} {distribution.version}, cannot be loaded"
    suspect = Places.here().to_blame(culprit_files(error), last_line(error))
    with explained():
        from tf_conformance.install.environment import Environment
        from tf_conformance.install.installer import Installer
    if name in OF_KIT:
        cause, do = suspect or (plugin, install_requirements())
        leave_for(Obstacle(CANNOT_START, cause, last_line(error), (do,), trace_of(error)))
    installer = Installer.of(Environment.gather())
    update = (installer.upgrade(owner), f"if that does not help: {installer.uninstall(owner)}")
    _leave_out(plugin, error, (suspect.do,) if suspect else update)


def _import_named(manager: Any, load: Callable[..., None], name: str, consider_entry_points: bool = False) -> None:
    """Imports a plugin that somebody names: a variable may have been set for another project, a command line was not."""
    try:
        load(name, consider_entry_points)
    except (Exception, SystemExit) as error:
        named = re.compile(rf"(^|[\s,]|-p){re.escape(name)}([\s,]|$)")
        variable = next((each for each in NAMING if named.search(os.environ.get(each, ""))), None)
        if variable is None and isinstance(error, ImportError):
            raise pytest.UsageError(str(error)) from error  # as pytest 9 does
        if variable is None:
            raise
        manager.set_blocked(name)
        says = f"{name}, a pytest plugin that {variable} names, cannot be loaded"
        _leave_out(says, error.__cause__ or error, (f"take {name} out of {variable}",))


def _leave_out(plugin: str, error: BaseException, do: tuple[str, ...]) -> None:
    LEFT_OUT.extend([f"left out: {plugin} ({last_line(error)})", *steps(do, indent="  ")])
