"""NVIDIA's driver, asked without TensorFlow: real libraries that pretend to be it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests import ROOT
from tests.pretended.driver import MANAGEMENT, compiled, driver
from tf_conformance.install import nvidia
from tf_conformance.install.nvidia import Gpu, Nvidia, kernel_module_version

ABSENT = "libno_such_thing.so.1"


@pytest.fixture
def installed(monkeypatch, tmp_path):
    """Installs a pretended driver, and the library for its management."""

    def install(**answers):
        monkeypatch.setattr(nvidia, "DRIVER", str(driver(tmp_path / "libcuda.so.1", **answers)))
        monkeypatch.setattr(nvidia, "MANAGEMENT", str(compiled(tmp_path / "libnvidia-ml.so.1", MANAGEMENT)))
        return Nvidia()

    return install


@pytest.fixture
def absent(monkeypatch):
    """A machine without a driver."""
    monkeypatch.setattr(nvidia, "DRIVER", ABSENT)
    monkeypatch.setattr(nvidia, "MANAGEMENT", ABSENT)
    return Nvidia()


def test_driver(installed):
    """A driver tells the CUDA that it supports, its version, and the GPUs with model, memory and compute capability."""
    driver = installed()
    assert driver.load_error(nvidia.DRIVER) is None
    assert (driver.init_error(), driver.cuda_version(), driver.version()) == (0, (13, 0), "580.159.04")
    assert driver.gpus() == [Gpu("NVIDIA Pretended", 80 * 2**30, (9, 0))]
    assert driver.identities() == ["GPU 0 (NVIDIA Pretended, GPU-1234)"]


@pytest.mark.parametrize("code", [100, 802, 999])
def test_failing_driver(installed, code):
    """A driver that cannot be started says so by a number, and shows no GPU."""
    driver = installed(init=code)
    assert (driver.init_error(), driver.gpus()) == (code, [])


def test_no_driver(absent):
    """Without a driver the loader says why, and nothing else is said."""
    assert ABSENT in absent.load_error(ABSENT)
    assert (absent.init_error(), absent.cuda_version(), absent.gpus(), absent.identities()) == (0, None, [], [])


def test_path(tmp_path):
    """The driver is named by its file, to which the name leads by which it is loaded."""
    file = driver(tmp_path / "libcuda.so.580.159.04")
    (tmp_path / "libcuda.so.1").symlink_to(file)
    code = "import ctypes, sys; from tf_conformance.install.nvidia import Nvidia; ctypes.CDLL(sys.argv[1]); print(Nvidia().path())"
    command = [sys.executable, "-c", code, str(tmp_path / "libcuda.so.1")]
    assert subprocess.run(command, cwd=str(ROOT), capture_output=True, text=True, check=True).stdout == f"{file}\n"


def test_damaged_driver(tmp_path):
    """A library that is none has the loader's error."""
    damaged = tmp_path / "libcuda.so.1"
    damaged.write_text("not a library", encoding="utf-8")
    assert str(damaged) in Nvidia().load_error(str(damaged))


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.57.02  Tue Jul 13 16:14:05 UTC 2021", "470.57.02"),
        ("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build", "580.159.04"),
        ("something else", None),
    ],
)
def test_version_of_the_kernel_module(tmp_path, line, version):
    """The version is read from what the driver's part in the kernel says of itself."""
    (tmp_path / "version").write_text(f"{line}\nGCC version: gcc 12.3.0\n", encoding="utf-8")
    assert kernel_module_version(tmp_path / "version") == version
    assert kernel_module_version(tmp_path / "absent") is None
