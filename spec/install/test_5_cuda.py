"""Install, Libraries of CUDA.

Subject: the install.
"""

import pytest

from tf_conformance import defect, holds, unchecked
from tf_conformance.install.cuda import CudaBuild
from tf_conformance.install.loader import Loader


@pytest.fixture
def build(environment):
    """The build for CUDA, unless nothing on this machine is meant to provide its libraries."""
    build = CudaBuild.of(environment)
    if build is None:
        unchecked("TensorFlow was not built for CUDA", lacks="a build for CUDA")
    if not build.libraries:
        unchecked(f"which libraries a build for CUDA {build.cuda or '(of unknown version)'} opens is not known")
    if build.wrong and not build.is_meant:
        unchecked(f"CUDA is not installed, or not for TensorFlow: {', '.join(build.wrong)}", lacks="CUDA's libraries")
    return build


@holds("install.cuda-libraries", when="tensorflow!=2.21.0")
def test_libraries_are_found(build):
    """A TensorFlow built for CUDA finds every library that it opens at startup, and a cuDNN that is new enough."""
    assert build.wrong == {}


@pytest.fixture
def overlooked(build):
    """The files in NVIDIA's packages that the build finds only if LD_LIBRARY_PATH names their folders."""
    if not build.overlooked:
        unchecked(
            "here TensorFlow finds every library in NVIDIA's packages", lacks="NVIDIA's package of libcusolver.so.11"
        )
    return build.overlooked


@defect(
    "install.cuda-libraries",
    when="tensorflow==2.21.0",
    instead="export LD_LIBRARY_PATH=$(python -c 'import nvidia.cusolver as c; print(c.__path__[0])')/lib"
    "${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}",
    impact="silent",
    traces="none: it is the environment, not the code",
)
def test_cusolver_is_overlooked(build, overlooked):
    """A TensorFlow built for CUDA does not find libcusolver.so.11 in NVIDIA's package and therefore uses no GPU."""
    assert list(overlooked) == ["libcusolver.so.11"]
    named = {"LD_LIBRARY_PATH": str(overlooked["libcusolver.so.11"].parent)}
    assert Loader(build.loader.opener, named).errors(build.libraries) == {}
