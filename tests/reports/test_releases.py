"""Releases that the matrix does not have, asked of a pretended pip, of a folder, and of the package index."""

from __future__ import annotations

import pytest
from packaging.version import Version

from reports.__main__ import main
from reports.releases import NoAnswerError, missing_releases, versions_on_index

PIP = """
import sys
versions = {versions!r}
if versions[sys.argv[3]]:
    print(sys.argv[3], "(9)\\nAvailable versions:", versions[sys.argv[3]])
else:
    print("WARNING: Retrying", file=sys.stderr)
    sys.exit("ERROR: No matching distribution found for " + sys.argv[3])
"""
ENVIRONMENTS = ["tf2.20", "tf2.21", "nightly", "tf2.21-legacy", "tf2.16-keras3.14"]


@pytest.fixture
def pip(tmp_path, monkeypatch):
    """A pip that finds these versions of TensorFlow and Keras."""

    def pretend(tensorflow, keras):
        (tmp_path / "pip").mkdir()
        text = PIP.format(versions={"tensorflow": tensorflow, "keras": keras})
        (tmp_path / "pip" / "__main__.py").write_text(text, encoding="utf-8")
        (tmp_path / "pip" / "__init__.py").touch()
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    return pretend


def test_missing_releases(pip):
    """A release that the matrix does not have is named once, with its newest version; older ones than it has are not."""
    pip("2.23.0rc1, 2.22.1, 2.22.0, 2.21.3, 2.20.0, 2.19.0, 1.15.0", "3.15.0, 3.14.1, 3.0.0, 2.15.0")
    assert list(missing_releases([*ENVIRONMENTS, "tf2.16"], [])) == [
        "tensorflow 2.19.0 is on the package index, but tox.ini does not have tensorflow 2.19",
        "tensorflow 2.22.1 is on the package index, but tox.ini does not have tensorflow 2.22",
        "tensorflow 2.23.0rc1, a pre-release, is on the package index, but tox.ini does not have tensorflow 2.23",
        "keras 3.15.0 is on the package index, but tox.ini does not have keras 3.15",
    ]


def test_nothing_missing(pip):
    """A patch release is no release of its own: tox takes the newest. A candidate may have been judged under another name."""
    pip("2.22.0rc0, 2.21.3, 2.21.0rc0", "3.14.9")
    assert list(missing_releases(ENVIRONMENTS, [Version("2.22.0rc0")])) == []


def test_no_index(pip):
    """What pip says last is the reason."""
    pip("", "")
    with pytest.raises(NoAnswerError, match=r"^pip cannot list .* of keras: ERROR: No matching distribution"):
        versions_on_index("keras")


def test_stale_without_an_index(pip, monkeypatch, tmp_path, capsys):
    """stale then does the rest, says so in one line, and does not count it as a finding."""
    pip("", "")
    monkeypatch.setattr("reports.__main__.matrix_environments", lambda _root: ENVIRONMENTS)
    monkeypatch.setattr("reports.__main__.stale", lambda *_: iter(()))
    assert main(["stale", "--records", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "pip cannot list the releases of tensorflow: ERROR: No matching distribution found for tensorflow\n"
    )


def test_folder_of_wheels(tmp_path, monkeypatch):
    """pip's own settings count, such as a folder of wheels in place of an index."""
    pytest.importorskip("pip", reason="this environment has no pip")
    for version in ("2.21.0", "2.22.0rc0"):
        (tmp_path / f"tensorflow-{version}-py3-none-any.whl").touch()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    assert list(map(str, versions_on_index("tensorflow"))) == ["2.22.0rc0", "2.21.0"]


@pytest.mark.network
def test_package_index():
    """The index has the releases of the matrix, as far as they are for this Python."""
    pytest.importorskip("pip", reason="this environment has no pip")
    assert {"3.14", "3.15"} <= {f"{version.major}.{version.minor}" for version in versions_on_index("keras")}
