"""Who put a file in TensorFlow's way."""

from __future__ import annotations

import os

import pytest

from tf_conformance.diagnosis import suspects
from tf_conformance.diagnosis.suspects import Places, paths_in


@pytest.fixture
def places(tmp_path):
    """Makes the places of a process whose packages are in ``site``, and which was started in ``work``."""

    def make(**variables):
        path = [str(tmp_path / "work"), *variables.get("PYTHONPATH", "").split(os.pathsep), str(tmp_path / "site")]
        own = [str(tmp_path / "site")]
        user = str(tmp_path / "user")
        return Places(variables, [*filter(None, path), user], own, str(tmp_path / "work"), user, "3.13")

    return make


@pytest.fixture
def file(tmp_path):
    """Makes a file, and returns its path."""

    def make(name):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        return str(path)

    return make


def test_packages_of_another_python(places, file, tmp_path):
    """An entry of PYTHONPATH with packages of another Python is to be removed; the version shows in path or modules."""
    by_folder, by_module = tmp_path / "python3.11" / "site-packages", tmp_path / "apps"
    assert places(PYTHONPATH=str(by_folder)).suspect(file("python3.11/site-packages/numpy/__init__.py")) == (
        f"PYTHONPATH adds {by_folder}, which holds packages for Python 3.11, but this is Python 3.13",
        "unset PYTHONPATH",
    )
    file("apps/numpy/_umath.cpython-39-x86_64-linux-gnu.so")
    suspect = places(PYTHONPATH=f"{by_module}:/elsewhere").suspect(file("apps/numpy/__init__.py"))
    assert "packages for Python 3.9" in suspect.cause
    assert suspect.do == f"remove {by_module} from PYTHONPATH"


def test_symbol_that_a_library_lacks(places, file, tmp_path, monkeypatch):
    """If LD_LIBRARY_PATH has the loader find a library without a symbol that the right one has, it is to be changed."""
    taken, own = file("gcc/libz.so.1"), file("lib/libz.so.1")
    monkeypatch.setattr(suspects, "taken_instead", lambda *_: (taken, own))
    said = f"ImportError: {tmp_path}/site/x.so: undefined symbol: inflateReset2, version ZLIB_1.2"
    suspect = places(LD_LIBRARY_PATH=f"/opt:{tmp_path}/gcc").to_blame([], said)
    assert suspect == (
        f"LD_LIBRARY_PATH makes the loader use {taken} instead of {own}",
        f"remove {tmp_path}/gcc from LD_LIBRARY_PATH",
    )
    assert places().to_blame([], said) is None


def test_second_copy(places, file, tmp_path):
    """An entry of PYTHONPATH, or the user site, whose module is used instead of the install's is to blame."""
    file("site/google.py")
    assert (
        "whose google is used instead of" in places(PYTHONPATH=f"{tmp_path}/lib").suspect(file("lib/google.py")).cause
    )
    file("site/h5py.py")
    suspect = places().suspect(file("user/h5py.py"))
    assert suspect.cause.startswith("the user site adds")
    assert "PYTHONNOUSERSITE=1" in suspect.do


def test_pth_file(places, file, tmp_path):
    """A folder that a .pth file adds is told with the line to delete."""
    file("site/wrapt.py")
    (tmp_path / "site" / "old.pth").write_text(f"{tmp_path}/old\n", encoding="utf-8")
    known = places()
    known = known.__class__(known.variables, [*known.path, f"{tmp_path}/old"], *list(vars(known).values())[2:])
    assert known.suspect(file("old/wrapt.py")).do == f"delete the line {tmp_path}/old of {tmp_path}/site/old.pth"


@pytest.mark.parametrize("name", ["pandas.py", "packaging/__init__.py", "scipy.py"])
def test_own_file(places, file, tmp_path, name):
    """A file of the user's own in the working folder is to be renamed."""
    top = tmp_path / "work" / name.partition("/")[0]
    assert places().suspect(file(f"work/{name}")).do == f"rename or move {top}"


