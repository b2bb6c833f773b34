"""The bundle: a folder that judges the environment of the Python that runs it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests import ROOT
from tests.gallery.environment import skip_unless_possible
from tf_conformance.command import bundle as making
from tf_conformance.command import main
from tf_conformance.command.bundle import MAIN

HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"
ANOTHER_USER = ["setpriv", "--reuid=54999", "--clear-groups", "--inh-caps=+dac_read_search"]
LIKE_A_CONTAINER = ["unshare", "--net", "--mount", "--propagation=private"]
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'


def tf_conformance(*arguments):
    """Runs the command; returns the finished process."""
    command = [sys.executable, "-m", "tf_conformance", *arguments]
    return subprocess.run(command, cwd=str(ROOT), capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """A bundle for this Python."""
    folder = tmp_path_factory.mktemp("made") / "bundle"
    made = tf_conformance("bundle", str(folder), "--for-python", HERE)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory):
    """A Python in an environment with nothing in it."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return str(folder / "bin" / "python")


@pytest.mark.network
def test_like_a_container(bundle, bare_python, tmp_path):
    """Without network, read-only, by another user without a home, it runs: here it finds that there is no TensorFlow."""
    skip_unless_possible([*LIKE_A_CONTAINER, *ANOTHER_USER])
    tmp_path.chmod(0o777)
    user = [*ANOTHER_USER, "--ambient-caps=+dac_read_search", "env", "HOME=/nonexistent", f"TMPDIR={tmp_path}"]
    command = [*LIKE_A_CONTAINER, "sh", "-c", READ_ONLY, str(bundle), *user, bare_python, str(bundle), "-n", "0"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 10, run.stdout + run.stderr
    assert "no TensorFlow is installed" in run.stdout


@pytest.mark.network
@pytest.mark.parametrize("safe_path", ["", "1"])
def test_other_commands(bundle, bare_python, safe_path):
    """The other commands of tf-conformance are there as well, also if Python adds no folder of a script to its path."""
    command = [bare_python, str(bundle), "diff", "tf2.15", "tf2.16"]
    variables = {**os.environ, "PYTHONSAFEPATH": safe_path}
    assert subprocess.run(command, env=variables, capture_output=True, text=True, check=False).returncode == 0


@pytest.mark.network
def test_run_on_a_safe_path(bundle, bare_python):
    """With PYTHONSAFEPATH, a run finds the kit all the same, and what pytest needs."""
    variables = {**os.environ, "PYTHONSAFEPATH": "1"}
    command = [bare_python, str(bundle), "-n", "1"]
    run = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert run.returncode == 10
    assert "no TensorFlow is installed" in run.stdout


@pytest.mark.network
def test_another_python(bundle, bare_python):
    """A Python for which the bundle was not made is told so, in one line."""
    (bundle / "needs" / HERE).rename(bundle / "needs" / "3.6")
    run = subprocess.run([bare_python, str(bundle)], capture_output=True, text=True, check=False)
    (bundle / "needs" / "3.6").rename(bundle / "needs" / HERE)
    assert run.returncode == 10
    assert run.stderr.endswith(f"this bundle is for Python 3.6, and {bare_python} is Python {HERE}\n")


def test_python_that_is_too_old(monkeypatch, capsys):
    """A Python whose syntax is older than that of the kit is told so, before anything of the kit is read."""
    monkeypatch.setattr(sys, "version_info", (3, 6, 15))
    with pytest.raises(SystemExit) as end:
        exec(MAIN, {})
    assert end.value.code == 10
    assert capsys.readouterr().err.endswith(" is Python 3.6, but the kit needs Python 3.7 or later\n")


def test_folder_that_exists(tmp_path):
    """An existing folder is left alone."""
    run = tf_conformance("bundle", str(tmp_path))
    assert (run.returncode, run.stderr) == (2, f"tf-conformance: {tmp_path} exists already\n")


def test_without_uv(bare_python, tmp_path, monkeypatch, capsys):
    """Where uv is missing, one line says how to install it, and nothing is left."""
    monkeypatch.setattr(making.sys, "executable", bare_python)
    monkeypatch.setattr(making.shutil, "which", lambda program: None)
    assert main(["bundle", str(tmp_path / "bundle")]) == 2
    assert capsys.readouterr().err.endswith(f"uv is needed to make a bundle: {bare_python} -m pip install uv\n")
    assert not (tmp_path / "bundle").exists()


def test_python_without_pytest(bare_python):
    """An environment without pytest is told what to install."""
    run = tf_conformance("check", "--python", bare_python)
    assert run.returncode == 10
    assert "TensorFlow cannot be judged: the kit needs pytest, which cannot be imported\n" in run.stderr
    assert f"{bare_python} -r {ROOT / 'requirements.txt'}\n" in run.stderr
