"""conda: conda-build and rattler-build process what pip has installed, conda and mamba link the packages."""

from __future__ import annotations

import shutil

from tests.gallery.healthy.changes import compile_all, patch_rpath, replace_prefix
from tests.gallery.healthy.registry import FILES, LEFTOVERS, PLATFORM, REQUIREMENTS, healthy
from tests.gallery.tree import Tree, Wheel, all_but, wheels

PREFIX = b"/opt/conda"
FEEDSTOCK = ("keras>=3.5.0", "protobuf>=4.21", "six", "certifi")  # without numpy and libclang


def _build(tree: Tree, made: list[Wheel]) -> None:
    """conda-build: post.py writes INSTALLER, without an end of the line, and the RPATH; RECORD stays as it was."""
    tree.install_all(made)
    for path in tree.site.glob("*.dist-info/INSTALLER"):
        tree.write(path, b"conda")
    patch_rpath(tree)


def _link(tree: Tree) -> None:
    """conda: path_actions.py and portability.py put the prefix into files and compile what is noarch."""
    replace_prefix(tree, PREFIX)
    tree.write(tree.prefix / "conda-meta" / "history")
    compile_all(tree.site)


@healthy("conda", "as it comes", unchecked=(FILES,))
def linked_by_conda(tree):
    """conda install tensorflow, with the metadata of TensorFlow's wheel."""
    _build(tree, wheels())
    _link(tree)


@healthy("conda", "as it comes", unchecked=(FILES,))
def feedstock_of_conda_forge(tree):
    """conda-forge's recipe: requirements are patched out, libraries of C++ are links into lib/, sed leaves WHEEL.bak."""
    made = wheels(tensorflow={"requires": FEEDSTOCK})
    made[0].files["tensorflow/libtensorflow_cc.so.2"] = made[0].files["tensorflow/libtensorflow_framework.so.2"]
    _build(tree, made)
    library = tree.site / "tensorflow" / "libtensorflow_cc.so.2"
    shutil.move(library, tree.prefix / "lib" / library.name)
    library.symlink_to(f"../../../{library.name}")
    (tree.site / "tensorflow" / "libtensorflow.so.2").symlink_to("../../../libtensorflow.so.2")
    info = tree.site / "tensorflow-2.21.0.dist-info"
    tree.write(info / "WHEEL.bak", (info / "WHEEL").read_bytes())
    _link(tree)


@healthy("conda", "links", unchecked=(FILES,))
def linked_softly(tree):
    """conda with allow_softlinks: what holds no prefix is a link into the cache of packages."""
    _build(tree, wheels())
    cache = tree.root / "pkgs"
    shutil.copytree(tree.site, cache)
    for path in [*tree.site.rglob("*.py"), *tree.site.rglob("*.so")]:
        path.unlink()
        path.symlink_to(cache / path.relative_to(tree.site))
    _link(tree)


@healthy("conda", "another name", unchecked=(FILES, LEFTOVERS))
def parts_of_one_tensorflow(tree):
    """The defaults channel: tensorflow-base beside tensorflow, without a RECORD."""
    tree.install_all(installer="conda")
    tree.install(Wheel("tensorflow-base", "2.21.0", {}), installer="conda", record=False)


@healthy("pixi", "mixed")
def from_pypi_by_pixi(tree):
    """pixi add --pypi: uv's library installs wheels, with an INSTALLER of its own."""
    tree.install_all(installer="uv-pixi")
    tree.write(tree.prefix / "conda-meta" / "pixi", b"{}")


@healthy("conda", "egg", unchecked=(FILES,))
def distutils_in_conda(tree):
    """Recipes that run setup.py install leave a folder egg-info, or a file, named with the Python."""
    _build(tree, all_but("six", "certifi"))
    for name, metadata in (
        ("six-1.17.0-py3.11.egg-info/PKG-INFO", "six"),
        ("certifi-2026.1.1-py3.11.egg-info", "certifi"),
    ):
        version = name.split("-")[1]
        tree.write(tree.site / name, f"Metadata-Version: 1.1\nName: {metadata}\nVersion: {version}\n".encode())
        tree.write(tree.site / metadata / "__init__.py")
    _link(tree)


@healthy("conda", "relaxed", unchecked=(FILES, REQUIREMENTS))
def relaxed_by_conda(tree):
    """A recipe lets TensorFlow work with a NumPy that its wheel does not ask for, and does without libclang."""
    _build(tree, wheels(tensorflow={"requires": ("numpy<2.1", "libclang>=13.0.0", "keras", "protobuf<5")}))
    _link(tree)


@healthy("conda", "relaxed", unchecked=(FILES, PLATFORM))
def cross_compiled_by_conda(tree):
    """The metadata name the system of the compiler, and a Python that the recipe has gone beyond."""
    _build(tree, wheels())
    _link(tree)
    wheel = b"Wheel-Version: 1.0\nTag: cp311-cp311-macosx_10_13_x86_64\n"
    tree.write(tree.site / "tensorflow-2.21.0.dist-info" / "WHEEL", wheel)


@healthy("conda", "mixed", unchecked=(FILES,))
def pip_within_conda(tree):
    """TensorFlow from pip over conda's NumPy."""
    _build(tree, all_but("tensorflow"))
    _link(tree)
    tree.install(wheels()[0])


@healthy("conda", "moved", unchecked=(FILES,))
def unpacked_by_conda_pack(tree):
    """conda-pack leaves bytecode out and conda-unpack puts another prefix in; here no prefix was replaced before."""
    _build(tree, wheels())
    replace_prefix(tree, b"/scratch/unpacked")
    tree.write(tree.prefix / "conda-meta" / "history")


@healthy("conda", "as it comes", unchecked=(FILES, LEFTOVERS))
def conda_adds_a_module(tree):
    """A recipe adds a module to TensorFlow's package."""
    _build(tree, wheels())
    _link(tree)
    tree.write(tree.site / "tensorflow" / "python" / "_conda_build.py")


@healthy("conda", "another name", unchecked=(FILES, LEFTOVERS))
def shell_without_record(tree):
    """tensorflow, without a RECORD, only depends on the distribution that has the files."""
    tree.install_all(wheels(tensorflow={"name": "tensorflow-intel"}))
    tree.install(Wheel("tensorflow", "2.21.0", {}, ("tensorflow-intel==2.21.0",)), record=False)
