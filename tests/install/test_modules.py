"""What the import system would find."""

from __future__ import annotations

import sys
import zipfile
from importlib.machinery import ModuleSpec

import pytest

from tf_conformance.install.modules import Modules, is_hooked


@pytest.fixture
def folders(tmp_path):
    """Two folders: a module and a package, a namespace in both; and an archive with a module."""
    for name in (
        "a/one.py",
        "b/one.py",
        "b/two/__init__.py",
        "a/space/x.py",
        "b/space/deep/__init__.py",
        "a/data/x.txt",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("packed.py", "")
        archive.writestr("packed_package/__init__.py", "")
    return [str(tmp_path / name) for name in ("a", "b", "c.zip", "absent")]


def test_first_on_the_path(folders):
    """A module is found where Python finds it: first on the path, in a package, in an archive."""
    modules = Modules(folders)
    places = {name: modules.folder_of(name) for name in ("one", "two", "packed", "packed_package", "space", "none")}
    a, b, archive, _ = folders
    expected = {"one": a, "two": b, "packed": archive, "packed_package": archive, "space": None, "none": None}
    assert places == expected
    assert modules.find("two") == f"{b}/two/__init__.py"


@pytest.mark.parametrize(
    ("name", "present"),
    [
        ("one", True),
        ("space", True),
        ("space.deep", True),
        ("space.none", False),
        ("data", False),
        ("one.x", False),
        ("none.x", False),
    ],
)
def test_presence(folders, name, present):
    """A dotted name is present if something can be imported under it."""
    assert Modules(folders).is_present(name) is present


@pytest.mark.parametrize(
    ("code", "goes_on"),
    [
        ("__path__ = __import__('pkgutil').extend_path(__path__, __name__)", True),
        ("import pkg_resources\npkg_resources.declare_namespace(__name__)", True),
        ("# a package that ends here", False),
    ],
)
def test_package_that_goes_on(tmp_path, code, goes_on):
    """What stands for a namespace in the words of older packages hides no folder of its name."""
    for name, text in (("a/google/__init__.py", code), ("b/google/protobuf/__init__.py", "")):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    modules = Modules([str(tmp_path / "a"), str(tmp_path / "b")])
    assert modules.is_present("google.protobuf") is goes_on
    assert (modules.folder_of("google") is None) is goes_on


def test_damaged_archive(tmp_path):
    """An archive that is damaged, or entries that no hook knows, hold nothing."""
    (tmp_path / "x.zip").write_bytes(b"PK\x05\x06" + bytes(5))
    assert Modules([str(tmp_path / "x.zip"), "\0", "http://x"]).find("one") is None


def test_hooks(monkeypatch):
    """What is built in, or what a hook provides before the path is searched, cannot be hidden; a failing hook counts not."""

    class Hook:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name == "broken":
                raise RuntimeError("broken")
            return ModuleSpec(name, None) if name == "hooked" else None

    monkeypatch.setattr(sys, "meta_path", [Hook, *sys.meta_path])
    assert is_hooked("sys")
    assert is_hooked("hooked")
    assert not is_hooked("colorsys")
    assert not is_hooked("broken")
