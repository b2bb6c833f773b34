"""Whether a TensorFlow that was built for CUDA finds what compiles code for GPUs."""

from __future__ import annotations

import pytest

from tests.pretended.distributions import distribution, tensorflow
from tests.pretended.environments import environment
from tf_conformance.install import nvidia
from tf_conformance.install.checks import compiler
from tf_conformance.install.checks.compiler import LIBDEVICE, PTXAS, missing_compiler

BUILD = "build_info = collections.OrderedDict([('cuda_version', '12.5.1'), ('cudnn_version', '9'), ('is_cuda_build', True)])"
EXTRA = """Requires-Dist: nvidia-cuda-nvcc-cu12<13.0,>=12.5.82; extra == "and-cuda"
Requires-Dist: nvidia-cuda-runtime-cu12<13.0,>=12.5.82; extra == "and-cuda"
"""


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """Makes an environment with TensorFlow for CUDA and NVIDIA's packages, on a machine with a GPU unless it is said."""

    def make(*parts, version="2.21.0", has_gpu=True, packages=("nvidia-cuda-runtime-cu12",), **variables):
        site = tmp_path / "site"
        for file, text in (
            ("tensorflow/python/platform/build_info.py", BUILD),
            ("tensorflow/libtensorflow_framework.so.2", ""),
        ):
            (site / file).parent.mkdir(parents=True, exist_ok=True)
            (site / file).write_text(text, encoding="utf-8")
        for part in parts:
            (tmp_path / part).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / part).touch()
        monkeypatch.setattr(compiler, "TOOLKITS", str(tmp_path / "usr" / "cuda*"))
        (tmp_path / "dev").mkdir(exist_ok=True)
        (tmp_path / "dev" / ("nvidiactl" if has_gpu else "null")).touch()
        monkeypatch.setattr(nvidia, "DEVICES", tmp_path / "dev")
        texts = {"METADATA": f"Name: tensorflow\nVersion: {version}\n{EXTRA}"}
        installed = [
            tensorflow(version=version, place=site, texts=texts),
            *(distribution(name, "12.9") for name in packages),
        ]
        return environment(*installed, path=(str(site),), variables=variables)

    return make


@pytest.mark.parametrize(
    ("parts", "lacks"),
    [
        ((), "no ptxas and no libdevice.10.bc"),
        ([f"site/nvidia/cuda_nvcc/{PTXAS}"], "no libdevice.10.bc"),
        ([f"usr/cuda-12.9/{LIBDEVICE}"], "no ptxas"),
    ],
)
def test_missing_parts(machine, parts, lacks):
    """What is missing is named, and NVIDIA's package that brings it is to be installed again."""
    (problem,) = missing_compiler(machine(*parts))
    assert problem.says.startswith(f"XLA finds {lacks}, ")
    assert problem.do == "python -m pip install --force-reinstall --no-deps nvidia-cuda-nvcc-cu12"


@pytest.mark.parametrize(
    "parts",
    [
        [f"site/nvidia/cuda_nvcc/{PTXAS}", f"site/nvidia/cuda_nvcc/{LIBDEVICE}"],
        [f"usr/cuda-12.9/{PTXAS}", f"usr/cuda-12.9/{LIBDEVICE}"],
        ["bin/ptxas", f"usr/cuda/{LIBDEVICE}"],
    ],
)
def test_whole_compiler(machine, tmp_path, parts):
    """NVIDIA's package will do, a toolkit, or a program on the path."""
    assert list(missing_compiler(machine(*parts, PATH=f"/usr/bin:{tmp_path / 'bin'}"))) == []


@pytest.mark.parametrize(
    "given",
    [
        {"has_gpu": False},
        {"version": "2.20.0"},
        {"packages": ()},
        {"XLA_FLAGS": "--xla_gpu_cuda_data_dir=/opt/cuda"},
    ],
    ids=["no GPU", "another release", "no CUDA", "another folder"],
)
def test_not_known(machine, given):
    """Nothing is said without a GPU, of releases that were not tried, without CUDA, and if XLA is told where to look."""
    assert list(missing_compiler(machine(**given))) == []
