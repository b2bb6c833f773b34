"""What lies around in installs that work, and what people leave out or put in that TensorFlow does not ask for."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

from tests.gallery.healthy.changes import compile_all, patch_rpath
from tests.gallery.healthy.registry import FILES, LEFTOVERS, NO_METADATA, PLATFORM, REQUIREMENTS, healthy
from tests.gallery.tree import Tree, Wheel, all_but, wheels

FRAMEWORK = "libtensorflow_framework.so.2"


@healthy("conda", "as it comes", unchecked=(FILES,))
def library_in_the_prefix(tree):
    """A recipe has moved a library to lib/ of the prefix, where the RPATH of the others leads."""
    tree.install_all(installer="conda")
    patch_rpath(tree)
    shutil.move(tree.site / "tensorflow" / FRAMEWORK, tree.prefix / "lib" / FRAMEWORK)


@healthy("uv", "mixed")
def uv_within_conda(tree):
    """uv pip install into a conda environment, whose own packages are pip and setuptools."""
    tree.install_all(installer="uv")
    tree.install(Wheel("setuptools", "80.9.0", {"setuptools/__init__.py": b""}), installer="conda")
    tree.write(tree.prefix / "conda-meta" / "history")


@healthy("pip", "slimmed", unchecked=(REQUIREMENTS,))
def without_setuptools(tree):
    """pip, setuptools and wheel were uninstalled from an image; TensorFlow 2.21 imports none of these."""
    tree.install_all(wheels(tensorflow={"requires": ("keras", "numpy", "setuptools", "wheel<1.0,>=0.23.0")}))


@healthy("pip", "slimmed")
def without_pages_of_tensorboard(tree):
    """The pages that TensorBoard shows, its largest file, were deleted; TensorFlow opens no browser."""
    tree.install_all(wheels(tensorflow={"requires": ("keras", "numpy", "tensorboard")}))
    files = {"tensorboard/__init__.py": b"", "tensorboard/webfiles.zip": b"PK"}
    tree.install(Wheel("tensorboard", "2.20.0", files))
    tree.remove("webfiles.zip")


@healthy("pip", "working folder")
def site_packages_as_the_working_folder(tree):
    """Somebody works in site-packages, which is first on the path then, and again where it always is."""
    tree.install_all()
    tree.install(Wheel("dataclasses-json", "0.6", {"marshmallow.py": b""}))
    tree.before_library.append(tree.site)


@healthy("pip", "working folder")
def notebooks_and_data(tree):
    """Folders without code, and files that are no modules, have the names of modules."""
    tree.install_all()
    for name in ("statistics/exam.ipynb", "queue/jobs.csv", "random.txt", "keras/notes.md", "json.ipynb", "six.pyi"):
        tree.write(tree.root / "work" / name)
    tree.before_library.append(tree.root / "work")


@healthy("pip", "working folder")
def same_folder_in_several_spellings(tree):
    """PYTHONPATH names site-packages with a slash at its end, through a link, and with dots in between."""
    tree.install_all()
    (tree.root / "link").symlink_to(tree.site)
    tree.before_library += [Path(f"{tree.site}/"), tree.root / "link", tree.root / "prefix" / ".." / "link"]


@healthy("setuptools", "editable")
def hook_of_a_namespace(tree):
    """An editable namespace package puts a word that is no folder on the path."""
    tree.install_all()
    tree.path.append(Path("__editable__.mine-1.0.finder.__path_hook__"))
    finder = {
        "__editable___mine_1_0_finder.py": b"",
        "__editable__.mine-1.0.pth": b"import __editable___mine_1_0_finder\n",
    }
    tree.install(Wheel("mine", "1.0", finder))


@healthy("vendor", "plugin")
def neuron(tree):
    """The plugin for a vendor's processors has tensorflow in its name, an older version, and packages of its own."""
    tree.install_all()
    tree.install(Wheel("tensorflow-neuronx", "2.10.1.2.1.0", {"tensorflow_neuronx/__init__.py": b""}, ("tensorflow",)))


@healthy("pip", "packages beside")
def stubs_and_namespaces(tree):
    """Stubs for type checkers, and parts of the namespace google, stand beside what they are named after."""
    tree.install_all()
    stubs = {"tensorflow-stubs/__init__.pyi": b"", "google-stubs/protobuf/__init__.pyi": b""}
    tree.install(Wheel("types-tensorflow", "2.18.0.2026", stubs))
    tree.install(Wheel("google-cloud-storage", "3.1.0", {"google/cloud/storage/__init__.py": b""}))


