"""pip and its like, which leave files as they are in the wheel; and what people do to such installs."""

from __future__ import annotations

import compileall
import os
import shutil

from tests.gallery.healthy.changes import compile_all, strip
from tests.gallery.healthy.registry import FILES, NO_METADATA, REQUIREMENTS, healthy
from tests.gallery.tree import PREFIX, SITE, Tree, Wheel, all_but, wheels

REQUIRES = ("keras>=3.12", "numpy<2.2", "six>=1.12.0")


@healthy("pip", "as it comes")
def plain_pip(tree):
    """pip install tensorflow."""
    tree.install_all()
    compile_all(tree.site)


@healthy("pip", "slimmed")
def no_scripts(tree):
    """The folder of scripts was not copied to the image."""
    tree.install_all()
    shutil.rmtree(tree.prefix / "bin")


@healthy("pip", "moved")
def moved_environment(tree):
    """A virtual environment was moved, and its scripts got other first lines."""
    tree.install_all()
    tree.rewrite("bin/*", PREFIX.encode(), b"/moved")
    tree.path.clear()
    tree.prefix.rename(tree.root / "moved")
    tree.path.append(tree.root / "moved" / SITE)


@healthy("pip", "moved", unchecked=(FILES,))
def copied_without_empty_files(tree):
    """An environment went through a store that keeps no empty files: packages are namespace packages all the same."""
    tree.install_all()
    for path in [*tree.site.rglob("__init__.py")]:
        if not path.stat().st_size:
            path.unlink()


@healthy("pip", "moved")
def linked_site(tree):
    """lib64 is a link to lib, and both are on the path, as in virtual environments of Fedora: all is there twice."""
    tree.install_all()
    (tree.prefix / "lib64").symlink_to("lib")
    tree.path.append(tree.prefix / "lib64" / "python3.11" / "site-packages")


@healthy("pip", "target")
def pip_target(tree):
    """pip install --target: a flat folder on PYTHONPATH, before Python's library, with the scripts in its bin/."""
    target = tree.root / "target" / "packages"
    tree.before_library.append(target)
    tree.install_all(site=target)
    (tree.root / "target" / "bin").mkdir()


@healthy("pip", "target")
def function_layer(tree):
    """A layer for functions in the cloud: pip install --target below /opt/python, before Python's own site-packages."""
    layer = tree.root / "opt" / "python"
    tree.before_library.append(layer)
    tree.install_all(site=layer)
    tree.install(Wheel("six", "1.16.0", {"six.py": b"x = 0\n"}))


@healthy("pip", "several environments")
def local_prefix_of_debian(tree):
    """Debian's pip installs below /usr/local, in a folder named otherwise, as in Colab; apt's folder comes last."""
    tree.install_all(site=tree.root / "usr" / "local" / "lib" / "python3.11" / "dist-packages")
    apt = tree.root / "usr" / "lib" / "python3" / "dist-packages"
    tree.install(Wheel("six", "1.16.0", {"six.py": b"x = 0\n"}), site=apt, installer="debian", record=False)


@healthy("pip", "several environments")
def user_site(tree):
    """pip install --user of a newer six, which comes before that of the environment."""
    user = tree.root / "home" / ".local" / SITE
    tree.path.append(user)
    tree.install(Wheel("six", "1.18.0", {"six.py": b"x = 2\n"}), site=user)
    tree.install_all()


@healthy("uv", "as it comes")
def plain_uv(tree):
    """uv pip install tensorflow: no pip in the environment."""
    tree.install_all(installer="uv")


@healthy("uv", "links")
def linked_by_uv(tree):
    """uv pip install --link-mode symlink: folders are made, files are links into the cache."""
    _link_files(tree, "uv")


@healthy("uv", "several environments")
def ephemeral_overlay(tree):
    """uv run --with six: another environment in front, whose .pth file adds the first one."""
    overlay = tree.root / "overlay" / SITE
    tree.path.append(overlay)
    tree.write(overlay / "_uv_ephemeral_overlay.pth", f"import site; site.addsitedir({str(tree.site)!r})\n".encode())
    tree.install(Wheel("six", "1.18.0", {"six.py": b"x = 2\n"}), site=overlay, installer="uv")
    tree.install_all(installer="uv")


@healthy("Poetry", "as it comes")
def plain_poetry(tree):
    """poetry install: poetry's wheel_installer.py writes its version into INSTALLER."""
    tree.install_all(installer="Poetry 2.1.3")


@healthy("PDM", "as it comes")
def plain_pdm(tree):
    """pdm install: the PyPA's installer, with another INSTALLER."""
    tree.install_all(installer="pdm")


@healthy("PDM", "links")
def linked_by_pdm(tree):
    """pdm install with a cache: files are links, and InstallDestination.write_to_fs records no hash of what it links."""
    _link_files(tree, "pdm")
    for record in tree.site.glob("*.dist-info/RECORD"):
        rows = (line.split(",") for line in record.read_text(encoding="utf-8").splitlines())
        lines = [f"{path},{'sha256=' if size else ''},{size}" for path, _, size in rows]
        tree.write(record, "\n".join([*lines, ""]).encode())
        tree.write(record.parent / "REFER_TO", b"/cache")


@healthy("pipx", "as it comes")
def shared_by_pipx(tree):
    """pipx install: pip, setuptools and wheel are in another environment, which a .pth file puts last."""
    tree.install_all()
    shared = tree.root / "shared" / SITE
    tree.write(tree.site / "pipx_shared.pth", f"{shared}\n".encode())
    tree.install(Wheel("setuptools", "80.9.0", {"setuptools/__init__.py": b""}), site=shared)


