"""Packages of Linux distributions."""

from __future__ import annotations

import os
from pathlib import Path

from tests.gallery.healthy.changes import compile_all, strip
from tests.gallery.healthy.registry import FILES, LEFTOVERS, REQUIREMENTS, healthy
from tests.gallery.tree import Tree, Wheel, all_but, wheels

APT = "usr/lib/python3/dist-packages"


def _egg_info(tree: Tree, name: str, version: str) -> None:
    """Metadata as a single file, as distutils writes them."""
    metadata = f"Metadata-Version: 1.1\nName: {name}\nVersion: {version}\n".encode()
    tree.write(tree.root / APT / f"{name}-{version}.egg-info", metadata)


@healthy("Debian", "system packages", unchecked=(FILES,))
def debian_behind_an_environment(tree):
    """--system-site-packages: apt's packages come last, without RECORD, some as a single file egg-info."""
    tree.install_all(all_but("numpy", "certifi"))
    for name in ("numpy/__init__.py", "six.py", "certifi/__init__.py", "setuptools/__init__.py", "cryptography/x.py"):
        tree.write(tree.root / APT / name)
    versions = {"numpy": "2.1.0", "six": "1.16.0", "certifi": "2022.9.24", "cryptography": "38.0.4"}
    for name, version in versions.items():
        _egg_info(tree, name, version)
    tree.path.append(tree.root / APT)


@healthy("Debian", "system packages", unchecked=(FILES, LEFTOVERS))
def all_from_debian(tree):
    """dh-python's fs.py: INSTALLER debian, no RECORD, and a WHEEL with the tags of every Python that it was built for."""
    tree.install_all(installer="debian", record=False)
    for path in tree.site.glob("*.dist-info/WHEEL"):
        tree.write(path, path.read_bytes() + b"Tag: cp311-cp311-linux_x86_64\nTag: cp312-cp312-linux_x86_64\n")


@healthy("Debian", "system packages", unchecked=(FILES,))
def wheels_of_bookworm(tree):
    """dh-python before that: a RECORD with scripts in ../scripts, no INSTALLER; dh_strip has stripped the libraries."""
    made = wheels()
    made[0].files["../scripts/saved_model_cli"] = made[0].files.pop("../../../bin/saved_model_cli")
    tree.install_all(made, installer="")
    tree.remove("scripts")
    strip(tree)


@healthy("Debian", "another name", unchecked=(REQUIREMENTS,))
def renamed_by_debian(tree):
    """Debian's h5py has two builds in folders of their own, with metadata of other names; so has six here."""
    tree.install_all(all_but("six"))
    info = {"six/__init__.py": b"", "six/_debian_six_serial/__init__.py": b""}
    tree.install(Wheel("six._debian_six_serial", "1.17.0", info), site=tree.root / APT, installer="")


@healthy("Fedora", "system packages", unchecked=(FILES, LEFTOVERS))
def fedora_in_two_folders(tree):
    """brp-python-rpm-in-distinfo: INSTALLER rpm, no RECORD; libraries lie in lib64, the rest in lib."""
    lib64 = tree.root / "prefix" / "lib64" / "python3.11" / "site-packages"
    tree.path.append(lib64)
    for wheel in wheels():
        site = lib64 if any(".so" in name for name in wheel.files) else tree.site
        tree.install(wheel, site=site, installer="rpm", record=False)


@healthy("Fedora", "system packages", unchecked=(FILES,))
def fedora_behind_an_environment(tree):
    """--system-site-packages: TensorFlow and Keras from pip, all else from dnf."""
    system = tree.root / "usr" / "lib64" / "python3.11" / "site-packages"
    for wheel in wheels():
        if wheel.name in ("tensorflow", "keras"):
            tree.install(wheel)
        else:
            tree.install(wheel, site=system, installer="rpm", record=False)


@healthy("rpm", "system packages", unchecked=(FILES,))
def mangled_first_lines(tree):
    """A package of a company holds pip's files; brp-mangle-shebangs has rewritten the first lines of scripts in them."""
    tree.install_all()
    tree.rewrite("*.py", b"#!/usr/bin/env python\n", b"#!/usr/bin/python3.11 -s\n")


@healthy("Arch", "system packages", unchecked=(FILES,))
def arch_strips(tree):
    """python -m installer: a RECORD but no INSTALLER; makepkg strips; headers are links to those in /usr/include."""
    tree.install_all(installer="")
    tree.remove("include")
    (tree.site / "tensorflow" / "include").symlink_to("/usr/include/tensorflow")
    strip(tree)
    compile_all(tree.site)


@healthy("Arch", "relaxed", unchecked=(REQUIREMENTS,))
def arch_goes_ahead(tree):
    """A rolling distribution has a newer NumPy than the metadata of its TensorFlow ask for."""
    tree.install_all(wheels(numpy={"version": "2.4.0"}), installer="")


@healthy("openSUSE", "links")
def duplicates_are_links(tree):
    """%fdupes puts a link for each file whose content is that of another one."""
    tree.install_all()
    seen: dict[bytes, Path] = {}
    for path in sorted(tree.site.rglob("*.py")):
        same = seen.setdefault(path.read_bytes(), path)
        if same != path:
            path.unlink()
            path.symlink_to(os.path.relpath(same, path.parent))


@healthy("Alpine", "system packages", unchecked=(FILES,))
def alpine(tree):
    """abuild: python -m installer; default_pyc takes bytecode out, libraries are stripped."""
    tree.install_all(installer="")
    strip(tree)
    tree.remove("__pycache__", "licenses")


@healthy("Gentoo", "system packages", unchecked=(FILES,))
def gentoo(tree):
    """gpep517 writes no INSTALLER; distutils-r1.eclass deletes licenses; Portage strips the libraries."""
    tree.install_all(installer="")
    tree.remove("licenses")
    strip(tree)


@healthy("Gentoo", "system packages", unchecked=(FILES, LEFTOVERS))
def emptied_records(tree):
    """A packager empties RECORD, so that pip does not uninstall anything."""
    tree.install_all(installer="portage")
    for path in tree.site.glob("*.dist-info/RECORD"):
        path.write_bytes(b"")
