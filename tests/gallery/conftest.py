"""Environments to judge, healthy and ready to be broken."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests import ROOT
from tests.gallery.environment import Environment, copy_kit, copy_template, make_template
from tests.plugin import clock as fast_clock
from tests.shared import locked, shared_folder  # noqa: F401 - a fixture

SECONDS = "seconds to the verdict"  # a property of tests: by the clock, and of processor time


def pytest_terminal_summary(terminalreporter):
    """How long the kit took to judge each broken install, the longest last."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    measured = [(dict(report.user_properties).get(SECONDS), report.nodeid) for report in reports]
    measured = sorted((seconds, name.rpartition("::")[2]) for seconds, name in measured if seconds)
    if measured:
        terminalreporter.section("seconds to the verdict, by the clock and of processor time")
    for (clock, processor), name in measured:
        terminalreporter.line(f"{clock:6.1f} {processor:6.1f}  {name}")


@pytest.fixture(scope="session")
def tree(shared_folder):  # noqa: F811
    """A copy of the kit, in which bytecode may be kept."""
    tree = shared_folder / "kit"
    with locked(shared_folder / "kit.lock"):
        if not tree.exists():
            copy_kit(ROOT, tree)
    return tree


@pytest.fixture(scope="session")
def template(shared_folder):  # noqa: F811
    """Makes the template of an environment when it is first asked for."""

    def of(original):
        template = shared_folder / "environments" / original.name
        template.parent.mkdir(exist_ok=True)
        with locked(f"{template}.lock"):
            if not template.exists():
                make_template(original, template)
        return template

    return of


@pytest.fixture
def original():
    """The environment that is copied: the one that runs the tests, unless a test is given another one."""
    return Path(sys.prefix)


@pytest.fixture
def folder(tmp_path):
    """An empty folder to run in."""
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


@pytest.fixture
def environment(original, template, tree, tmp_path, folder):
    """A copy of an environment, to be broken, with a clock that can be put forward."""
    copy_template(template(original), tmp_path / "copy")
    environment = Environment(tmp_path / "copy", tree, folder)
    shutil.copy(fast_clock.__file__, environment.site / "clock.py")
    return environment


@pytest.fixture
def pretended(environment):
    """A copy in which the import of TensorFlow takes no time, for what does not depend on it."""
    environment.pretend_tensorflow()
    return environment


@pytest.fixture
def healthy(original, template, tree, folder):
    """An environment that stays as it is."""
    return Environment(template(original), tree, folder)
