"""Small broken installs on the disk: what is wrong with each is known before the import, and what is to be done about it.

Each has a kind, a pattern of what is said, and one of what is to be done; ``variables`` are those of the environment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.gallery.tree import Tree, Wheel, smallest_library, wheels

AGAIN = "python -m pip install --force-reinstall --no-deps"


@dataclass(frozen=True)
class Broken:
    """A broken install: how it is made, and what must be said of it."""

    make: Callable[[Tree], None]
    kind: str
    says: str
    do: str
    variables: Mapping[str, str] = field(default_factory=dict)
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind}-{self.name or self.make.__name__}"


BROKEN: list[Broken] = []


def broken(kind: str, says: str, do: str, **variables: str) -> Callable:
    """Registers the decorated function, which makes a broken install in a tree."""

    def register(make: Callable[[Tree], None]) -> Callable[[Tree], None]:
        BROKEN.append(Broken(make, kind, says, do, variables))
        return make

    return register


def requiring(*requirements: str) -> list[Wheel]:
    """The wheels, of which TensorFlow's has these requirements."""
    return wheels(tensorflow={"requires": requirements})


def other(name: str, version: str) -> Wheel:
    """A wheel of another distribution, or of another version: a module of its name."""
    return Wheel(name, version, {f"{name.replace('-', '_')}.py": b""})


# A requirement of TensorFlow, and a version that does not meet it.
UNMET = {
    "numpy new": ("numpy<2.2,>=1.26", "numpy", "2.4.0"),
    "numpy old": ("numpy<2.2,>=1.26", "numpy", "1.24.3"),
    "protobuf old": ("protobuf>=6.31.1", "protobuf", "4.25.8"),
    "protobuf new": ("protobuf<5,>=3.20.3", "protobuf", "6.31.1"),
    "h5py old": ("h5py>=3.11", "h5py", "2.10.0"),
    "h5py new": ("h5py~=2.10.0", "h5py", "3.14.0"),
    "ml-dtypes old": ("ml-dtypes<1,>=0.5.1", "ml-dtypes", "0.2.0"),
    "ml-dtypes new": ("ml-dtypes~=0.3.1", "ml-dtypes", "0.5.1"),
    "absl old": ("absl-py>=1.0.0", "absl-py", "0.9.0"),
    "wrapt new": ("wrapt<1.15,>=1.11.0", "wrapt", "1.17.2"),
    "typing-extensions old": ("typing-extensions>=3.6.6", "typing-extensions", "3.6.2"),
    "typing-extensions new": ("typing-extensions<4.6,>=3.6.6", "typing-extensions", "4.15.0"),
    "gast new": ("gast==0.2.2", "gast", "0.6.0"),
    "keras of TensorFlow 2.15": ("keras>=3.12", "keras", "2.15.0"),
    "keras of TensorFlow 2.16": ("keras>=3.12", "keras", "3.0.5"),
}


def _unmet(requirement: str, name: str, version: str) -> Callable[[Tree], None]:
    def make(tree: Tree) -> None:
        changed = {name: {"version": version}} if name in ("numpy", "protobuf", "keras") else {}
        made = wheels(tensorflow={"requires": (requirement,)}, **changed)
        tree.install_all(made if changed else [*made, other(name, version)])

    return make


BROKEN += [
    Broken(
        _unmet(*unmet),
        "unmet requirement",
        f"tensorflow 2.21.0 needs {unmet[1]}*, but {unmet[2]} is installed",
        f'python -m pip install "{unmet[1]}*"' if "==" not in unmet[0] else f"python -m pip install {unmet[0]}",
        name=name,
    )
    for name, unmet in UNMET.items()
]


@broken("missing", "tensorflow 2.21.0 needs six, which is not installed", "python -m pip install six")
def dependency(tree):
    """Everything was installed with --no-deps, and one part forgotten."""
    tree.install_all([wheel for wheel in wheels() if wheel.name != "six"])


@broken("missing", "tensorflow 2.21.0 needs keras>=3.12, which is not installed", 'python -m pip install "keras>=3.12"')
def keras_but_for_leftovers(tree):
    """Keras was uninstalled, and left a folder without a package in it."""
    tree.install_all([wheel for wheel in wheels() if wheel.name != "keras"])
    tree.write(tree.site / "keras" / "datasets" / "cache.txt")


