"""Healthy installs as the world's tools make them: each works, and the kit must not call it broken."""

from __future__ import annotations

import compileall
import os
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.gallery.tree import PREFIX, SITE, Tree, Wheel, wheels

FILES, REQUIREMENTS, LEFTOVERS = "install.files", "install.requirements", "install.no-leftovers"
ONE, PLATFORM = "install.one-tensorflow", "install.platform"
NO_METADATA = (ONE, PLATFORM, FILES, REQUIREMENTS, LEFTOVERS)


@dataclass(frozen=True)
class Healthy:
    """A way to make a healthy install; exactly ``unchecked`` cannot be told of it."""

    make: Callable[[Tree], None]
    installer: str
    kind: str
    unchecked: tuple[str, ...]

    def __str__(self) -> str:
        return self.make.__name__


HEALTHY: list[Healthy] = []


def healthy(installer: str, kind: str, unchecked: tuple[str, ...] = ()) -> Callable:
    """Registers the decorated function, which makes a healthy install in an empty tree."""

    def register(make: Callable[[Tree], None]) -> Callable[[Tree], None]:
        HEALTHY.append(Healthy(make, installer, kind, unchecked))
        return make

    return register


def _strip(tree: Tree, pattern: str = "*.so*") -> None:
    """What strip leaves of a library, as far as a loader looks: no section table, nothing behind it."""
    for path in tree.prefix.rglob(pattern):
        if path.is_file() and not path.is_symlink():
            content = bytearray(path.read_bytes())
            content[40:48] = bytes(8)  # where the section table begins
            content[60:62] = bytes(2)  # how many sections there are
            tree.write(path, bytes(content) + bytes(8))


def _compile(folder: Path) -> None:
    compileall.compile_dir(str(folder), quiet=2)


# pip and its like


@healthy("pip", "as it comes")
def plain_pip(tree):
    """pip install tensorflow."""
    tree.install_all()
    _compile(tree.site)


@healthy("uv", "as it comes")
def plain_uv(tree):
    """uv pip install tensorflow: no pip in the environment."""
    tree.install_all(installer="uv")


@healthy("Poetry", "as it comes")
def plain_poetry(tree):
    """poetry add tensorflow."""
    tree.install_all(installer="Poetry 1.8.3")


@healthy("pip", "moved")
def moved_environment(tree):
    """A virtual environment was moved, and its scripts got other first lines."""
    tree.install_all()
    tree.rewrite("bin/*", PREFIX.encode(), b"/moved")
    tree.path.clear()
    tree.prefix.rename(tree.root / "moved")
    tree.path.append(tree.root / "moved" / SITE)


@healthy("pip", "without scripts")
def no_scripts(tree):
    """The folder of scripts was not copied to the image."""
    tree.install_all()
    shutil.rmtree(tree.prefix / "bin")


@healthy("pip", "target")
def pip_target(tree):
    """pip install --target: a flat folder on PYTHONPATH, before Python's library, with the scripts in its bin/."""
    target = tree.root / "target" / "packages"
    tree.before_library.append(target)
    tree.install_all(site=target)
    (tree.root / "target" / "bin").mkdir()


@healthy("pip", "user site")
def user_site(tree):
    """pip install --user of a newer six, which comes before that of the environment."""
    user = tree.root / "home" / ".local" / SITE
    tree.path.append(user)
    tree.install(Wheel("six", "1.18.0", {"six.py": b"x = 2\n"}), site=user)
    tree.install_all()


@healthy("pip", "slimmed")
def slimmed_image(tree):
    """Headers, type stubs, tests, documents and licenses were deleted to make an image small."""
    tree.install_all()
    tree.remove("include", "*.pyi", "tests", "licenses", "*_test.py", "bin", "entry_points.txt")


@healthy("pip", "slimmed", unchecked=(FILES,))
def bytecode_only(tree):
    """Everything was compiled in place, and the sources were deleted."""
    tree.install_all()
    compileall.compile_dir(str(tree.site), quiet=2, legacy=True)
    tree.remove("*.py")


