"""Every small broken install is told for what it is; what is said to be done is done, and then nothing is wrong any more."""

from __future__ import annotations

import csv
import shlex
import shutil
import site
from collections import Counter
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.gallery.broken import BROKEN, other
from tests.gallery.tree import Tree, Wheel, wheels
from tf_conformance.install.checks import find_problems

# What can be installed, the newest first; of TensorFlow only what there is for this Python.
PUBLISHED = {
    "tf-keras": ["2.21.0", "2.19.0"],
    "tensorflow-text": ["2.21.0"],
    "numpy": ["2.4.0", "2.1.0", "1.26.4", "1.24.3"],
    "protobuf": ["6.31.1", "4.25.8", "3.20.3"],
    "h5py": ["3.14.0", "3.11.0", "2.10.0"],
    "ml-dtypes": ["0.6.0", "0.5.1", "0.3.2"],
    "absl-py": ["2.3.1"],
    "wrapt": ["1.17.2", "1.14.1"],
    "typing-extensions": ["4.15.0", "4.5.0"],
    "gast": ["0.6.0", "0.2.2"],
    "tensorflow-intel": ["2.21.0"],
}


@pytest.fixture
def variables(broken, tmp_path):
    """The variables of the broken install; folders on PYTHONPATH are below that of the tree."""
    folder = broken.variables.get("PYTHONPATH")
    return {**broken.variables, **({"PYTHONPATH": str(tmp_path / folder)} if folder else {})}


@pytest.fixture
def problems(variables, monkeypatch):
    """What is found in a tree, with the variables of the broken install."""

    def of(tree):
        monkeypatch.setattr(site, "USER_SITE", str(tree.user_site))
        environment = tree.environment()
        return find_problems(replace(environment, variables={**environment.variables, **variables}))

    return of


@pytest.mark.parametrize("broken", BROKEN, ids=str)
def test_broken(broken, problems, variables, tmp_path):
    """What is said to be done first is the right thing, and all there is to do: then nothing is wrong."""
    tree = Tree(tmp_path)
    broken.make(tree)
    tree.install(Wheel("pip", "26.0", {"pip/__init__.py": b""}))
    found = problems(tree)
    assert any(fnmatchcase(problem.says, broken.says) for problem in found), found
    do = found[0].do
    assert fnmatchcase(do, broken.do), do
    for step in do.splitlines():
        follow(step, tree, variables)
    assert problems(tree) == []


def follow(step, tree, variables):
    """Does what a step says; pip and Python's start are played."""
    words = shlex.split(step)
    if words == ["unset", "PYTHONPATH"]:
        tree.path.remove(Path(variables.pop("PYTHONPATH")))
    elif step.startswith("set PYTHONNOUSERSITE=1"):
        tree.path.remove(tree.user_site)
    elif words[0] == "delete" or words[:2] == ["rm", "-r"]:
        delete(Path(words[-1]))
    elif step.startswith("rename or move "):
        Path(words[-1]).rename(tree.root / "renamed")
    elif words[:4] == ["python", "-m", "pip", "uninstall"]:
        for name in words[5:]:
            uninstall(name, tree)
    else:
        assert words[:4] == ["python", "-m", "pip", "install"]
        for requirement in map(Requirement, (word for word in words[4:] if not word.startswith("--"))):
            uninstall(requirement.name, tree)
            tree.install(wheel_for(requirement))


def wheel_for(requirement):
    """The newest wheel that is asked for."""
    (known,) = [wheel for wheel in wheels() if wheel.name == requirement.name] or [None]
    versions = PUBLISHED.get(requirement.name) or [known.version]
    version = next(each for each in versions if requirement.specifier.contains(each))
    return replace(known, version=version) if known else other(requirement.name, version)


def uninstall(name, tree):
    """Deletes what the first distribution of a name has recorded, and its empty folders, as pip does; another one stays."""
    info = next(iter(sorted(tree.site.glob(f"{name.replace('-', '_')}-[0-9]*.dist-info"))), None)
    if info is None:
        return
    for row in csv.reader((info / "RECORD").read_text(encoding="utf-8", errors="replace").splitlines()):
        delete(tree.site / row[0])
    delete(info)


def delete(path):
    """Deletes a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    elif path.exists():
        path.unlink()


def test_size_of_the_gallery():
    """There are many, and at least three of each kind."""
    kinds = Counter(broken.kind for broken in BROKEN)
    assert len(BROKEN) >= 60
    assert min(kinds.values()) >= 3, kinds
