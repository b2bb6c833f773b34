"""Systems with a folder for each package: Nix, Guix, Spack, EasyBuild, Homebrew, Bazel."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.gallery.healthy.changes import delete_folders, patch_rpath, strip
from tests.gallery.healthy.registry import FILES, LEFTOVERS, NO_METADATA, REQUIREMENTS, healthy
from tests.gallery.tree import PREFIX, SITE, Tree, Wheel, all_but, wheels


def _one_prefix_per_package(tree: Tree, folder: Path, suffix: str = SITE, **how: object) -> None:
    for wheel in wheels():
        site = folder / f"abc123-python3.11-{wheel.name}-{wheel.version}" / suffix
        tree.before_library.append(site)
        tree.install(wheel, site=site, **how)


@healthy("Nix", "one folder per package", unchecked=(FILES,))
def nix_wrapper(tree):
    """nixpkgs: pypa-install-hook.sh writes no INSTALLER; patchelf, strip; tests are deleted, scripts are wrapped."""
    _one_prefix_per_package(tree, tree.root / "nix" / "store", installer="")
    patch_rpath(tree)
    delete_folders(tree.root, "tests")
    for script in tree.root.rglob("saved_model_cli"):
        script.rename(script.with_name(f".{script.name}-wrapped"))
        script.write_bytes(b'#! /nix/store/bash/bin/bash -e\nexec -a "$0" wrapped "$@"\n')


@healthy("Nix", "one folder per package", unchecked=(FILES,))
def nix_from_wheels(tree):
    """nixpkgs' tensorflow/bin.nix: the wheel from PyPI, installed by pip-install-hook.sh, with another RPATH."""
    _one_prefix_per_package(tree, tree.root / "nix" / "store", installer="pip")
    patch_rpath(tree)
    for script in [*tree.root.rglob("saved_model_cli")]:
        script.unlink()


@healthy("Nix", "view", unchecked=(FILES,))
def nix_with_packages(tree):
    """python.withPackages: wrapper.nix's buildEnv links whole packages into one folder, which is on NIX_PYTHONPATH."""
    store = tree.root / "nix" / "store"
    environment = store / "def456-python3-3.11-env" / SITE
    for wheel in wheels():
        site = store / f"abc123-python3.11-{wheel.name}" / SITE
        Tree(site).install(wheel, site=site, installer="")
        _link_packages(site, environment)
    strip(tree)
    tree.path.append(environment)


@healthy("Nix", "relaxed", unchecked=(FILES,))
def nix_relaxes(tree):
    """nixpkgs' python-relax-deps-hook.sh takes versions out of METADATA, and packs the wheel again before it is installed."""
    tree.path.append(tree.root / "nix" / "store" / "tensorflow" / SITE)
    tree.install_all(wheels(tensorflow={"requires": ("keras", "numpy", "six")}), site=tree.path[0], installer="")
    strip(tree)


def _link_packages(site: Path, view: Path) -> None:
    view.mkdir(parents=True, exist_ok=True)
    for entry in site.iterdir():
        (view / entry.name).symlink_to(entry)


@healthy("Guix", "one folder per package", unchecked=(FILES, LEFTOVERS))
def guix_profile(tree):
    """A store path per package, without RECORD."""
    _one_prefix_per_package(tree, tree.root / "gnu" / "store", record=False)


# Spack: PythonPipBuilder runs pip with --prefix; relocate_text.py puts the prefix into what comes from a cache, into
# libraries with slashes before it; a view links, links hard or copies.


def _install_with_spack(tree: Tree, wheel: Wheel) -> Tree:
    store = Tree(tree.root / "spack" / wheel.name)
    store.install(wheel)
    (store.prefix / ".spack").mkdir()
    new = b"/shared/spack/opt"
    store.rewrite("*.py", PREFIX.encode(), new)
    store.rewrite("*.so*", PREFIX.encode(), b"/" * (len(PREFIX) - len(new)) + new)
    return store


