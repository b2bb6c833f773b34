"""A TensorFlow that was built for CUDA: what it opens, and what it finds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.pretended.cuda import PACKAGES as PACKAGES_OF_CUDA
from tests.pretended.cuda import cuda_build
from tests.pretended.distributions import distribution, tensorflow
from tests.pretended.environments import environment
from tf_conformance.install import cuda
from tf_conformance.install.cuda import CudaBuild
from tf_conformance.install.installer import Installer

CUDA_12 = cuda.LIBRARIES["12"]
ALL = (*CUDA_12, "libcudnn.so.9")
TOLD = "build_info = collections.OrderedDict([('cuda_compute_capabilities', ['sm_60', 'compute_90']), {versions}('is_cuda_build', {cuda})])"
VERSIONS = "('cuda_version', '{}'), ('cudnn_version', '{}'), "
EXTRA = """Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"
Requires-Dist: nvidia-cudnn-cu12<10.0,>=9.3.0.75; extra == "and-cuda"
Requires-Dist: not a requirement; extra == "and-cuda"
Requires-Dist: numpy>=1.26
"""
PACKAGES = [distribution("nvidia-cublas-cu12", "12.9"), distribution("nvidia-cudnn-cu12", "9.28")]


@pytest.fixture
def installed(tmp_path):
    """An environment with a TensorFlow whose files say this of its build."""

    def install(info, *others, version="2.21.0", metadata="", package="tensorflow"):
        folder = tmp_path / package
        (folder / "python" / "platform").mkdir(parents=True)
        (folder / "python" / "platform" / "build_info.py").write_text(info, encoding="utf-8")
        (folder / "libtensorflow_framework.so.2").touch()
        texts = {"METADATA": f"Name: tensorflow\nVersion: {version}\n{metadata}"}
        return environment(tensorflow(version=version, place=tmp_path, texts=texts), *others)

    return install


@pytest.mark.parametrize(
    ("version", "told", "libraries"),
    [
        ("2.21.0", ("12.5.1", "9"), ALL),
        ("2.15.1", ("12", "8"), (*CUDA_12, "libcudnn.so.8")),
        ("2.14.1", ("11.8", "8"), (*(each for each in cuda.LIBRARIES["11"] if "curand" not in each), "libcudnn.so.8")),
        ("2.13.1", ("11.8", "8"), (*cuda.LIBRARIES["11"], "libcudnn.so.8")),
        ("2.4.4", ("11.0", "8"), (*cuda.LIBRARIES["11.0"], "libcudnn.so.8")),
        ("2.3.4", ("10.1", "7"), (*cuda.LIBRARIES["10"], "libcudnn.so.7")),
        ("2.21.0", ("99.1", "9"), ()),
    ],
)
def test_what_a_build_opens(installed, version, told, libraries):
    """The libraries follow from the release, and from the versions of CUDA and cuDNN that the build tells."""
    build = CudaBuild.of(installed(TOLD.format(versions=VERSIONS.format(*told), cuda=True), version=version))
    assert (build.cuda, build.cudnn, build.libraries) == (*told, libraries)
    assert build.capabilities == ("sm_60", "compute_90")


@pytest.mark.parametrize(
    ("version", "package", "versions"),
    [("2.0.4", "tensorflow_core", ("10.0", "7")), ("2.2.3", "tensorflow", ("10.1", "7"))],
)
def test_builds_that_tell_too_little(installed, version, package, versions):
    """The first releases tell at most the major version of CUDA."""
    info = "is_cuda_build = True\ncuda_version_number = '10'\n"
    build = CudaBuild.of(installed(info, version=version, package=package))
    assert (build.cuda, build.cudnn) == versions


@pytest.mark.parametrize(("metadata", "versions"), [(EXTRA, ("12", "9.3.0.75")), ("", ("", ""))])
def test_builds_that_tell_nothing(installed, metadata, versions):
    """From 2.22 on the packages of the extra tell the versions; without them nothing is known to be opened."""
    build = CudaBuild.of(installed(TOLD.format(versions="", cuda=True), version="2.22.0", metadata=metadata))
    assert (build.cuda, build.cudnn) == versions
    assert build.libraries == (ALL if metadata else ())


@pytest.mark.parametrize(("others", "complete"), [(PACKAGES, True), (PACKAGES[:1], False), ([], False)])
def test_packages_of_the_extra(installed, others, complete):
    """All packages of the extra and-cuda are installed, or not."""
    info = TOLD.format(versions=VERSIONS.format("12.5.1", "9"), cuda=True)
    assert CudaBuild.of(installed(info, *others, metadata=EXTRA)).has_extra is complete


@pytest.mark.parametrize(
    ("version", "unfit"),
    [("9.28.0.1", False), ("9.3.0.1", False), ("9.1.0.70", True), ("8.9.7", True)],
)
def test_cudnn_that_is_too_old(installed, version, unfit):
    """A cuDNN of an older minor version than TensorFlow was built with does not fit."""
    cudnn = distribution("nvidia-cudnn-cu12", version)
    info = TOLD.format(versions=VERSIONS.format("12.5.1", "9"), cuda=True)
    said = {"libcudnn.so.9": f"it is of cuDNN {version}, TensorFlow was built with 9.3.0.75"}
    assert CudaBuild.of(installed(info, cudnn, metadata=EXTRA)).unfit == (said if unfit else {})


def test_other_builds(installed):
    """A build for CPUs, an environment without TensorFlow, and one whose files are not there, are no builds for CUDA."""
    assert CudaBuild.of(installed(TOLD.format(versions="", cuda=False))) is None
    assert CudaBuild.of(environment()) is None
    assert CudaBuild.of(environment(tensorflow())) is None


def test_everything_is_found(tmp_path):
    """Where LD_LIBRARY_PATH leads to all libraries, none is missing."""
    assert cuda_build(tmp_path, elsewhere=ALL).missing == {}


def test_cuda_13_in_place_of_12(tmp_path):
    """From 2.23 on a library of CUDA 13 does in place of one of CUDA 12; of the two, the latter is said to be missing."""
    newer = set(cuda.OF_CUDA_13.values()) - {"libcublas.so.13"}
    build = cuda_build(tmp_path, elsewhere=[*newer, "libcudnn.so.9"])
    missing = replace(build, release=(2, 23)).missing
    assert list(missing) == ["libcublas.so.12"]
    assert len(build.missing) > 1


def test_overlooked_packages(tmp_path):
    """What NVIDIA's packages have and the build does not look at is missing, and naming its folder mends that."""
    build = cuda_build(tmp_path, packaged=["libcusolver.so.11"], elsewhere=set(ALL) - {"libcusolver.so.11"})
    folder = tmp_path / "nvidia" / "libcusolver" / "lib"
    assert list(build.missing) == ["libcusolver.so.11"]
    assert build.overlooked == {"libcusolver.so.11": folder / "libcusolver.so.11"}
    assert build.mend(Installer()) == (f'export LD_LIBRARY_PATH="{folder}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"',)


