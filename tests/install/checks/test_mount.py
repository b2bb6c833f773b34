"""Libraries on file systems from which none can be loaded."""

from __future__ import annotations

import mmap
import os
from types import SimpleNamespace

import pytest

from tests.gallery.tree import Tree
from tf_conformance.install.checks.mount import NOEXEC, mounted_noexec
from tf_conformance.install.problem import IMPORT

READ_ONLY = 1


@pytest.fixture
def tree(tmp_path):
    """A small install."""
    tree = Tree(tmp_path)
    tree.install_all()
    return tree


@pytest.fixture
def mounted(monkeypatch):
    """Has everything below a folder be on a file system that is mounted with other options than the rest."""

    def with_options(below, options):
        flags = SimpleNamespace(f_flag=options), SimpleNamespace(f_flag=0)
        monkeypatch.setattr(os, "statvfs", lambda path: flags[not path.startswith(str(below))])

    return with_options


@pytest.mark.skipif(not NOEXEC, reason="this system has no such option")
def test_noexec(tree, mounted):
    """Each folder with libraries is named."""
    mounted(tree.root, NOEXEC | READ_ONLY)
    problems = list(mounted_noexec(tree.environment()))
    folder = tree.site / "numpy" / "_core"
    assert f"{folder} is on a file system that is mounted noexec: no library is loaded from there" in [
        problem.says for problem in problems
    ]
    assert not any(problem.breaks for problem in problems)  # the folder of the test lets code be loaded


@pytest.mark.skipif(not NOEXEC, reason="this system has no such option")
def test_refused_code(tree, mounted, monkeypatch):
    """TensorFlow is certain to fail if the system refuses to load its own library."""

    def refuse(*_):
        raise PermissionError

    mounted(tree.root, NOEXEC)
    monkeypatch.setattr(mmap, "mmap", refuse)
    problems = {problem.says.partition(" is on ")[0]: problem.breaks for problem in mounted_noexec(tree.environment())}
    assert {str(tree.site / "tensorflow" / "python"): IMPORT} == {path: each for path, each in problems.items() if each}


@pytest.mark.parametrize("options", [0, READ_ONLY])
def test_other_options(tree, mounted, options):
    """Other options keep nothing from being loaded."""
    mounted(tree.root, options)
    assert list(mounted_noexec(tree.environment())) == []


def test_links_out_of_it(tree, mounted, tmp_path_factory):
    """What counts is where the libraries are to which links lead, such as uv's cache."""
    cache = tmp_path_factory.mktemp("cache")
    for path in [*tree.site.rglob("*.so*")]:
        path.rename(cache / path.name)
        path.symlink_to(cache / path.name)
    mounted(tree.root, NOEXEC)
    assert list(mounted_noexec(tree.environment())) == []
