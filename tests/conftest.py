"""What the kit's own tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tf_conformance.install import distributions

pytest_plugins = ["pytester"]


def pytest_addoption(parser):
    """An option for the gallery of damaged installs."""
    parser.addoption(
        "--environment",
        action="append",
        default=[],
        metavar="PREFIX",
        help="break copies of this virtual environment rather than of the one that runs the tests; only the core of the gallery",
    )


class PretendedDistribution:
    """A distribution as importlib.metadata gives it, of which nothing is on the disk."""

    def __init__(self, name, version, requires=(), files=None, place="/nowhere"):
        self.metadata = {"Name": name, "Requires-Python": ""}
        self.version = version
        self.requires = list(requires)
        self._texts = {"RECORD": "".join(f"{file},,\n" for file in files)} if files else {}
        self._place = Path(place)

    def read_text(self, name):
        """A file of the distribution's metadata, or None."""
        return self._texts.get(name)

    def locate_file(self, path):
        """Where a file of the distribution would be."""
        return self._place / path


@pytest.fixture
def pretend_installed(monkeypatch):
    """Makes it look as if only these distributions were installed: versions by name, or distributions."""

    def only(versions, *more):
        pretended = [PretendedDistribution(name, version) for name, version in versions.items()] + list(more)
        monkeypatch.setattr(distributions.metadata, "distributions", lambda path: pretended)
        forget()

    yield only
    monkeypatch.undo()
    forget()


def forget():
    """Has what is known of the installed distributions read anew."""
    for function in (distributions._installed_on, distributions._foundation_on):
        function.cache_clear()
