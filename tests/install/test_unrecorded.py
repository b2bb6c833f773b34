"""Packages without metadata: their versions are in their text."""

from __future__ import annotations

import pytest

from tf_conformance.install.modules import Modules
from tf_conformance.install.unrecorded import package_without_metadata

HEADER = "#define TF_MAJOR_VERSION 2\n#define TF_MINOR_VERSION 4\n\n#define TF_PATCH_VERSION 1\n"


@pytest.mark.parametrize(
    ("package", "path", "text", "version"),
    [
        ("tensorflow", "tensorflow/tools/pip_package/setup.py", "import os\n_VERSION = '2.21.0'\n", "2.21.0"),
        ("tensorflow", "tensorflow_core/tools/pip_package/setup.py", "_VERSION = '2.0.4'\n", "2.0.4"),
        ("tensorflow", "tensorflow/include/tensorflow/core/public/version.h", HEADER, "2.4.1"),
        ("tensorflow", "tensorflow/include/tensorflow/core/public/release_version.h", HEADER, "2.4.1"),
        ("tensorflow", "tensorflow/libtensorflow_framework.so.2", "\0002.0.3\0x\0002.10.1\0", "2.10.1"),
        ("tensorflow", "tensorflow/python/ops.py", "x = '2.21.0'\n", None),
        ("keras", "keras/src/version.py", '__version__ = "3.15.1"\n', "3.15.1"),
        ("keras", "keras/readme.txt", "", None),
        ("tf_keras", "tf_keras/src/__init__.py", '__version__ = "2.21.0"\n', "2.21.0"),
        ("numpy", "numpy/version.py", 'short_version: Final[str] = "2.5.5"\n', "2.5.5"),
    ],
)
def test_version(tmp_path, package, path, text, version):
    """The version is read from where the releases have had it."""
    for name, content in ((f"{package}/__init__.py", ""), (path, text)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    found = package_without_metadata(package, Modules([str(tmp_path)]))
    assert (found and found.version) == version
    if found:
        assert found.name == package.replace("_", "-")
        assert found.locate() == str(tmp_path)
        assert found.files is None


def test_absent_package(tmp_path):
    """A folder that only other files are left in is not a package."""
    (tmp_path / "tensorflow" / "old").mkdir(parents=True)
    assert package_without_metadata("tensorflow", Modules([str(tmp_path)])) is None