def _link_files(tree: Tree, installer: str) -> None:
    tree.install_all(installer=installer)
    cache = tree.root / "cache"
    shutil.copytree(tree.site, cache)
    for path in [*tree.site.rglob("*")]:
        if path.is_file() and ".dist-info" not in str(path):
            path.unlink()
            path.symlink_to(cache / path.relative_to(tree.site))


# Slimmed images, and other changes by people


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
    strip(tree)


@healthy("pip", "slimmed", unchecked=(FILES,))
def other_line_ends(tree):
    """The environment was kept in a repository that rewrites line ends."""
    tree.install_all()
    for path in tree.site.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


@healthy("pip", "slimmed", unchecked=NO_METADATA)
def slim_functions(tree):
    """serverless-python-requirements, slim: metadata and bytecode are deleted, libraries are stripped."""
    tree.install_all()
    tree.remove("*.dist-info", "tests", "__pycache__")
    strip(tree)


@healthy("pip", "slimmed", unchecked=(REQUIREMENTS,))
def without_libclang(tree):
    """libclang, which TensorFlow requires and never imports, was uninstalled."""
    tree.install_all(wheels(tensorflow={"requires": ("keras", "numpy", "libclang>=13.0.0")}))


@healthy("pip", "slimmed", unchecked=(REQUIREMENTS,))
def only_metadata_of_tensorflow(tree):
    """Metadata were deleted but for those of TensorFlow, which somebody asks for its version."""
    tree.install_all()
    for info in [*tree.site.glob("*.dist-info")]:
        if not info.name.startswith("tensorflow"):
            shutil.rmtree(info)


@healthy("setuptools", "without metadata", unchecked=(FILES, REQUIREMENTS))
def metadata_without_version(tree):
    """six is a checkout on the path, and its metadata do not say of which version."""
    tree.install_all([wheel for wheel in wheels(tensorflow={"requires": REQUIRES}) if wheel.name != "six"])
    checkout = tree.root / "six"
    tree.write(checkout / "six.py")
    tree.write(checkout / "six.egg-info" / "PKG-INFO", b"Metadata-Version: 1.0\nName: six\n")
    tree.path.append(checkout)


@healthy("pip", "added")
def certificates_of_the_company(tree):
    """The company's certificate was appended to those of certifi, which TensorFlow never opens."""
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


@healthy("pip", "plugin")
def plugins_of_devices(tree):
    """Pluggable devices lie in a folder of their own, which TensorFlow searches: tensorflow-metal, -directml-plugin."""
    tree.install_all()
    plugin = {"tensorflow-plugins/libmetal_plugin.dylib": b"\xcf\xfa\xed\xfe", "tensorflow-plugins/__init__.py": b""}
    tree.install(Wheel("tensorflow-metal", "1.2.0", plugin))


@healthy("pip", "permissions")
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


@healthy("pip", "working folder")
def entries_that_are_no_folders(tree):
    """The path names folders that do not exist, an archive that does not, a file, and one folder twice."""
    tree.install_all()
    tree.write(tree.root / "notes.txt")
    tree.before_library += [tree.root / "absent", tree.root / "python311.zip", tree.root / "notes.txt"]
    tree.path.append(tree.site)


@healthy("uv", "editable")
def editable_keras(tree):
    """Keras is a checkout; a finder, or a .pth file, says where."""
    tree.install_all(all_but("keras"), installer="uv")
    tree.install(Wheel("keras", "3.15.1", {"_keras.pth": b"/src/keras\n"}), installer="uv")
    checkout = tree.root / "keras-checkout"
    tree.write(checkout / "keras" / "__init__.py")
    tree.path.append(checkout)


@healthy("pip", "editable")
def editable_tensorflow(tree):
    """TensorFlow itself is installed by a .pth file alone, which names the folder that it was built in."""
    tree.install_all(all_but("tensorflow"))
    (tensorflow,) = (wheel for wheel in wheels() if wheel.name == "tensorflow")
    built = tree.root / "bazel-bin"
    for name, content in tensorflow.files.items():
        tree.write(built / name, content)
    tree.path.append(built)
    tree.install(Wheel("tensorflow", "2.21.0", {"__editable__.tensorflow.pth": b"/src\n"}, tensorflow.requires))


@healthy("setuptools", "egg", unchecked=(FILES,))
def develop_egg(tree):
    """six was installed by setup.py install: a folder egg-info without a RECORD."""
    tree.install_all(all_but("six"))
    tree.write(tree.site / "six.py")
    tree.write(tree.site / "six-1.17.0.egg-info" / "PKG-INFO", b"Metadata-Version: 1.1\nName: six\nVersion: 1.17.0\n")


@healthy("setuptools", "egg", unchecked=(FILES,))
def zipped_egg(tree):
    """six was installed by easy_install: an egg, which easy-install.pth puts on the path."""
    tree.install_all(all_but("six"))
    egg = tree.site / "six-1.17.0-py3.11.egg"
    tree.write(egg / "six.py")
    tree.write(egg / "EGG-INFO" / "PKG-INFO", b"Metadata-Version: 1.1\nName: six\nVersion: 1.17.0\n")
    tree.write(egg / "EGG-INFO" / "requires.txt", b"\n[docs]\nsphinx\n")
    tree.path.append(egg)