@healthy("pip", "slimmed", unchecked=(FILES,))
def stripped_libraries(tree):
    """strip took the symbols out of pip's libraries."""
    tree.install_all()
    _strip(tree)


@healthy("pip", "slimmed", unchecked=(FILES,))
def other_line_ends(tree):
    """The environment was kept in a repository that rewrites line ends."""
    tree.install_all()
    for path in tree.site.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


@healthy("pip", "slimmed", unchecked=NO_METADATA)
def layer_without_metadata(tree):
    """A layer for functions in the cloud: all metadata were deleted."""
    tree.install_all()
    tree.remove("*.dist-info", "tests")


@healthy("pip", "slimmed", unchecked=(REQUIREMENTS,))
def without_libclang(tree):
    """libclang, which TensorFlow requires and never imports, was uninstalled."""
    tree.install_all(wheels(tensorflow={"requires": ("keras", "numpy", "libclang>=13.0.0")}))


@healthy("pip", "added", unchecked=(FILES,))
def certificates_of_the_company(tree):
    """The company's certificate was appended to those of certifi."""
    tree.install_all()
    tree.rewrite("cacert.pem", b"-----BEGIN\n", b"-----BEGIN\n-----BEGIN\n")


@healthy("pip", "added")
def linked_libraries(tree):
    """NVIDIA's libraries, and a library without its number, are linked into TensorFlow's folder, as its page says."""
    tree.install_all()
    package = tree.site / "tensorflow"
    (package / "libtensorflow_framework.so").symlink_to("libtensorflow_framework.so.2")
    (package / "libcudnn.so.9").symlink_to("../nvidia/cudnn/lib/libcudnn.so.9")
    tree.write(package / "python" / "ops.py.orig")


@healthy("pip", "read-only")
def read_only(tree):
    """Nobody may write."""
    tree.install_all()
    for folder, _, names in os.walk(tree.prefix):
        for name in names:
            os.chmod(os.path.join(folder, name), 0o444)


# Editable projects and the user's folders


@healthy("pip", "editable")
def project_put_last(tree):
    """A .pth file puts a project last on the path: its test/, six.py and numpy/ come after those in use."""
    tree.install_all()
    project = tree.root / "project"
    for name in ("test/__init__.py", "six.py", "numpy/__init__.py", "json.py"):
        tree.write(project / name)
    tree.write(tree.site / "project.pth", f"{project}\n".encode())
    tree.path.append(project)


@healthy("pip", "working folder")
def tests_in_the_working_folder(tree):
    """The working folder is first on the path, and holds test/, tests/, setup.py and a namespace google/."""
    tree.install_all()
    for name in ("test/__init__.py", "tests/__init__.py", "setup.py", "google/mine/__init__.py", "numpy/notes.txt"):
        tree.write(tree.root / "work" / name)
    tree.before_library.append(tree.root / "work")


@healthy("uv", "editable")
def editable_keras(tree):
    """Keras is a checkout; a finder, or a .pth file, says where."""
    tree.install_all([wheel for wheel in wheels() if wheel.name != "keras"], installer="uv")
    tree.install(Wheel("keras", "3.15.1", {"_keras.pth": b"/src/keras\n"}), installer="uv")
    checkout = tree.root / "keras-checkout"
    tree.write(checkout / "keras" / "__init__.py")
    tree.path.append(checkout)


@healthy("setuptools", "egg", unchecked=(FILES,))
def develop_egg(tree):
    """six was installed by setup.py install: a folder egg-info without a RECORD."""
    tree.install_all([wheel for wheel in wheels() if wheel.name != "six"])
    tree.write(tree.site / "six.py")
    tree.write(tree.site / "six-1.17.0.egg-info" / "PKG-INFO", b"Metadata-Version: 1.1\nName: six\nVersion: 1.17.0\n")