def test_overlooked_and_absent(tmp_path):
    """Of several libraries that are missing, some may have to be installed, and others to be found."""
    found = set(ALL) - {"libcusolver.so.11", "libcudnn.so.9"}
    first, second = cuda_build(tmp_path, packaged=["libcusolver.so.11"], elsewhere=found).mend(Installer())
    assert first == "python -m pip install nvidia-cudnn-cu12"
    assert second.startswith("export LD_LIBRARY_PATH=")


@pytest.mark.parametrize(
    ("packages", "command"),
    [
        (PACKAGES_OF_CUDA, "python -m pip install nvidia-cublas-cu12 nvidia-cudnn-cu12"),
        ((), "install CUDA 12.5.1 and cuDNN 9, and name their folders in LD_LIBRARY_PATH"),
    ],
)
def test_packages_of_missing_libraries(tmp_path, packages, command):
    """The packages of missing libraries are named once each; for a build without such an extra, what to install by hand."""
    found = set(ALL) - {"libcublas.so.12", "libcublasLt.so.12", "libcudnn.so.9"}
    assert cuda_build(tmp_path, elsewhere=found, packages=packages).mend(Installer()) == (command,)


@pytest.mark.parametrize(
    ("there", "extra", "driver", "meant"),
    [
        (ALL[:3], True, False, True),
        (ALL[:3], False, True, True),
        (ALL[:3], False, False, False),
        (["libcudnn.so.9"], True, True, False),
        ([], True, True, False),
    ],
)
def test_whether_gpus_are_meant(monkeypatch, tmp_path, there, extra, driver, meant):
    """CUDA is to be found where the extra or a driver is installed, and more of it than cuDNN, which other packages bring."""
    monkeypatch.setattr(cuda.Nvidia, "load_error", lambda self: None if driver else "no driver")
    assert cuda_build(tmp_path, elsewhere=there, has_extra=extra).is_meant is meant