@broken("missing", "keras 3.15.1: keras/__init__.py is missing, *", f"{AGAIN} keras==3.15.1")
def folder_of_keras(tree):
    """The folder of Keras was deleted by hand."""
    tree.install_all()
    tree.remove("site-packages/keras")


@broken("missing", "numpy 2.1.0: numpy/__init__.py is missing, *", f"{AGAIN} numpy==2.1.0")
def folder_of_numpy(tree):
    """The folder of NumPy was deleted by hand."""
    tree.install_all()
    tree.remove("site-packages/numpy")


@broken("missing", "tensorflow 2.21.0: tensorflow/__init__.py is missing", f"{AGAIN} tensorflow==2.21.0")
def main_module(tree):
    """The first file of TensorFlow was deleted."""
    tree.install_all()
    tree.remove("tensorflow/__init__.py")


@broken(
    "file in place of a folder",
    "keras 3.15.1: keras/__init__.py is missing, *",
    f"rm -r */keras\n{AGAIN} keras==3.15.1",
)
def file_named_keras(tree):
    """A file has taken the place of the folder of Keras."""
    folder_of_keras(tree)
    tree.write(tree.site / "keras")


@broken(
    "file in place of a folder",
    "protobuf 6.31.1: google/protobuf/__init__.py is missing, *",
    f"rm -r */google\n{AGAIN} protobuf==6.31.1",
)
def file_named_google(tree):
    """A file has taken the place of the folder of protobuf."""
    tree.install_all()
    tree.remove("site-packages/google")
    tree.write(tree.site / "google")


@broken(
    "file in place of a folder",
    "numpy 2.1.0: numpy/__init__.py is missing, *",
    f"rm -r */numpy\n{AGAIN} numpy==2.1.0",
)
def file_named_numpy(tree):
    """A file has taken the place of the folder of NumPy."""
    folder_of_numpy(tree)
    tree.write(tree.site / "numpy", b"numpy")


@broken(
    "damaged file",
    "tensorflow 2.21.0: tensorflow/python/_pywrap.so has * bytes instead of *",
    f"{AGAIN} tensorflow==2.21.0",
)
def library_cut_off(tree):
    """The disk was full when a library was written."""
    tree.install_all()
    tree.write(tree.site / "tensorflow" / "python" / "_pywrap.so", smallest_library()[:5000])


@broken(
    "damaged file", "numpy 2.1.0: numpy/_core/_multiarray_umath.so has 0 bytes instead of *", f"{AGAIN} numpy==2.1.0"
)
def library_empty(tree):
    """A library of NumPy is empty."""
    tree.install_all()
    tree.write(tree.site / "numpy" / "_core" / "_multiarray_umath.so")


@broken("damaged file", "keras 3.15.1: keras/src/version.py has 5 bytes instead of *", f"{AGAIN} keras==3.15.1")
def module_of_garbage(tree):
    """A module was overwritten with something that is not Python."""
    tree.install_all()
    tree.write(tree.site / "keras" / "src" / "version.py", b"def (")


@broken("damaged file", "keras 3.15.1: keras/src/version.py has * bytes instead of *", f"{AGAIN} keras==3.15.1")
def file_of_another_version(tree):
    """A part of Keras was copied over that of another version."""
    tree.install_all()
    tree.write(tree.site / "keras" / "src" / "version.py", b'__version__ = "3.4"\n')


@broken(
    "damaged metadata",
    "keras 3.15.1: its RECORD is truncated or damaged",
    f"rm -r */keras-3.15.1.dist-info\n{AGAIN} keras==3.15.1",
)
def record_cut_off(tree):
    """The RECORD of Keras ends in the middle of a line."""
    tree.install_all()
    record = tree.site / "keras-3.15.1.dist-info" / "RECORD"
    tree.write(record, record.read_bytes()[:-9])


@broken(
    "damaged metadata",
    "tensorflow 2.21.0: its RECORD is truncated or damaged",
    f"rm -r */tensorflow-2.21.0.dist-info\n{AGAIN} tensorflow==2.21.0",
)
def record_of_garbage(tree):
    """The RECORD of TensorFlow is not even text."""
    tree.install_all()
    tree.write(tree.site / "tensorflow-2.21.0.dist-info" / "RECORD", bytes(range(256)))


