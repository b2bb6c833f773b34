"""Builds of TensorFlow under other names and versions."""

from __future__ import annotations

import platform
from collections.abc import Callable

from packaging.tags import interpreter_name, interpreter_version

from tests.gallery.healthy.registry import REQUIREMENTS, healthy
from tests.gallery.tree import SITE, Tree, Wheel, wheels

# As on PyPI, in vendors' indexes, and in the house of somebody who builds TensorFlow under another name.
NAMES = (
    "tensorflow-cpu",
    "tensorflow-gpu",
    "tensorflow-cpu-aws",
    "tensorflow-tpu",
    "tensorflow-aarch64",
    "tensorflow-rocm",
    "tensorflow-macos",
    "intel-tensorflow",
    "intel-tensorflow-avx512",
    "acme-accelerated",
)
# Version -> the release that it is of.
VERSIONS = {
    "2.21.0+nv25.2": "2.21",
    "2.17.0+nv24.12": "2.17",
    "2.21.0+cpu": "2.21",
    "2.16.1.post1": "2.16",
    "2.15.0.dev0+selfbuilt": "2.15",
    "2.14.0.600": "2.14",
    "2.22.0.dev20261101": "2.22",
    "2.21.0rc1": "2.21",
    "2.20.0-rc0": "2.20",
}
NUMPYS = ("1.26.4+mkl", "2.1.0+computecanada", "2.1.3.post1")


def _of(wheel: str, **changes: str) -> Callable[[Tree], None]:
    def make(tree: Tree) -> None:
        tree.install_all(wheels(**{wheel: changes}))

    make.__name__ = "_".join([wheel, *changes.values()])
    make.__doc__ = f"{wheel} with {changes}."
    return make


for name in NAMES:
    healthy("vendor", "another name")(_of("tensorflow", name=name))
for version, release in VERSIONS.items():
    healthy("vendor", "another version", release=release)(_of("tensorflow", version=version))
for version in NUMPYS:
    healthy("vendor", "another version")(_of("numpy", version=version))


@healthy("vendor", "another name")
def nightly_of_cpu(tree):
    """tf-nightly-cpu beside keras-nightly."""
    tensorflow = {"name": "tf-nightly-cpu", "requires": ("keras-nightly>=3.12.0.dev", "numpy>=1.26")}
    tree.install_all(wheels(tensorflow=tensorflow, keras={"name": "keras-nightly", "version": "3.15.1.dev2026110103"}))


@healthy("vendor", "another version", unchecked=(REQUIREMENTS,))
def image_of_a_vendor(tree):
    """NVIDIA's image has a NumPy that the metadata of its TensorFlow do not ask for."""
    tree.install_all(wheels(tensorflow={"version": "2.21.0+nv25.2"}, numpy={"version": "1.24.4"}))


@healthy("pip", "another name")
def shell_on_windows(tree):
    """tensorflow only depends on tensorflow-intel, which has the files."""
    tree.install_all(wheels(tensorflow={"name": "tensorflow-intel"}))
    tree.install(Wheel("tensorflow", "2.21.0", {}, ("tensorflow-intel==2.21.0",)))


@healthy("pip", "another name")
def shell_on_graviton(tree):
    """tensorflow for Linux on ARM only depends on tensorflow-cpu-aws, as it did from 2.10 to 2.15."""
    tree.install_all(wheels(tensorflow={"name": "tensorflow-cpu-aws"}))
    tree.install(Wheel("tensorflow", "2.21.0", {}, ("tensorflow-cpu-aws==2.21.0",)))


@healthy("vendor", "several environments")
def databricks(tree):
    """Databricks: an environment of the notebook, with newer packages, comes before that of the cluster."""
    notebook = tree.root / "local_disk0" / ".ephemeral_nfs" / "envs" / "pythonEnv-1" / SITE
    tree.path.append(notebook)
    tree.install(Wheel("six", "1.18.0", {"six.py": b"x = 2\n"}), site=notebook)
    tree.install_all()


@healthy("vendor", "another version", release="2.16", unchecked=(REQUIREMENTS,))
def jetson(tree):
    """NVIDIA's wheels for Jetson: a local version, and a tag for this system alone."""
    tree.install_all(wheels(tensorflow={"version": "2.16.1+nv24.08", "requires": ("numpy<2.0",)}))
    wheel = f"Wheel-Version: 1.0\nTag: {interpreter_name()}{interpreter_version()}-none-linux_{platform.machine()}\n"
    tree.write(tree.site / "tensorflow-2.16.1+nv24.08.dist-info" / "WHEEL", wheel.encode())


@healthy("vendor", "plugin")
def extension_of_intel(tree):
    """Intel's extension lies in a package of its own, and its name has tensorflow in it."""
    tree.install_all()
    files = {"intel_extension_for_tensorflow/__init__.py": b"", "tensorflow-plugins/libitex_cpu.so": b""}
    tree.install(Wheel("intel-extension-for-tensorflow", "2.15.0.1", files))


@healthy("pip", "packages beside")
def former_dependencies(tree):
    """What earlier TensorFlows needed, and pip does not uninstall: nothing imports it any more."""
    tree.install_all()
    for name in ("tensorflow-estimator", "tensorflow-io-gcs-filesystem", "keras-preprocessing", "libclang"):
        tree.install(Wheel(name, "2.15.0", {f"{name.replace('-', '_')}/__init__.py": b""}))


@healthy("pip", "packages beside")
def backports_behind_the_library(tree):
    """Backports for Python 2 and 3.6 in site-packages: Python's own modules come first."""
    tree.install_all()
    for name in ("typing", "dataclasses", "enum"):
        tree.install(Wheel(f"{name}-backport", "3.7", {f"{name}.py": b""}))


@healthy("pip", "as it comes")
def stable_abi(tree):
    """A dependency whose wheel is for the stable ABI of older Pythons, and for several systems."""
    tree.install_all()
    wheel = b"Wheel-Version: 1.0\nTag: cp38-abi3-manylinux2014_x86_64\nTag: cp38-abi3-manylinux_2_99_x86_64\n"
    tree.write(tree.site / "numpy-2.1.0.dist-info" / "WHEEL", wheel)


@healthy("pip", "links")
def linked_site_packages(tree):
    """site-packages is a link to a file server."""
    tree.install_all()
    tree.site.rename(tree.root / "nfs")
    tree.site.symlink_to(tree.root / "nfs")