# conda: conda-build writes INSTALLER and keeps the RECORD; linking puts the prefix into texts and, of the same length,
# into libraries, and compiles what is noarch.


def _link_with_conda(tree: Tree, made: list[Wheel]) -> None:
    tree.install_all(made)
    for path in tree.site.glob("*.dist-info/INSTALLER"):
        tree.write(path, b"conda")
    prefix = b"/opt/conda"
    tree.rewrite("*.py", PREFIX.encode(), prefix)
    tree.rewrite("bin/*", PREFIX.encode(), prefix)
    tree.rewrite("*.so*", PREFIX.encode() + bytes(1), prefix + bytes(len(PREFIX) - len(prefix) + 1))
    tree.write(tree.prefix / "conda-meta" / "history")
    _compile(tree.site)


@healthy("conda", "as it comes", unchecked=(FILES,))
def linked_by_conda(tree):
    """conda install tensorflow."""
    _link_with_conda(tree, wheels())


@healthy("conda", "relaxed", unchecked=(FILES, REQUIREMENTS))
def relaxed_by_conda(tree):
    """conda-forge lets TensorFlow work with a NumPy that its wheel does not ask for, and does without libclang."""
    requires = ("numpy<2.1", "libclang>=13.0.0", "keras", "protobuf<5")
    _link_with_conda(tree, wheels(tensorflow={"requires": requires}))


@healthy("conda", "cross-compiled", unchecked=(FILES, PLATFORM))
def cross_compiled_by_conda(tree):
    """The metadata name the system of the compiler, and a Python that the recipe has gone beyond."""
    _link_with_conda(tree, wheels())
    wheel = b"Wheel-Version: 1.0\nTag: cp311-cp311-macosx_10_13_x86_64\n"
    tree.write(tree.site / "tensorflow-2.21.0.dist-info" / "WHEEL", wheel)


@healthy("conda", "mixed", unchecked=(FILES,))
def pip_within_conda(tree):
    """TensorFlow from pip over conda's NumPy."""
    _link_with_conda(tree, [wheel for wheel in wheels() if wheel.name != "tensorflow"])
    tree.install(wheels()[0])


@healthy("conda", "as it comes", unchecked=(FILES, LEFTOVERS))
def conda_adds_a_module(tree):
    """A recipe adds a module to TensorFlow's package."""
    _link_with_conda(tree, wheels())
    tree.write(tree.site / "tensorflow" / "python" / "_conda_build.py")


# Nix, Guix, Spack, EasyBuild, Homebrew


def _one_prefix_per_package(tree: Tree, folder: Path, suffix: str = SITE, **how: object) -> None:
    for wheel in wheels():
        site = folder / f"abc123-python3.11-{wheel.name}-{wheel.version}" / suffix
        tree.before_library.append(site)
        tree.install(wheel, site=site, **how)


@healthy("Nix", "one folder per package", unchecked=(FILES,))
def nix_wrapper(tree):
    """A store path per package on NIX_PYTHONPATH; libraries are patched, scripts are wrapped, the tests are deleted."""
    _one_prefix_per_package(tree, tree.root / "nix" / "store", installer="")
    for site in tree.before_library:
        for path in [*site.rglob("*.so*")]:
            tree.write(path, path.read_bytes() + bytes(4096))
        for path in [*site.rglob("tests")]:
            shutil.rmtree(path)


@healthy("Guix", "one folder per package", unchecked=(FILES, LEFTOVERS))
def guix_profile(tree):
    """A store path per package, without RECORD."""
    _one_prefix_per_package(tree, tree.root / "gnu" / "store", record=False)