@healthy("pip", "packages beside")
def ruins_of_others(tree):
    """What pip has left behind of packages that TensorFlow does not need is nobody's business here."""
    tree.install_all()
    for name in ("~orch/__init__.py", "~orch-2.9.0.dist-info/METADATA", "pandas-2.0.dist-info/licenses/LICENSE"):
        tree.write(tree.site / name)
    for version in ("2.8.0", "2.9.0"):
        tree.install(Wheel("torch", version, {"torch/__init__.py": b""}))
    tree.write(tree.site / "damaged-1.0.egg-info", bytes(range(256)))


@healthy("pip", "added")
def files_of_file_systems(tree):
    """macOS's tar, file servers and editors leave files beside all others, also beside the metadata."""
    tree.install_all()
    for path in [*tree.site.rglob("*.py"), *tree.site.glob("*.dist-info")]:
        tree.write(path.with_name(f"._{path.name}"), b"\0\5\x16\7\0\2\xff")
    for name in (".nfs0000042", ".DS_Store", "ops.py~", "ops.py.bak", "ops 2.py", ".ipynb_checkpoints/ops.py"):
        tree.write(tree.site / "tensorflow" / "python" / name)


@healthy("pip", "added")
def keras_for_an_editor(tree):
    """A link in TensorFlow's folder lets editors complete tensorflow.keras, as a much read answer says."""
    tree.install_all()
    (tree.site / "tensorflow" / "keras").symlink_to("../keras")


@healthy("pip", "moved", unchecked=(FILES,))
def kept_by_windows(tree):
    """Code and metadata went through a repository that rewrites line ends, RECORD included."""
    tree.install_all()
    texts = [*tree.site.rglob("*.py"), *tree.site.glob("*.dist-info/*")]
    for path in (path for path in texts if path.is_file()):
        tree.write(path, path.read_bytes().replace(b"\n", b"\r\n"))


@healthy("pip", "working folder")
def files_of_editors_and_systems(tree):
    """macOS, file servers, editors and notebooks have left files of their own in the packages."""
    tree.install_all()
    for name in (
        "._ops.py",
        ".nfs0001",
        "ops.py.orig",
        "ops (conflicted copy).py",
        ".ipynb_checkpoints/ops-checkpoint.py",
    ):
        tree.write(tree.site / "tensorflow" / "python" / name, b"\0")


@healthy("pip", "mixed")
def names_in_another_encoding(tree):
    """Names of files that are not UTF-8, among the packages and in those of TensorFlow."""
    tree.install_all()
    for folder in (tree.site, tree.site / "tensorflow" / "python"):
        tree.write(folder / os.fsdecode(b"caf\xe9.py"))


@healthy("pip", "mixed")
def namespace_of_google(tree):
    """An older part of the namespace google has an __init__.py, which extends the path of the package."""
    tree.install_all()
    extends = b"__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"
    tree.install(
        Wheel("googleapis-common-protos", "1.56.0", {"google/__init__.py": extends, "google/api/http_pb2.py": b""})
    )


@healthy("pip", "target")
def target_of_a_program(tree):
    """A program with a Python of its own has packages in a folder of its scripts, with bytecode for that Python alone."""
    modules = tree.root / "Program Files" / "scripts" / "modules"
    tree.before_library.append(modules)
    tree.install_all(site=modules)
    compile_all(modules)


@healthy("pip", "permissions")
def read_only_folders(tree):
    """No folder can be written to, as in an image or on a file system that is mounted read-only."""
    tree.install_all()
    for folder, _, _ in os.walk(tree.site):
        os.chmod(folder, 0o555)


@healthy("pip", "permissions")
def for_its_owner_alone(tree):
    """An umask of 077 has kept everything from other users."""
    tree.install_all()
    for folder, _, names in os.walk(tree.prefix):
        os.chmod(folder, 0o700)
        for name in names:
            os.chmod(os.path.join(folder, name), 0o600)


@healthy("pip", "start of Python")
def customized_by_the_user(tree):
    """usercustomize and sitecustomize in the user site and in the environment."""
    tree.path.append(tree.user_site)
    tree.install_all()
    for place in (tree.user_site, tree.site):
        for name in ("usercustomize.py", "sitecustomize.py"):
            tree.write(place / name, b"import sys\n")


@healthy("pip", "start of Python")
def code_in_pth_files(tree):
    """Coverage, setuptools and others run code from .pth files; one names a folder that is not there any more."""
    tree.install_all()
    hook = {"distutils-precedence.pth": b"import os; os.environ\n", "_distutils_hack/__init__.py": b""}
    tree.install(Wheel("setuptools", "80.9.0", {"setuptools/__init__.py": b"", **hook}))
    tree.write(tree.site / "gone.pth", b"/no/such/folder\n")


@healthy("cx_Freeze", "frozen", unchecked=(FILES,))
def library_of_a_frozen_program(tree):
    """A frozen program keeps code in lib/library.zip, and libraries and metadata beside it."""
    tree.install_all()
    archive = tree.root / "program" / "lib" / "library.zip"
    archive.parent.mkdir(parents=True)
    with zipfile.ZipFile(archive, "w") as opened:
        for path in tree.site.rglob("*.py"):
            opened.write(path, path.relative_to(tree.site))
    tree.remove("*.py")
    tree.before_library.append(archive)
    tree.frozen = True


