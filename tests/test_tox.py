"""tox's environments: those of the matrix, and those that a line or a combination makes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests import ROOT


def tox(folder, *arguments):
    """What tox says of the configuration in a folder."""
    command = [
        sys.executable,
        "-m",
        "tox",
        *arguments,
        "-c",
        str(folder / "tox.ini"),
        "--workdir",
        str(folder / "work"),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def configuration(tmp_path):
    """A folder with tox.ini, in which it can be changed."""
    (tmp_path / "tox.ini").write_text((ROOT / "tox.ini").read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def test_matrix(configuration):
    """The matrix holds each TensorFlow 2, legacy Keras from 2.16 on, each Keras 3, and the nightly; no GPUs."""
    names = tox(configuration, "list", "-m", "matrix", "--no-desc").split()
    assert {f"tf2.{minor}" for minor in range(22)} | {"nightly"} <= set(names)
    assert {f"tf2.{minor}-legacy" for minor in range(16, 22)} <= set(names)
    assert {f"tf2.16-keras3.{minor}" for minor in range(16)} <= set(names)
    assert not [name for name in names if "gpu" in name or "bench" in name]


def test_benchmarks(configuration):
    """Each TensorFlow has an environment that times it instead of judging it."""
    names = tox(configuration, "list", "-m", "benchmarks", "--no-desc").split()
    assert names == [f"tf2.{minor}-bench" for minor in range(22)] + ["nightly-bench"]
    assert "pytest benchmarks/" in tox(configuration, "config", "-e", "tf2.4-bench", "-k", "commands")


def test_next_tensorflow_is_one_line(configuration):
    """A line below ``release`` makes an environment of the matrix, on the newest Python in use."""
    path = configuration / "tox.ini"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("    nightly: nightly\n", "    tf2.22: 2.22.*\n    nightly: nightly\n"), encoding="utf-8"
    )
    assert "tf2.22" in tox(configuration, "list", "-m", "matrix", "--no-desc").split()
    assert "tensorflow-cpu==2.22.*" in tox(configuration, "config", "-e", "tf2.22", "-k", "deps")
    assert "python3.13" in tox(configuration, "config", "-e", "tf2.22", "-k", "base_python")


@pytest.mark.parametrize(
    ("name", "wanted", "unwanted"),
    [
        ("tf2.18-keras3.6", ["tensorflow-cpu==2.18.*", "keras==3.6.*"], "hub"),
        ("tf2.17-legacy", ["tensorflow-cpu==2.17.*", "tf-keras==2.17.*", "tensorflow-hub"], "and-cuda"),
        ("tf2.19-gpu", ["tensorflow[and-cuda]==2.19.*"], "tensorflow-cpu"),
        ("nightly", ["tf-nightly"], "tensorflow-cpu"),
    ],
)
def test_factors_combine(configuration, name, wanted, unwanted):
    """Any combination of factors has the packages of all of them."""
    deps = tox(configuration, "config", "-e", name, "-k", "deps")
    assert all(requirement in deps for requirement in wanted)
    assert unwanted not in deps
