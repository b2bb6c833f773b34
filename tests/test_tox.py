"""tox's environments: those of the matrix, and those that a line or a combination of factors makes."""

from __future__ import annotations

import configparser
import subprocess
import sys

import pytest

from tests import ROOT

CONFIGURATION = (ROOT / "tox.ini").read_text(encoding="utf-8")


class Tox:
    """tox with a configuration of its own, which may differ from that of this repository."""

    def __init__(self, folder, configuration=CONFIGURATION):
        self._folder = folder
        (folder / "tox.ini").write_text(configuration, encoding="utf-8")

    def environments(self, label):
        """The names of the environments that have a label."""
        return self._ask("list", "-m", label, "--no-desc").split()

    def settings(self, *environments, keys):
        """The settings of environments: by environment, then by key."""
        parser = configparser.RawConfigParser(strict=False)
        parser.read_string(self._ask("config", "-e", ",".join(environments), "-k", *keys))
        return {environment: dict(parser[f"testenv:{environment}"]) for environment in environments}

    def _ask(self, *arguments):
        command = [sys.executable, "-m", "tox", *arguments]
        command += ["-c", str(self._folder / "tox.ini"), "--workdir", str(self._folder / "work")]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_matrix(tmp_path):
    """The matrix holds every TensorFlow 2, legacy Keras from 2.16 on, every Keras 3, candidate and nightly; no GPUs."""
    names = Tox(tmp_path).environments("matrix")
    assert {f"tf2.{minor}" for minor in range(22)} | {"candidate", "nightly"} <= set(names)
    assert {f"tf2.{minor}-legacy" for minor in range(16, 22)} <= set(names)
    assert {f"tf2.16-keras3.{minor}" for minor in range(16)} <= set(names)
    assert not [name for name in names if "gpu" in name or "bench" in name or "faults" in name]


def test_benchmarks(tmp_path):
    """Every TensorFlow has an environment that times it instead of judging it."""
    tox = Tox(tmp_path)
    assert tox.environments("benchmarks") == [f"tf2.{minor}-bench" for minor in range(22)] + [
        "candidate-bench",
        "nightly-bench",
    ]
    settings = tox.settings("tf2.4-bench", keys=["commands"])
    assert "pytest benchmarks/" in settings["tf2.4-bench"]["commands"]


def test_faults(tmp_path):
    """Faults are tried on installs of several eras, with what the specification needs there and nothing else."""
    tox = Tox(tmp_path)
    assert tox.environments("faults") == [f"tf2.{name}-faults" for name in ("0", "8", "15", "16-legacy")]
    settings = tox.settings("tf2.16-legacy-faults", keys=["commands", "deps", "set_env"])["tf2.16-legacy-faults"]
    assert settings["commands"].strip() == "pytest tests/faults -n 0"
    assert "tf-keras==2.16.*" in settings["deps"]
    assert "TF_USE_LEGACY_KERAS=1" in settings["set_env"]


def test_next_tensorflow_is_one_line(tmp_path):
    """A line below ``release`` makes an environment of the matrix, on the newest Python in use."""
    before = "    nightly: nightly\n"
    assert before in CONFIGURATION
    tox = Tox(tmp_path, CONFIGURATION.replace(before, f"    tf2.22: 2.22.*\n{before}"))
    assert "tf2.22" in tox.environments("matrix")
    settings = tox.settings("tf2.22", keys=["deps", "base_python"])["tf2.22"]
    assert "tensorflow-cpu==2.22.*" in settings["deps"]
    assert settings["base_python"] == "python3.13"


WANTED_AND_UNWANTED = {
    "tf2.18-keras3.6": (["tensorflow-cpu==2.18.*", "keras==3.6.*"], "hub"),
    "tf2.17-legacy": (["tensorflow-cpu==2.17.*", "tf-keras==2.17.*", "tensorflow-hub"], "and-cuda"),
    "tf2.19-gpu": (["tensorflow[and-cuda]==2.19.*"], "tensorflow-cpu"),
    "candidate": (["tensorflow-cpu>=2.22.0rc0"], "=="),
    "nightly": (["tf-nightly"], "tensorflow-cpu"),
}


@pytest.fixture(scope="module")
def dependencies(tmp_path_factory):
    """What the environments of several factors install."""
    settings = Tox(tmp_path_factory.mktemp("tox")).settings(*WANTED_AND_UNWANTED, keys=["deps"])
    return {name: setting["deps"] for name, setting in settings.items()}


@pytest.mark.parametrize("name", WANTED_AND_UNWANTED)
def test_factors_combine(dependencies, name):
    """A combination of factors installs what each of them asks for."""
    wanted, unwanted = WANTED_AND_UNWANTED[name]
    assert [requirement for requirement in wanted if requirement not in dependencies[name]] == []
    assert unwanted not in dependencies[name]
