"""Faults of the libraries of CUDA: where they are, and where TensorFlow looks for them."""

from __future__ import annotations

from tests.faults.fault import fault
from tests.pretended.cuda import cuda_build
from tf_conformance.install.cuda import CudaBuild


@fault("install.cuda-libraries")
def packages_are_overlooked(put):
    """TensorFlow looks at none of NVIDIA's packages."""
    build = cuda_build(put.folder, packaged=["libcusolver.so.11", "libcublas.so.12"], elsewhere=["libcudart.so.12"])
    put.attribute(CudaBuild, "of", lambda environment: build)