def _softly(source: str, target: str) -> None:
    os.symlink(os.path.abspath(source), target)


def _spack_view(tree: Tree, link: Callable[[str, str], object]) -> None:
    for wheel in wheels():
        store = _install_with_spack(tree, wheel)
        shutil.copytree(store.prefix, tree.prefix, copy_function=link, dirs_exist_ok=True)
    tree.path.append(tree.site)


@healthy("Spack", "one folder per package", unchecked=(FILES,))
def spack_load(tree):
    """spack load py-tensorflow: each package's folder is on PYTHONPATH."""
    for wheel in wheels():
        tree.before_library.append(_install_with_spack(tree, wheel).site)


@healthy("Spack", "view", unchecked=(FILES,))
def spack_view(tree):
    """A view of links."""
    _spack_view(tree, _softly)


@healthy("Spack", "view", unchecked=(FILES,))
def hard_spack_view(tree):
    """A view with link_type: hardlink."""
    _spack_view(tree, os.link)


@healthy("Spack", "view", unchecked=(FILES,))
def copied_spack_view(tree):
    """A view with link_type: copy, as in images that spack containerize makes."""
    _spack_view(tree, shutil.copy2)


# EasyBuild


@healthy("EasyBuild", "one folder per package")
def easybuild_modules(tree):
    """Modules put one prefix per package on PYTHONPATH."""
    _one_prefix_per_package(tree, tree.root / "software")


@healthy("EasyBuild", "one folder per package")
def easybuild_prefixes(tree):
    """EBPYTHONPREFIXES: easyblocks/p/python.py has sitecustomize move all of Python's own folders behind the modules'."""
    _one_prefix_per_package(tree, tree.root / "software")
    python = tree.root / "software" / "Python" / SITE
    tree.install(Wheel("six", "1.16.0", {"six.py": b"x = 0\n"}), site=python)
    tree.write(python / "sitecustomize.py")


@healthy("EasyBuild", "another version")
def compute_canada(tree):
    """Wheels of a cluster have local versions."""
    tree.install_all(wheels(tensorflow={"version": "2.21.0+computecanada"}, numpy={"version": "2.1.0+computecanada"}))


@healthy("EasyBuild", "start of Python")
def sitecustomize_in_front(tree):
    """A site puts a sitecustomize before Python's library, as EasyBuild, Homebrew and Nix do."""
    tree.install_all()
    tree.write(tree.root / "site" / "sitecustomize.py")
    tree.before_library.append(tree.root / "site")


# Homebrew and Bazel


@healthy("Homebrew", "as it comes", unchecked=(FILES,))
def homebrew(tree):
    """cleaner.rb deletes RECORD and has INSTALLER say brew; bottles are relocated when they are poured."""
    cellar = tree.root / "Cellar" / "numpy" / SITE
    tree.path.append(cellar)
    (numpy,) = (wheel for wheel in wheels() if wheel.name == "numpy")
    tree.install(numpy, site=cellar, installer="brew", record=False)
    tree.write(cellar / "numpy" / "__config__.py", b'paths = ["/opt/homebrew/lib"]\n')
    tree.install_all(all_but("numpy"))


@healthy("Bazel", "one folder per package", unchecked=(FILES, LEFTOVERS))
def bazel_runfiles(tree):
    """rules_python: one folder per wheel, unpacked as it is; data_exclude leaves RECORD out."""
    _one_prefix_per_package(tree, tree.root / "runfiles", suffix="site-packages", installer="bazel", record=False)


@healthy("Bazel", "without metadata", unchecked=NO_METADATA)
def built_in_place(tree):
    """TensorFlow was built and copied, the others come from pip."""
    tree.install_all()
    tree.remove("tensorflow-*")


@healthy("pip", "another name", unchecked=(REQUIREMENTS,))
def module_under_another_name(tree):
    """A required distribution is there under another name: what is imported is present."""
    tree.install_all(all_but("six"))
    tree.install(Wheel("vendor-six", "1.17.0", {"six.py": b""}))
