"""What Python finds first, and what it does not look for."""

from __future__ import annotations

import site
import sys

import pytest

from tests.pretended.environments import environment
from tf_conformance.install.precedence import tensorflow_elsewhere

INSTALL = "python -m pip install tensorflow"


@pytest.fixture
def found(tmp_path, monkeypatch):
    """Puts a TensorFlow into a folder, and returns where it is found from a path, and what to do."""
    monkeypatch.setattr(site, "USER_SITE", str(tmp_path / "user/lib/python3.12/site-packages"))
    monkeypatch.setattr(sys, "base_prefix", sys.prefix)

    def elsewhere(folder, path, **variables):
        (tmp_path / folder / "tensorflow").mkdir(parents=True)
        (tmp_path / folder / "tensorflow" / "__init__.py").touch()
        place, do = tensorflow_elsewhere(environment(path=(str(tmp_path / path),), variables=variables))
        return place.replace(f"{tmp_path}/", ""), do

    return elsewhere


@pytest.mark.parametrize(
    "folder", ["lib/python3.11/site-packages", "lib/python3.9/site-packages", "user/lib/python3.10/site-packages"]
)
def test_python_was_upgraded(found, folder):
    """The packages are where the Python before it looked: in the environment, or in the user site."""
    version = folder.partition("python")[2].partition("/")[0]
    assert found(folder, "lib/python3.12/site-packages") == (
        folder,
        f"use Python {version}, or install one for this Python: {INSTALL}",
    )


@pytest.mark.parametrize(
    ("variables", "do"),
    [({"PYTHONNOUSERSITE": "1"}, "unset PYTHONNOUSERSITE"), ({}, "run Python without -s and -I")],
)
def test_disabled_user_site(found, variables, do):
    """A user site that Python does not look at is told with what disables it."""
    folder = "user/lib/python3.12/site-packages"
    assert found(folder, "lib/python3.12/site-packages", **variables) == (folder, do)


def test_nowhere(found, monkeypatch):
    """A folder of something else is none; nor is, in a virtual environment, what the user has for the system's Python."""
    assert found("lib/python-data/site-packages", "lib/python3.12/site-packages") == ("", INSTALL)
    monkeypatch.setattr(sys, "base_prefix", "/usr")
    assert found("user/lib/python3.10/site-packages", "lib/python3.12/site-packages") == ("", INSTALL)