@broken(
    "damaged metadata",
    "tensorflow 2.21.0: *METADATA has 0 bytes instead of *",
    f"rm -r */tensorflow-2.21.0.dist-info\n{AGAIN} tensorflow==2.21.0",
)
def metadata_empty(tree):
    """The METADATA of TensorFlow are empty."""
    tree.install_all()
    tree.write(tree.site / "tensorflow-2.21.0.dist-info" / "METADATA")


@broken("half replaced", "*/~ensorflow is left over from an interrupted installation", "delete */~ensorflow")
def tensorflow_renamed(tree):
    """pip was interrupted while it replaced TensorFlow."""
    tree.install_all()
    tree.write(tree.site / "~ensorflow" / "__init__.py")


@broken("half replaced", "*/~umpy is left over from an interrupted installation", "delete */~umpy")
def numpy_renamed(tree):
    """pip was interrupted while it replaced NumPy."""
    tree.install_all()
    tree.write(tree.site / "~umpy" / "__init__.py")


@broken(
    "half replaced",
    "*/~eras-3.4.0.dist-info is left over from an interrupted installation",
    "delete */~eras-3.4.0.dist-info",
)
def metadata_renamed(tree):
    """pip was interrupted while it replaced Keras: the metadata were renamed, too."""
    tree.install_all()
    tree.write(tree.site / "~eras-3.4.0.dist-info" / "METADATA", b"Name: keras\nVersion: 3.4.0\n")


@broken(
    "half replaced",
    "*/keras-3.4.0.dist-info is left over from an interrupted uninstallation",
    "delete */keras-3.4.0.dist-info",
)
def metadata_hollow(tree):
    """The metadata of the Keras before are gone, but their folder is there."""
    tree.install_all()
    tree.write(tree.site / "keras-3.4.0.dist-info" / "licenses" / "LICENSE")


def _beside(name: str, version: str) -> Callable[[Tree], None]:
    def make(tree: Tree) -> None:
        tree.install_all()
        (own,) = [wheel for wheel in wheels() if wheel.name == "tensorflow"]
        tree.install(Wheel(name, version, own.files))

    return make


BROKEN += [
    Broken(
        _beside(name, version),
        "two TensorFlows",
        "* and * share the folder */tensorflow",
        "python -m pip uninstall --yes *\npython -m pip install tensorflow*==2.*",
        name=f"{name} {version}",
    )
    for name, version in (
        ("tensorflow-cpu", "2.21.0"),
        ("tensorflow-cpu", "2.19.1"),
        ("tensorflow", "2.19.1"),
        ("tf-nightly", "2.22.0.dev20260101"),
        ("tensorflow-rocm", "2.18.1"),
    )
]


@broken(
    "two Kerases",
    "* and * share the folder */keras",
    'python -m pip uninstall --yes *\npython -m pip install "keras>=3.12"',
)
def nightly(tree):
    """A nightly of Keras was installed over a release."""
    tree.install_all()
    tree.install(Wheel("keras-nightly", "3.16.0.dev2026", {"keras/__init__.py": b""}))


@broken(
    "two Kerases",
    "keras 3.4.0 and keras 3.15.1 share the folder */keras",
    'python -m pip uninstall --yes keras\n*\npython -m pip install "keras>=3.12"',
)
def older(tree):
    """Keras was installed over another Keras, which is still on record."""
    tree.install_all()
    tree.install(Wheel("keras", "3.4.0", {"keras/__init__.py": b""}))


@broken(
    "two Kerases",
    "tf-keras 2.21.0 and tf-keras-nightly * share the folder */tf_keras",
    'python -m pip uninstall --yes tf-keras tf-keras-nightly\npython -m pip install "tf-keras==2.21.*"',
)
def legacy_nightly(tree):
    """A nightly of tf-keras was installed over a release."""
    tree.install_all()
    for name, version in (("tf-keras", "2.21.0"), ("tf-keras-nightly", "2.22.0.dev2026")):
        tree.install(Wheel(name, version, {"tf_keras/__init__.py": b""}))


@broken(
    "two versions",
    "six 1.16.0 and six 1.17.0 are both recorded in *",
    "python -m pip uninstall --yes six\n*\npython -m pip install six",
)
def six_twice(tree):
    """six was installed over another six, which is still on record."""
    tree.install_all()
    tree.install(Wheel("six", "1.16.0", {"six.py": b""}))


@broken(
    "two versions",
    "numpy 1.26.4 and numpy 2.1.0 are both recorded in *",
    'python -m pip uninstall --yes numpy\n*\npython -m pip install "numpy<2.2,>=1.26"',
)
def numpy_twice(tree):
    """NumPy was installed over another NumPy, which is still on record."""
    tree.install_all()
    tree.install(Wheel("numpy", "1.26.4", {"numpy/__init__.py": b""}))


