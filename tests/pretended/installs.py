"""Pretended installs."""

from __future__ import annotations

from tf_conformance.install.install import Install

INSTALL = Install(
    tensorflow="2.21.0",
    tensorflow_distribution="tensorflow",
    keras="3.15.1",
    keras_package="keras",
    numpy="2.5.0",
    python="3.13.0",
    platform="Linux",
    cpu="a CPU",
    cpu_features=["avx2"],
    environment={},
    devices=["CPU:0"],
    build={},
)
