"""TensorFlow from pip in an environment of Debian's own Python, in front of apt's packages: a real one, which tox makes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.gallery.damage import FINE
from tests.gallery.environment import Environment

APT = Path("/usr/lib/python3/dist-packages")


@pytest.fixture
def debian(tree, folder):
    """The environment that runs this test, if it is one of Debian's Python, with apt's NumPy behind it."""
    if Path(sys.prefix).name != "debian" or str(APT) not in sys.path:
        pytest.skip("needs an environment of Debian's own Python: tox run -e debian")
    if not (APT / "numpy").is_dir():
        pytest.skip("needs apt's NumPy: apt-get install python3-numpy")
    return Environment(Path(sys.prefix), tree, folder)


def test_packages_of_apt_behind_an_environment(debian):
    """Nothing is found, the install's statements are met, and only the files that Debian does not record are unchecked."""
    run = debian.judge("--statement", "install.*", python=("-I",))
    assert run.returncode == FINE, run.stdout[-4000:]
    record = json.loads((debian.folder / "r.json").read_text(encoding="utf-8"))
    assert record["problems"] == []
    selected = [each for each in record["statements"] if each["id"].startswith("install.")]
    assert {each["id"] for each in selected if each["verdict"] != "holds"} == {"install.files"}
    assert "has no RECORD" in next(each["reason"] for each in selected if each["id"] == "install.files")