@healthy("Spack", "view", unchecked=(FILES,))
def spack_view(tree):
    """A view of links to one prefix per package, whose paths were relocated when they came from a cache."""
    for wheel in wheels():
        store = Tree(tree.root / "spack" / wheel.name)
        store.install(wheel)
        store.rewrite("*.py", PREFIX.encode(), b"/shared/spack/opt")
        shutil.copytree(
            store.prefix,
            tree.prefix,
            copy_function=lambda source, target: os.symlink(os.path.abspath(source), target),
            dirs_exist_ok=True,
        )
    (tree.prefix / ".spack").mkdir()
    tree.path.append(tree.site)


@healthy("EasyBuild", "one folder per package")
def easybuild_modules(tree):
    """Modules put one prefix per package on PYTHONPATH."""
    _one_prefix_per_package(tree, tree.root / "software")


@healthy("EasyBuild", "local version")
def compute_canada(tree):
    """Wheels of a cluster have local versions."""
    tree.install_all(wheels(tensorflow={"version": "2.21.0+computecanada"}, numpy={"version": "2.1.0+computecanada"}))


@healthy("Homebrew", "as it comes", unchecked=(FILES,))
def homebrew(tree):
    """Bottles are relocated when they are poured."""
    cellar = tree.root / "Cellar" / "numpy" / SITE
    tree.path.append(cellar)
    info = tree.install(wheels()[2], site=cellar)
    tree.write(info.parent / "numpy" / "__config__.py", b'paths = ["/opt/homebrew/lib"]\n')
    tree.install_all([wheel for wheel in wheels() if wheel.name != "numpy"])


@healthy("EasyBuild", "local sitecustomize")
def sitecustomize_in_front(tree):
    """A site puts a sitecustomize before Python's library, as EasyBuild, Homebrew and Nix do."""
    tree.install_all()
    tree.write(tree.root / "site" / "sitecustomize.py")
    tree.before_library.append(tree.root / "site")


@healthy("Bazel", "one folder per package", unchecked=(FILES, LEFTOVERS))
def bazel_runfiles(tree):
    """One folder per wheel, unpacked as it is: scripts stay in the folder .data, and the RECORD may be left out."""
    _one_prefix_per_package(tree, tree.root / "runfiles", suffix="site-packages", installer="bazel", record=False)


# Linux distributions


@healthy("Debian", "system packages", unchecked=(FILES,))
def debian_behind_an_environment(tree):
    """--system-site-packages: apt's packages come last, without RECORD, some as a single file egg-info."""
    tree.install_all([wheel for wheel in wheels() if wheel.name not in ("numpy", "certifi")])
    apt = tree.root / "usr" / "lib" / "python3" / "dist-packages"
    for name in ("numpy/__init__.py", "six.py", "certifi/__init__.py", "setuptools/__init__.py", "cryptography/x.py"):
        tree.write(apt / name)
    for name, version in (("numpy", "2.1.0"), ("six", "1.16.0"), ("certifi", "2022.9.24"), ("cryptography", "38.0.4")):
        metadata = f"Metadata-Version: 1.1\nName: {name}\nVersion: {version}\n".encode()
        tree.write(apt / f"{name}-{version}.egg-info", metadata)
    tree.path.append(apt)


@healthy("Debian", "system packages", unchecked=(FILES, LEFTOVERS, PLATFORM))
def all_from_debian(tree):
    """Everything from apt: INSTALLER debian, no RECORD, no WHEEL."""
    tree.install_all(installer="debian", record=False)
    tree.remove("WHEEL")


@healthy("Fedora", "system packages", unchecked=(FILES, LEFTOVERS))
def fedora_in_two_folders(tree):
    """Everything from dnf: INSTALLER rpm, no RECORD; libraries lie in lib64, the rest in lib."""
    lib64 = tree.root / "prefix" / "lib64" / "python3.11" / "site-packages"
    tree.path.append(lib64)
    for wheel in wheels():
        site = lib64 if any(".so" in name for name in wheel.files) else tree.site
        tree.install(wheel, site=site, installer="rpm", record=False)


