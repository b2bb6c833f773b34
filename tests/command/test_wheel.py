"""The wheel: built, installed beside TensorFlow, and used from there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests import ROOT
from tests.gallery.environment import skip_unless_possible

ANOTHER_USER = ["setpriv", "--reuid=54999", "--clear-groups", "--inh-caps=+dac_read_search"]
OFFLINE_AND_READ_ONLY = ["unshare", "--net", *ANOTHER_USER, "--ambient-caps=+dac_read_search"]

BACKPORTS = ("contextvars", "dataclasses", "enum", "ipaddress", "queue", "statistics", "typing")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=str(ROOT), capture_output=True, check=True)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The folder of an environment into which the wheel was installed; it sees the packages of this one.

    It also has modules for older Pythons, which this one has in its own library, and does not import.
    """
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    site = next(folder.glob("lib/python3*/site-packages"))
    (site / "around.pth").write_text(sysconfig.get_paths()["purelib"], encoding="utf-8")
    for module in BACKPORTS:
        (site / f"{module}.py").write_text("raise ImportError('not for this Python')\n", encoding="utf-8")
    pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
    subprocess.run(pip, check=True)
    return folder


def uv(*arguments):
    """What uv prints, which finds packages in its cache that it has fetched before."""
    run = subprocess.run([sys.executable, "-m", "uv", *arguments], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def ask(installed, *arguments, within=()):
    """Runs the installed command away from the checkout, with a home that is not there."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [*within, str(installed / "bin" / "tf-conformance"), *arguments],
        cwd="/",
        env={**variables, "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_one_package(wheel):
    """The wheel installs one package, with all that is in the checkout's folders."""
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"tf_conformance"}
    held = {name.partition("tf_conformance/checkout/")[2] for name in names}
    wanted = [
        path.relative_to(ROOT).as_posix()
        for folder in ("spec", "benchmarks", "reports/records")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    ]
    assert sorted(set(wanted) - held) == []


def test_requires_nothing_that_is_judged(wheel):
    """Installing the wheel changes no TensorFlow, Keras or NumPy."""
    archive = zipfile.ZipFile(wheel)
    metadata = next(archive.read(name).decode() for name in archive.namelist() if name.endswith("/METADATA"))
    required = [line.partition(": ")[2] for line in metadata.splitlines() if line.startswith("Requires-Dist: ")]
    stated = [line.partition("#")[0].strip() for line in (ROOT / "requirements.txt").read_text().splitlines()]
    names = sorted(line.partition("<")[0].partition(">")[0] for line in stated if line)
    assert sorted(line.partition("<")[0].partition(">")[0] for line in required) == names


def test_questions(installed):
    """The published records and the specification are there."""
    assert ask(installed, "list", "dropout.rate-one").stdout.startswith("dropout.rate-one")
    assert ask(installed, "diff", "tf2.15", "tf2.16").returncode == 0


def test_scan(installed, tmp_path):
    """The command of the page for teachers lists lines of a folder of notebooks."""
    page = (ROOT / "docs" / "readers" / "teaching.md").read_text(encoding="utf-8")
    program, *arguments = next(line for line in page.splitlines() if line.startswith("tf-conformance scan")).split()
    cell = {"cell_type": "code", "source": ["import tensorflow as tf\n", "tf.keras.optimizers.Adam(lr=0.1)"]}
    (tmp_path / "week1.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    scanned = ask(installed, *(str(tmp_path) if each == "course/" else each for each in arguments))
    assert (program, scanned.returncode) == ("tf-conformance", 1), scanned.stderr
    assert scanned.stdout.endswith("1 line in 1 of 1 file: 1 error\n")


def test_python_without_pytest(installed, tmp_path):
    """What another Python is told to install is still there when the run is over."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
    run = ask(installed, "check", "--python", str(tmp_path / "bare" / "bin" / "python"))
    assert run.returncode == 10
    (requirements,) = re.findall(r" -r (\S+)$", run.stderr, re.MULTILINE)
    assert Path(requirements).is_file()


def test_check(installed, tmp_path):
    """A run from the installed package, by a user who may write nothing but temporary files, without a network."""
    skip_unless_possible(OFFLINE_AND_READ_ONLY)
    tmp_path.chmod(0o777)
    record = tmp_path / "record.json"
    options = ["-n", "1", "--statement", "dropout.rate-one", "--record", str(record)]
    run = ask(installed, "check", *options, within=["env", f"TMPDIR={tmp_path}", *OFFLINE_AND_READ_ONLY])
    assert run.returncode == 0, run.stdout + run.stderr
    (checked,) = [each for each in json.loads(record.read_text())["statements"] if each["cases"]]
    assert checked["cases"][0]["id"].startswith("spec/week3_regularization_callbacks/")


@pytest.mark.network
def test_beside_tensorflow(wheel, tmp_path):
    """In an environment of TensorFlow and nothing else, the wheel adds packages and changes none; a run then needs no network."""
    skip_unless_possible(OFFLINE_AND_READ_ONLY)
    tmp_path.chmod(0o777)
    folder, record = tmp_path / "environment", tmp_path / "record.json"
    of_environment = ["--python", str(folder / "bin" / "python")]
    uv("venv", str(folder), "--python", sys.executable)
    uv("pip", "install", *of_environment, "tensorflow-cpu")
    before = uv("pip", "freeze", *of_environment).splitlines()
    uv("pip", "install", *of_environment, str(wheel))
    assert set(before) < set(uv("pip", "freeze", *of_environment).splitlines())
    options = ["-n", "1", "--statement", "install.*", "--statement", "dropout.rate-one", "--record", str(record)]
    run = ask(folder, "check", *options, within=["env", f"TMPDIR={tmp_path}", *OFFLINE_AND_READ_ONLY])
    assert run.returncode == 0, run.stdout + run.stderr
    verdicts = {each["id"]: each["verdict"] for each in json.loads(record.read_text())["statements"] if each["cases"]}
    assert "dropout.rate-one" in verdicts
    assert verdicts["install.requirements"] == "holds"