def test_libraries_of_the_loader(places, file, tmp_path):
    """A library that LD_LIBRARY_PATH or LD_PRELOAD brings is told with the variable."""
    library = file("cuda/libtensorflow_framework.so.2")
    assert places(LD_LIBRARY_PATH=f"{tmp_path}/cuda").suspect(library).do == "unset LD_LIBRARY_PATH"
    assert places(LD_LIBRARY_PATH=f"/a:{tmp_path}/cuda").suspect(library).do.endswith("/cuda from LD_LIBRARY_PATH")
    assert places(LD_PRELOAD=library).suspect(library).do == "unset LD_PRELOAD"


@pytest.mark.parametrize("name", ["sitecustomize.py", "usercustomize.py"])
def test_customization(places, file, name):
    """What changes how Python starts is to be moved away."""
    assert places().suspect(file(f"x/{name}")).do.startswith("move ")


def test_plugin_of_tensorflow(places, file):
    """A library that TensorFlow loads as a plugin is named as such, wherever it is."""
    library = file("site/tensorflow-plugins/libx.so")
    assert "a TensorFlow plugin" in places().suspect(library).cause
    stack = '  File "/site/tensorflow/python/framework/load_library.py", line 151 in load_library\n'
    assert places().to_blame([], stack) == places().suspect(library)
    assert places().to_blame([], "") is None


@pytest.mark.parametrize("name", ["site/numpy/__init__.py", "work/data/x.csv", "elsewhere/x.py", "modules/keras.py"])
def test_nobody(places, file, tmp_path, name):
    """The install's own files, data, and packages that are only found where PYTHONPATH has them are no suspects."""
    assert places(PYTHONPATH=f"{tmp_path}/modules").suspect(file(name)) is None


def test_variable_that_an_error_names(places):
    """A variable that is set and that an error names is to be corrected, unless a path says more, or the cause names it."""
    both = {"TF_DETERMINISTIC_ORDER": "yes", "PYTHONPATH": "/a", "TF_OTHER": "1"}
    said = "Failed to parse the env-var ${TF_DETERMINISTIC_ORDER} into bool: yes"
    suspect = places(**both).variable_in(said)
    assert suspect.cause == "TF_DETERMINISTIC_ORDER=yes is at fault, as the error names it"
    assert suspect.do == "correct or unset TF_DETERMINISTIC_ORDER"
    assert places(**both).variable_in(said, "TF_DETERMINISTIC_ORDER is no flag") is None
    assert places(**both).variable_in("check PYTHONPATH, or set TF_ENABLE_ONEDNN_OPTS=0") is None


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("NPY_DISABLE_CPU_FEATURES", "A", "Both {} and NPY_ENABLE_CPU_FEATURES environment variables cannot be set simultaneously"),
        ("NPY_DISABLE_CPU_FEATURES", "AVX2", "Environment variables '{}' and 'NPY_ENABLE_CPU_FEATURES' cannot be set simultaneously"),
        ("TF_XLA_FLAGS", "x", 'Could not open file "x" to read flags for environment variable "{}".'),
        ("MKL_THREADING_LAYER", "INTEL", "Error: {}=INTEL is incompatible with libgomp.so.1. Set MKL_SERVICE_FORCE_INTEL to force it."),
        ("OMP_NUM_THREADS", "-1", "ValueError: {} must be a positive integer"),
        ("TF_MKL_ALLOC_MAX_BYTES", "-1", "Invalid memory limit (-1) specified for MKL allocator through {}"),
        ("TF_CONFIG", "{}", "ValueError: The {} environment variable has no task."),
    ],
)  # fmt: skip
def test_complaint_about_a_variable(places, name, value, said):
    """A variable that is set is to blame if an error says that it is a variable, shows its value, or what it must be."""
    others = {"PWD": "/", "LANG": "C", "MKL_SERVICE_FORCE_INTEL": "1"}
    assert places(**others, **{name: value}).variable_in(said.format(name)).do == f"correct or unset {name}"
    assert places(**others).variable_in(said.format(name)) is None


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("KMP_DUPLICATE_LIB_OK", "TRUE", "you can set the environment variable {}=TRUE to allow the program to continue"),
        ("TF_ENABLE_ONEDNN_OPTS", "0", "To turn them off, set the environment variable `{}=0`."),
        ("AUTOGRAPH_VERBOSITY", "10", "set the verbosity to 10 (on Linux, `export {}=10`) and attach the full output"),
        ("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION", "python", "2. Set {}=python (but this will be much slower)."),
        ("CUDA_VERSION", "12.5", "ImportError: cannot import name '{}' from 'torch.version'"),
        ("CUDA_VERSION", "12.5", "ImportError: /opt/lib.so: undefined symbol: {}"),
        ("MAX_JOBS", "4", "NameError: name '{}' is not defined"),
        ("DATA_DIR", "/data", "FileNotFoundError: no such file: '/data/{}/x'"),
        ("HOME_X", "e", "TypeError: expected str, got e"),
        ("MKL_THREADING_LAYER", "GNU", "{}=INTEL is incompatible with libgomp.so.1"),
        ("TF_OTHER", "2", "the environment variable TF_NEEDED is missing ({}=2)"),
        ("TF_OTHER", "2", "env var TF_NEEDED is not set, though {} is"),
    ],
)  # fmt: skip
def test_variable_that_is_only_named(places, name, value, said):
    """What an error recommends to set, a constant of a variable's name, and a value in its words blame no variable."""
    assert places(**{name: value}).variable_in(said.format(name)) is None


