"""Projects to run pytest in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.plugin.project import Project


@pytest.fixture(scope="session")
def imported_tensorflow():
    """TensorFlow in this process: pytester unloads what its runs import, and TensorFlow cannot be imported twice."""
    import tensorflow  # noqa: F401


@pytest.fixture
def project(imported_tensorflow, pytester, monkeypatch, tmp_path_factory):
    """A folder with a small specification. The runs share their bytecode, and load no plugins that they do not need."""
    if "PYTHONPYCACHEPREFIX" not in os.environ:
        monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.getbasetemp().parent / "bytecode"))
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name in [name for name in os.environ if name.startswith("PYTEST_XDIST_")]:
        monkeypatch.delenv(name)  # of the worker that this test may be running in
    return Project(pytester, monkeypatch)


@pytest.fixture
def clock():
    """The plugin with which a time limit runs out only because of a hang, as text."""
    return (Path(__file__).parent / "clock.py").read_text(encoding="utf-8")