@broken(
    "two versions",
    "protobuf 3.20.3 and protobuf 6.31.1 are both recorded in *",
    "python -m pip uninstall --yes protobuf\n*\npython -m pip install protobuf",
)
def protobuf_twice(tree):
    """protobuf was installed over another protobuf, which is still on record."""
    tree.install_all()
    tree.install(Wheel("protobuf", "3.20.3", {"google/protobuf/__init__.py": b""}))


@broken("leftover", "*/keras/engine: left over from another version, *", "delete */keras/engine")
def folder_of_keras_2(tree):
    """Keras 2 was not uninstalled completely."""
    tree.install_all()
    tree.write(tree.site / "keras" / "engine" / "training.py")


@broken("leftover", "*/tensorflow/contrib: left over from another version, *", "delete */tensorflow/contrib")
def folder_of_tensorflow_1(tree):
    """TensorFlow 1 was not uninstalled completely."""
    tree.install_all()
    tree.write(tree.site / "tensorflow" / "contrib" / "layers.py")


@broken("leftover", "*/_pywrap_old.so: left over from another version, *", "delete */_pywrap_old.so")
def library_of_another_version(tree):
    """A library of another version was left behind."""
    tree.install_all()
    tree.write(tree.site / "tensorflow" / "python" / "_pywrap_old.so", smallest_library())


@broken(
    "leftover",
    "*/old_0.py and 8 more: left over from another version, *",
    f"rm -r */tensorflow\n{AGAIN} tensorflow==2.21.0",
)
def many_modules(tree):
    """Many files of another version were left behind."""
    tree.install_all()
    for number in range(9):
        tree.write(tree.site / "tensorflow" / "python" / f"old_{number}.py")


def _built_for(tag: str) -> Callable[[Tree], None]:
    def make(tree: Tree) -> None:
        tree.install_all()
        wheel = f"Wheel-Version: 1.0\nTag: {tag}\n".encode()
        tree.write(tree.site / "tensorflow-2.21.0.dist-info" / "WHEEL", wheel)

    return make


BROKEN += [
    Broken(
        _built_for(tag),
        "another platform",
        f"tensorflow 2.21.0 was built for {tag}, not for this Python and system",
        f"{AGAIN} tensorflow==2.21.0",
        name=tag,
    )
    for tag in (
        "cp27-cp27mu-manylinux2010_x86_64",
        "cp36-cp36m-manylinux2014_x86_64",
        "cp311-cp311-win_amd64",
        "cp313-cp313-macosx_12_0_arm64",
        "cp312-cp312-manylinux_2_27_riscv64",
    )
]


def _hidden_by(*path: str) -> Callable[[Tree], None]:
    def make(tree: Tree) -> None:
        (tree.root / "mine").mkdir()
        tree.before_library.append(tree.root / "mine")
        tree.write(tree.root.joinpath("mine", *path))
        tree.install_all()

    return make


BROKEN += [
    Broken(
        _hidden_by(*path),
        "hidden",
        f"*/mine/{path[0]} hides {module} of *",
        f"rename or move */mine/{path[0]}",
        name=module,
    )
    for module, path in {
        "keras": ("keras.py",),
        "numpy": ("numpy", "__init__.py"),
        "six": ("six.py",),
        "random": ("random.py",),
        "tensorflow": ("tensorflow", "__init__.py"),
    }.items()
]


@broken(
    "legacy Keras",
    "tf-keras 2.16.0 needs tensorflow<2.17,>=2.16, but 2.21.0 is installed",
    'python -m pip install "tf-keras==2.21.*"',
    TF_USE_LEGACY_KERAS="1",
)
def of_another_release(tree):
    """tf-keras is for another release of TensorFlow: tf-keras is to be replaced, not TensorFlow."""
    tree.install_all()
    files = {"tf_keras/__init__.py": b""}
    tree.install(Wheel("tf-keras", "2.16.0", files, requires=("tensorflow<2.17,>=2.16",)))