def test_own_folder_named_again(places, file, tmp_path):
    """That PYTHONPATH or LD_LIBRARY_PATH name the install's own folders, as modules on clusters do, is all right."""
    both = {"PYTHONPATH": f"{tmp_path}/site", "LD_LIBRARY_PATH": f"{tmp_path}/site/tensorflow"}
    assert places(**both).suspect(file("site/numpy/core.py")) is None
    assert places(**both).suspect(file("site/tensorflow/libtensorflow_cc.so.2")) is None


@pytest.mark.parametrize(
    ("unreadable", "said"),
    [
        ("site/absl", "ModuleNotFoundError: No module named 'absl.logging'"),
        ("site/absl", "ImportError: cannot import name 'logging' from 'absl' (unknown location)"),
        ("site/h5py", "AttributeError: module 'h5py' has no attribute 'File'"),
        ("site/google/protobuf", "ModuleNotFoundError: No module named 'google.protobuf.internal'"),
        ("site", "ModuleNotFoundError: No module named 'absl'"),
        ("home/keras.json", "PermissionError: [Errno 13] Permission denied: '{0}/home/keras.json'"),
        ("site/x", "ImportError: {0}/site/x/y.so: cannot open shared object file: Permission denied"),
    ],
)
def test_unreadable(places, file, monkeypatch, tmp_path, unreadable, said):
    """What may not be read is named, and not what Python takes for missing therefore."""
    for name in (
        "site/absl/logging/x",
        "site/google/protobuf/internal/x",
        "site/h5py/x",
        "site/x/y.so",
        "home/keras.json",
    ):
        file(name)
    monkeypatch.setattr(os, "access", lambda path, mode: str(path) != str(tmp_path / unreadable))
    path = tmp_path / unreadable
    assert places().to_blame([], said.format(tmp_path)) == (
        f"{path} cannot be read",
        f"correct the permissions of {path}",
    )


@pytest.mark.parametrize("unreadable", ["other", "site/h5py"])
def test_unreadable_and_not_to_blame(places, file, monkeypatch, tmp_path, unreadable):
    """A module that is missing is not looked for in what nobody may read besides."""
    file("other/modules/x")
    file("site/h5py/x")
    monkeypatch.setattr(os, "access", lambda path, mode: str(path) != str(tmp_path / unreadable))
    everywhere = places(PYTHONPATH=f"{tmp_path}/other/modules")
    assert everywhere.to_blame([], "ModuleNotFoundError: No module named 'absl'") is None


def test_paths_in_text():
    """Absolute paths are found in what errors say, without what surrounds them."""
    text = "cannot import name 'x' from 'random' (/a/random.py). See /b/c.so: undefined symbol, or https://x.org/d"
    assert list(paths_in(text)) == ["/a/random.py", "/b/c.so"]
