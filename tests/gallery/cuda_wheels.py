"""What TensorFlow's wheels for GPUs open at their start, and where they look for it: measured, for docs/gpus.md.

``python -m tests.gallery.cuda_wheels PYTHON...`` takes interpreters that can import a TensorFlow, such as those of tox's matrix.
For each it fetches the wheel for GPUs of the same version (0.5 GB, deleted afterwards) and lets it meet a pretended driver.
Prints a row of the table for each: version, CUDA, what was opened, the folders of nvidia/ in the RUNPATH.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.pretended.driver import whole_driver
from tf_conformance.install.cuda import BUILD_INFO
from tf_conformance.install.elf import search_paths

VERSION = "import tensorflow as tf; print(tf.__version__)"
LIST_DEVICES = "import tensorflow as tf; tf.config.experimental.list_physical_devices()"
TALKATIVE = {"TF_CPP_MIN_LOG_LEVEL": "0", "TF_CPP_MIN_VLOG_LEVEL": "1", "TF_CPP_MAX_VLOG_LEVEL": "1"}
TALKATIVE["TF_CPP_VMODULE"] = "dso_loader=2"
CUDA = re.compile(r"cuda_version\W+([\d.]+)")
OTHERS = ("libcuda.", "libnvinfer")  # the driver, and TensorRT, which nobody needs
OPENED = re.compile(r"dynamic library '?(lib\w+\.so[\d.]*)")


def row(python: str) -> str:
    """The row of the table for the TensorFlow of an interpreter."""
    version = _version(python)
    with tempfile.TemporaryDirectory() as folder:
        site, driver = Path(folder, "site"), Path(folder, "driver")
        _fetch(version, python, site)
        package = next(path for path in (site / "tensorflow_core", site / "tensorflow") if path.exists())
        whole_driver(driver, package)
        opened = [name for name in _opened(python, site, driver) if not name.startswith(OTHERS)]
        told = CUDA.search((package / BUILD_INFO).read_text(encoding="utf-8"))
        _, runpath = search_paths(package / "libtensorflow_framework.so.2")
    folders = sorted({match.group(1) for match in map(re.compile(r"/nvidia/(\w+)/lib").search, runpath) if match})
    return f"| {version} | {told.group(1) if told else 'not told'} | {' '.join(opened)} | {' '.join(folders)} |"


def _version(python: str) -> str:
    return (
        subprocess.check_output([python, "-c", VERSION], text=True, stderr=subprocess.DEVNULL)
        .split()[-1]
        .replace("-", ".")
    )


def _fetch(version: str, python: str, site: Path) -> None:
    name = "tf-nightly" if "dev" in version else "tensorflow-gpu" if version.startswith("2.0.") else "tensorflow"
    command = ["uv", "pip", "install", "--quiet", "--no-deps", "--no-cache", "--python", python, "--target", str(site)]
    subprocess.run([*command, f"{name}=={version}"], check=True)


def _opened(python: str, site: Path, driver: Path) -> list[str]:
    """The libraries that TensorFlow opens, or tries to, in this order."""
    variables = {**os.environ, **TALKATIVE, "PYTHONPATH": str(site), "LD_LIBRARY_PATH": str(driver)}
    said = subprocess.run(
        [python, "-B", "-c", LIST_DEVICES], capture_output=True, text=True, env=variables, check=False
    )
    return list(dict.fromkeys(OPENED.findall(said.stderr)))


if __name__ == "__main__":
    for interpreter in sys.argv[1:]:
        print(row(interpreter), flush=True)