@broken(
    "legacy Keras",
    "tf-keras 2.19.0 needs tensorflow<2.20,>=2.19, but 2.21.0 is installed",
    'python -m pip install "tf-keras==2.21.*"',
    TF_USE_LEGACY_KERAS="True",
)
def of_the_release_before_last(tree):
    """TensorFlow was upgraded, and tf-keras was not."""
    tree.install_all()
    tree.install(Wheel("tf-keras", "2.19.0", {"tf_keras/__init__.py": b""}, requires=("tensorflow<2.20,>=2.19",)))


@broken(
    "legacy Keras",
    "TF_USE_LEGACY_KERAS is set, but tf-keras is not installed",
    'python -m pip install "tf-keras==2.21.*"',
    TF_USE_LEGACY_KERAS="1",
)
def not_installed(tree):
    """TF_USE_LEGACY_KERAS asks for tf-keras, which is not installed."""
    tree.install_all()


# A folder before that of the environment, with an older version of what is needed.
BEFORE = {"numpy": "1.24.3", "protobuf": "3.20.3", "six": "1.4.0"}


def _put_before(name: str, in_user_site: bool = False) -> Callable[[Tree], None]:
    def make(tree: Tree) -> None:
        (own,) = [wheel for wheel in requiring("numpy>=1.26", "protobuf>=6.31.1", "six>=1.12.0") if wheel.name == name]
        tree.install(
            Wheel(name, BEFORE[name], own.files), site=tree.user_site if in_user_site else tree.root / "before"
        )
        tree.install_all(requiring("numpy>=1.26", "protobuf>=6.31.1", "six>=1.12.0"))

    return make


BROKEN += [
    Broken(
        _put_before(name),
        "first on PYTHONPATH",
        f"tensorflow 2.21.0 needs {name}*, but {version} is installed, since {name} {version} of */before comes before {name} *",
        "unset PYTHONPATH",
        {"PYTHONPATH": "before"},
        name,
    )
    for name, version in BEFORE.items()
]
BROKEN += [
    Broken(
        _put_before(name, in_user_site=True),
        "user site",
        f"tensorflow 2.21.0 needs {name}*, but {version} is installed, since {name} {version} of */user/* comes before {name} *",
        "set PYTHONNOUSERSITE=1, or uninstall the package there",
        name=name,
    )
    for name, version in BEFORE.items()
]


@broken(
    "user site",
    "tensorflow 2.15.1 needs keras<2.16, but 3.15.1 is installed, since tensorflow 2.15.1 of */user/* comes before tensorflow 2.21.0",
    "set PYTHONNOUSERSITE=1, or uninstall the package there",
)
def tensorflow_of_the_user(tree):
    """An older TensorFlow in the user site is used with the Keras of the environment."""
    (own, *_) = wheels(tensorflow={"version": "2.15.1", "requires": ("keras<2.16",)})
    tree.install(own, site=tree.user_site)
    tree.install_all()


def _dependency_built_for(name: str, tag: str) -> Callable[[Tree], None]:
    def make(tree: Tree) -> None:
        tree.install_all()
        (info,) = tree.site.glob(f"{name}-*.dist-info")
        tree.write(info / "WHEEL", f"Wheel-Version: 1.0\nTag: {tag}\n".encode())

    return make


BROKEN += [
    Broken(
        _dependency_built_for(name, tag),
        "dependency for another platform",
        f"{name} * was built for {tag}, not for this Python and system",
        f"{AGAIN} {name}==*",
        name=f"{name} {tag}",
    )
    for name, tag in (
        ("numpy", "cp39-cp39-manylinux_2_17_x86_64"),
        ("protobuf", "cp310-abi3-win_amd64"),
        ("numpy", "cp311-cp311-musllinux_1_2_s390x"),
        ("numpy", "cp27-cp27mu-manylinux1_i686"),
    )
]


def _part_for(name: str, version: str, requires: str, says: str) -> Broken:
    def make(tree: Tree) -> None:
        tree.install_all()
        tree.install(Wheel(name, version, {f"{name.replace('-', '_')}/__init__.py": b""}, (requires,)))

    return Broken(make, "part around TensorFlow", says, f"python -m pip uninstall --yes {name}", name=name)


@broken(
    "part around TensorFlow",
    "tensorflow-text 2.18.1 needs tensorflow<2.19, but 2.21.0 is installed",
    'python -m pip install --upgrade "tensorflow-text==2.21.*"',
)
def text_of_another_release(tree):
    """TensorFlow was upgraded, and tensorflow-text was not."""
    tree.install_all()
    files = {"tensorflow_text/__init__.py": b""}
    tree.install(Wheel("tensorflow-text", "2.18.1", files, ("tensorflow<2.19",)))