@healthy("Buck", "without metadata", unchecked=NO_METADATA)
def built_from_one_repository(tree):
    """A company builds TensorFlow and all its dependencies from one repository, and keeps no metadata."""
    tree.install_all()
    tree.remove("*.dist-info")


def _protobuf_of_the_system(tree: Tree, code: bytes) -> None:
    """An older part of google in the environment, with this code, before the system's protobuf."""
    tree.install_all(all_but("protobuf"))
    tree.write(tree.site / "google" / "__init__.py", code)
    (protobuf,) = [wheel for wheel in wheels() if wheel.name == "protobuf"]
    tree.install(protobuf, site=tree.root / "system" / "dist-packages")


@healthy("Debian", "several environments")
def google_that_goes_on(tree):
    """An older part of google says with pkgutil that there are more of them."""
    _protobuf_of_the_system(tree, b"__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n")


@healthy("Debian", "several environments")
def google_that_declares_a_namespace(tree):
    """Another says so with setuptools."""
    _protobuf_of_the_system(tree, b"import pkg_resources\npkg_resources.declare_namespace(__name__)\n")


@healthy("setuptools", "egg", unchecked=(FILES, LEFTOVERS, PLATFORM))
def unpacked_egg(tree):
    """TensorFlow is a folder whose name ends in .egg, as easy_install made it, with its metadata in EGG-INFO."""
    tree.install_all(all_but("tensorflow"))
    egg = tree.site / "tensorflow-2.21.0-py3.11-linux-x86_64.egg"
    for name, content in wheels()[0].files.items():
        tree.write(egg / name, content)
    tree.write(egg / "EGG-INFO" / "PKG-INFO", b"Metadata-Version: 1.2\nName: tensorflow\nVersion: 2.21.0\n")
    tree.path.insert(0, egg)


@healthy("pip", "as other tools write it")
def record_of_windows(tree):
    """A wheel was built where lines end in CR LF, and one with a backslash in its paths."""
    tree.install_all()
    for record in tree.site.glob("*.dist-info/RECORD"):
        tree.write(record, record.read_bytes().replace(b"\n", b"\r\n").replace(b"six/", b"six\\"))


@healthy("pip", "as other tools write it")
def requirements_that_nobody_can_read(tree):
    """Older wheels have requirements in parentheses, and some that packaging refuses."""
    requires = ("keras>=3.12.*", "numpy (<2.2,>=1.26)", "pytz (>dev)", "protobuf", "six ; extra == 'x'")
    tree.install_all(wheels(tensorflow={"requires": requires}))


@healthy("vendor", "as other tools write it", unchecked=(FILES,))
def versions_that_nobody_can_read(tree):
    """Vendors write versions into metadata that are none: the folder of the metadata has one that is."""
    tree.install_all()
    tree.rewrite("METADATA", b"Version: 2.21.0", b"Version: 2.21.0-nv25.01")
    tree.rewrite("METADATA", b"Version: 2.1.0", b"Version: 2.1.0.intel-2025")


@healthy("vendor", "as other tools write it")
def name_in_capitals(tree):
    """TensorFlow as people write it, in its metadata and in their folder's name."""
    tree.install_all()
    tree.rewrite("METADATA", b"Name: tensorflow", b"Name: TensorFlow")
    tree.rewrite("RECORD", b"tensorflow-2.21.0.dist-info", b"TensorFlow-2.21.0.dist-info")
    (tree.site / "tensorflow-2.21.0.dist-info").rename(tree.site / "TensorFlow-2.21.0.dist-info")


@healthy("pip", "as other tools write it")
def metadata_of_nobody(tree):
    """Folders and files are called like metadata and are none: without a name, without a version, a dead link."""
    tree.install_all()
    for name in (
        "foo.dist-info/METADATA",
        "-1.0.dist-info/METADATA",
        "None-1.0.dist-info/METADATA",
        "baz-1.0.dist-info",
    ):
        tree.write(tree.site / name)
    (tree.site / "gone-1.0.dist-info").symlink_to("/nowhere")


@healthy("pip", "egg", unchecked=(FILES,))
def linked_egg(tree):
    """setup.py develop: an .egg-link beside the packages, and metadata in the project."""
    tree.install_all(all_but("six"))
    project = tree.root / "six"
    tree.write(project / "six.py")
    tree.write(project / "six.egg-info" / "PKG-INFO", b"Metadata-Version: 1.1\nName: six\nVersion: 1.17.0\n")
    tree.write(tree.site / "six.egg-link", f"{project}\n.".encode())
    tree.path.append(project)
