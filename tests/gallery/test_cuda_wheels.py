"""TensorFlow's wheels for GPUs with NVIDIA's packages: without a driver, and with one that is pretended.

tox installs them: ``tox run -m cuda``. What an environment holds is taken from TensorFlow's distribution.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import metadata

import pytest

from tests import ROOT
from tests.pretended.driver import whole_driver
from tf_conformance.install.cuda import CudaBuild
from tf_conformance.install.environment import Environment
from tf_conformance.install.limits import Limits
from tf_conformance.records.record import read_record

NO_DRIVER = "NVIDIA's driver is not installed"
LIBRARIES = "TensorFlow does not find CUDA libraries: libcusolver.so.11"
DEFECTIVE = "2.21.0"
LIST_DEVICES = "import tensorflow as tf; print(*(device.name for device in tf.config.list_physical_devices('GPU')))"

FOLDER = re.compile(r"export LD_LIBRARY_PATH=\"([^$]+)")


@pytest.fixture(scope="module")
def build():
    """The build for CUDA with all of NVIDIA's packages, in the environment that runs the tests."""
    build = CudaBuild.of(Environment.gather(Limits()))
    if build is None or not build.has_extra:
        pytest.skip("no TensorFlow with the extra and-cuda is installed; tox run -m cuda installs some")
    return build


@pytest.fixture(scope="module")
def is_defective(build):
    """Whether this is the release whose wheel overlooks a package."""
    return metadata.version("tensorflow") == DEFECTIVE


@pytest.fixture
def ask(build, tmp_path):
    """Runs the kit, which must have a GPU, with a value of LD_LIBRARY_PATH: its status and its record."""

    def run(folders=""):
        record = tmp_path / "r.json"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "spec/",
            "--require-device",
            "gpu",
            "-n",
            "0",
            "--record",
            str(record),
        ]
        status = subprocess.run(
            command, cwd=ROOT, env={**os.environ, "LD_LIBRARY_PATH": folders}, check=False
        ).returncode
        return status, read_record(record)

    return run


@pytest.fixture(scope="module")
def driver(build, tmp_path_factory):
    """The folder of a driver that TensorFlow takes for one with a GPU."""
    folder = tmp_path_factory.mktemp("driver")
    whole_driver(folder, build.loader.opener.parent)
    return folder


def test_without_a_driver(ask, is_defective):
    """The driver is named, and beside it the package that the defective wheel overlooks; the statement has its verdict."""
    status, record = ask()
    assert (status, record.obstacle.what) == (11, "TensorFlow does not use a GPU")
    assert record.obstacle.cause == (f"{NO_DRIVER}; besides, {LIBRARIES}" if is_defective else NO_DRIVER)
    (verdict,) = (each.verdict for each in record.statements if each.id == "install.cuda-libraries")
    assert str(verdict) == ("defect" if is_defective else "holds")


def test_with_a_driver(ask, driver, is_defective):
    """With a driver TensorFlow sees the GPU; the defective wheel does so only with the folder that the kit names."""
    folders = str(driver)
    if is_defective:
        assert devices(folders) == ""
        status, record = ask(folders)
        assert (status, record.obstacle.cause) == (11, LIBRARIES)
        (step,) = record.obstacle.advice
        folders = f"{FOLDER.search(step).group(1)}:{driver}"
    assert devices(folders) == "/physical_device:GPU:0"


def devices(folders: str) -> str:
    """The GPUs that TensorFlow itself sees."""
    variables = {**os.environ, "LD_LIBRARY_PATH": folders}
    return subprocess.check_output([sys.executable, "-c", LIST_DEVICES], text=True, env=variables).strip()