BROKEN += [
    _part_for("tensorflow-io", "0.37.1", "tensorflow<2.17", "tensorflow-io 0.37.1 needs tensorflow<2.17, but 2.21.0 is installed"),
    _part_for("tensorflow-addons", "0.23.0", "packaging", "tensorflow-addons 0.23.0 cannot be imported beside tensorflow 2.21.0: *"),
]  # fmt: skip


def _holding(path: str, content: bytes) -> Callable[[Tree], None]:
    def make(tree: Tree) -> None:
        tree.install_all()
        tree.write(tree.site.joinpath(*path.split("/")), content)

    return make


BROKEN += [
    Broken(_holding(path, content), "foreign content", f"*: {path} has * bytes instead of *", f"{AGAIN} *", name=name)
    for name, path, content in (
        ("page of a portal", "keras/src/version.py", b"<!DOCTYPE html>\n<title>Please log in</title>\n"),
        ("pointer to a file", "tensorflow/python/_pywrap.so", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n"),
        ("conflict", "tensorflow/python/ops.py", b"<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n"),
        ("other line ends", "tensorflow/python/_pywrap.so", smallest_library().replace(b"\n", b"\r\n")),
        ("annex", "numpy/_core/_multiarray_umath.so", b"/annex/objects/SHA256E-s123\n"),
    )
]  # fmt: skip


def _linked_to_what_is_gone(pattern: str) -> Callable[[Tree], None]:
    def make(tree: Tree) -> None:
        tree.install_all()
        for path in [*tree.site.rglob(pattern)]:
            if path.is_file() and "-info" not in str(path):
                path.unlink()
                path.symlink_to(tree.root / "cache" / path.name)

    return make


BROKEN += [
    Broken(_linked_to_what_is_gone(pattern), "links to what is gone", says, f"{AGAIN} *", name=name)
    for name, pattern, says in (
        ("cache that was cleaned", "*", "tensorflow 2.21.0: * is missing, * is missing, * is missing, and * more"),
        ("libraries", "*.so*", "tensorflow 2.21.0: * is missing, * is missing"),
        ("keras", "version.py", "keras 3.15.1: keras/src/version.py is missing"),
    )
]


@broken(
    "missing",
    "tensorflow 2.21.0 needs tensorflow-intel==2.21.0, which is not installed",
    "python -m pip install tensorflow-intel==2.21.0",
)
def what_a_shell_stands_for(tree):
    """tensorflow only depends on the distribution that has the files, which is gone."""
    tree.install_all([wheel for wheel in wheels() if wheel.name != "tensorflow"])
    tree.install(Wheel("tensorflow", "2.21.0", {}, ("tensorflow-intel==2.21.0",)))


@broken(
    "two versions",
    "numpy 1.26.4 and numpy 2.1.0 are both recorded in *",
    "python -m pip uninstall --yes numpy\n*",
)
def numpy_of_conda_below(tree):
    """pip has installed NumPy over that of conda, which it could not uninstall."""
    tree.install_all()
    tree.install(Wheel("numpy", "1.26.4", {"numpy/__init__.py": b""}), installer="conda")


@broken(
    "first on PYTHONPATH",
    "tensorflow 2.15.1 needs keras<2.16, but 3.15.1 is installed, since tensorflow 2.15.1 of */before comes before tensorflow 2.21.0",
    "unset PYTHONPATH",
    PYTHONPATH="before",
)
def tensorflow_of_a_module(tree):
    """A module of a cluster puts an older TensorFlow before the environment's."""
    (own, *_) = wheels(tensorflow={"version": "2.15.1", "requires": ("keras<2.16",)})
    tree.install(own, site=tree.root / "before")
    tree.install_all()


@broken(
    "half replaced",
    "*/~-rotobuf-6.30.0.dist-info is left over from an interrupted installation",
    "delete */~-rotobuf-6.30.0.dist-info",
)
def renamed_twice(tree):
    """pip was interrupted twice."""
    tree.install_all()
    tree.write(tree.site / "~-rotobuf-6.30.0.dist-info" / "METADATA")


BROKEN += [
    Broken(
        _hidden_by(module, "__init__.py"),
        "hidden",
        f"*/mine/{module} hides {module} of *",
        f"rename or move */mine/{module}",
        name=f"folder {module}",
    )
    for module in ("google", "collections", "logging")
]
