"""Archives and frozen programs."""

from __future__ import annotations

import shutil
import zipfile

from tests.gallery.healthy.registry import FILES, NO_METADATA, REQUIREMENTS, healthy
from tests.gallery.tree import SITE, Tree, all_but, wheels


@healthy("zipapp", "archive", unchecked=(FILES,))
def dependencies_in_an_archive(tree):
    """Pure Python dependencies, with their metadata, lie in a zip file at the front."""
    tree.install_all(all_but("six", "keras"))
    packed = Tree(tree.root / "packed")
    packed.install_all([wheel for wheel in wheels() if wheel.name in ("six", "keras")])
    archive = tree.root / "app.pyz"
    with zipfile.ZipFile(archive, "w") as opened:
        for path in packed.site.rglob("*"):
            opened.write(path, path.relative_to(packed.site))
        opened.writestr("__main__.py", "print()")
    tree.before_library.append(archive)


@healthy("shiv", "archive")
def unpacked_by_shiv(tree):
    """shiv: what pip install --target has made is unpacked below ~/.shiv, and put before Python's library."""
    site = tree.root / ".shiv" / "app_0123abcd" / "site-packages"
    tree.before_library += [tree.root / "app.pyz", site]
    tree.install_all(site=site)
    shutil.rmtree(tree.root / ".shiv" / "bin", ignore_errors=True)


@healthy("PEX", "archive")
def unpacked_by_pex(tree):
    """PEX: a folder per wheel below PEX_ROOT, as pep_427.py installs it: scripts lie elsewhere."""
    for wheel in wheels():
        site = tree.root / "pex" / "installed_wheels" / "0" / "0123abcd" / f"{wheel.name}.whl"
        tree.before_library.append(site)
        tree.install(wheel, site=site, installer="pex")


@healthy("PEX", "links")
def environment_of_pex(tree):
    """PEX_VENV: an environment of links to the unpacked wheels."""
    tree.install_all(installer="pex")
    unpacked = tree.root / "pex"
    tree.site.rename(unpacked)
    tree.site.mkdir()
    for entry in unpacked.iterdir():
        (tree.site / entry.name).symlink_to(entry)


@healthy("PyInstaller", "frozen", unchecked=(FILES,))
def frozen_program(tree):
    """Metadata and libraries were copied, Python code is inside the program."""
    tree.install_all()
    tree.remove("*.py")
    tree.frozen = True


@healthy("PyInstaller", "frozen", unchecked=(FILES, REQUIREMENTS))
def frozen_with_metadata_of_tensorflow(tree):
    """--onedir, --copy-metadata tensorflow: in _internal/ lie libraries and these metadata; modules are beside them."""
    internal = tree.root / "dist" / "_internal"
    tree.install_all(site=internal)
    for info in [*internal.glob("*.dist-info")]:
        if not info.name.startswith("tensorflow"):
            shutil.rmtree(info)
    tree.frozen = True


@healthy("zipapp", "without metadata", unchecked=NO_METADATA)
def vendored(tree):
    """A program brings TensorFlow and all that it needs in a folder of its own, as they are imported."""
    vendor = tree.root / "program" / "_vendor"
    tree.install_all(site=vendor)
    for info in [*vendor.glob("*.dist-info")]:
        shutil.rmtree(info)
    tree.before_library.append(tree.root / "program" / "lib" / SITE)