@healthy("Arch", "system packages", unchecked=(FILES,))
def arch_strips(tree):
    """Everything from pacman: a RECORD but no INSTALLER; makepkg has stripped the libraries."""
    tree.install_all()
    tree.remove("INSTALLER")
    _strip(tree)
    _compile(tree.site)


@healthy("Gentoo", "system packages", unchecked=(FILES, LEFTOVERS))
def gentoo(tree):
    """Portage strips the libraries and empties the RECORD."""
    tree.install_all(installer="gpep517")
    for path in tree.site.glob("*.dist-info/RECORD"):
        path.write_bytes(b"")
    _strip(tree)


@healthy("rpm", "mangled", unchecked=(FILES,))
def mangled_first_lines(tree):
    """A package of a company holds pip's files; rpmbuild has rewritten the first lines of scripts in them."""
    tree.install_all()
    tree.rewrite("*.py", b"#!/usr/bin/env python\n", b"#!/usr/bin/python3.11 -s\n")


# Other names


def _vendor(name: str, version: str = "2.21.0") -> Callable[[Tree], None]:
    def make(tree: Tree) -> None:
        tree.install_all(wheels(tensorflow={"name": name, "version": version}))

    make.__name__ = f"vendor_{name}_{version}"
    make.__doc__ = f"{name} {version}, whatever it is called."
    return make


for vendor in ("tensorflow-cpu-aws", "tensorflow-tpu", "tensorflow-aarch64", "tensorflow-rocm", "acme-accelerated"):
    healthy("vendor", "another name")(_vendor(vendor))
for version in ("2.21.0+nv25.2", "2.22.0.dev20261101", "2.21.0rc1"):
    healthy("vendor", "another version")(_vendor("tensorflow", version))


@healthy("pip", "another name")
def shell_on_windows(tree):
    """tensorflow only depends on tensorflow-intel, which has the files."""
    tree.install_all(wheels(tensorflow={"name": "tensorflow-intel"}))
    tree.install(Wheel("tensorflow", "2.21.0", {}, ("tensorflow-intel==2.21.0",)))


@healthy("conda", "another name", unchecked=(FILES, LEFTOVERS))
def shell_without_record(tree):
    """tensorflow, without a RECORD, only depends on the distribution that has the files."""
    tree.install_all(wheels(tensorflow={"name": "tensorflow-intel"}))
    tree.install(Wheel("tensorflow", "2.21.0", {}, ("tensorflow-intel==2.21.0",)), record=False)


@healthy("pip", "another name", unchecked=(REQUIREMENTS,))
def module_under_another_name(tree):
    """A required distribution is there under another name: what is imported is present."""
    tree.install_all([wheel for wheel in wheels() if wheel.name != "six"])
    tree.install(Wheel("vendor-six", "1.17.0", {"six.py": b""}))


@healthy("Bazel", "without metadata", unchecked=NO_METADATA)
def built_in_place(tree):
    """TensorFlow was built and copied, the others come from pip."""
    tree.install_all()
    tree.remove("tensorflow-*")


# Archives and frozen programs


@healthy("zipapp", "archive", unchecked=(FILES,))
def dependencies_in_an_archive(tree):
    """Pure Python dependencies, with their metadata, lie in a zip file at the front."""
    tree.install_all([wheel for wheel in wheels() if wheel.name not in ("six", "keras")])
    packed = Tree(tree.root / "packed")
    packed.install_all([wheel for wheel in wheels() if wheel.name in ("six", "keras")])
    archive = tree.root / "app.pyz"
    with zipfile.ZipFile(archive, "w") as opened:
        for path in packed.site.rglob("*"):
            opened.write(path, path.relative_to(packed.site))
        opened.writestr("__main__.py", "print()")
    tree.before_library.append(archive)


@healthy("PyInstaller", "frozen", unchecked=(FILES,))
def frozen_program(tree):
    """Metadata and libraries were copied, Python code is inside the program."""
    tree.install_all()
    tree.remove("*.py")
    tree.frozen = True
