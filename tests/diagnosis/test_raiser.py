"""The package that an error comes from."""

from __future__ import annotations

import importlib
import py_compile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.pretended.distributions import distribution, tensorflow
from tests.pretended.environments import environment
from tf_conformance.diagnosis.death import Death
from tf_conformance.diagnosis.loading import Diagnosis, Stage

ABI = "numpy.dtype size changed, may indicate binary incompatibility. Expected 96 from C header, got 88 from PyObject"
FILES = {"tensorflow": "tensorflow/__init__.py", "pandas": "pandas/lib.py", "numpy": "numpy/core.py"}


@pytest.fixture
def installed(tmp_path):
    """TensorFlow 2.19 with the newest NumPy that it allows, and pandas."""
    stack = tensorflow(version="2.19.1", requires=["numpy<2.2,>=1.26"], files=[FILES["tensorflow"]], place=tmp_path)
    others = [
        distribution(name, version, files=[FILES[name]], place=tmp_path)
        for name, version in (("numpy", "2.1.3"), ("pandas", "1.5.3"))
    ]
    return environment(stack, *others)


def raised(tmp_path, error, *packages):
    """An error as it is when one package's file has called the next one's, and the last one raises it."""
    calls = {"error": error}
    code = "raise error"
    for package in reversed(packages):
        calls[package] = compile(code, str(tmp_path / FILES[package]), "exec")
        code = f"exec({package})"
    try:
        exec(code, calls)  # noqa: S102
    except type(error) as caught:
        return caught


def obstacle(installed, error):
    """What is said of an error on the import."""
    return Diagnosis(installed).of_error(error, Stage.IMPORT)


@pytest.mark.parametrize("packages", [("tensorflow", "pandas"), ("tensorflow", "pandas", "numpy")])
def test_built_with_another_numpy(installed, tmp_path, packages):
    """TensorFlow is content with its NumPy: a package that was built with another one is to be changed, not NumPy."""
    found = obstacle(installed, raised(tmp_path, ValueError(ABI), *packages))
    assert found.cause == "pandas 1.5.3 was built with a different version of NumPy than the installed one"
    assert found.advice == ("python -m pip install --upgrade pandas",)


@pytest.mark.parametrize("text", ["marshal data too short", "x.so: invalid ELF header"])
def test_damaged_file_of_another_package(installed, tmp_path, text):
    """What is to be installed again is the package whose file is damaged."""
    found = obstacle(installed, raised(tmp_path, EOFError(text), "tensorflow", "pandas"))
    assert found.advice == ("python -m pip install --force-reinstall --no-deps pandas==1.5.3",)


@pytest.mark.parametrize(
    ("version", "do"), [("3.15.1", "--force-reinstall --no-deps keras=="), ("3.4.0", '--upgrade "keras>=')]
)
def test_keras_that_tensorflow_is_content_with(tmp_path, version, do):
    """Keras of a version that TensorFlow asks for is damaged, if its parts do not fit together; another one is replaced."""
    stack = tensorflow(requires=["keras>=3.12"], place=tmp_path)
    found = obstacle(
        environment(stack, distribution("keras", version)), ImportError("cannot import name 'x' from 'keras.src'")
    )
    assert found.advice[0].startswith(f"python -m pip install {do}")


def test_numpy_that_tensorflow_refuses(installed, tmp_path):
    """A NumPy that TensorFlow does not allow is the one to change, whoever meets it first."""
    numpy = distribution("numpy", "2.3.0", files=[FILES["numpy"]], place=tmp_path)
    stack = [installed.distributions.first([name]) for name in ("tensorflow", "pandas")]
    found = obstacle(environment(*stack, numpy), raised(tmp_path, ValueError(ABI), "tensorflow", "pandas"))
    assert found.advice == ('python -m pip install --upgrade "numpy<2.2,>=1.26"',)


def test_unknown_error_of_another_package(installed, tmp_path):
    """An error that reveals nothing, in another package: that one is installed again, not TensorFlow."""
    found = obstacle(installed, raised(tmp_path, RuntimeError("no"), "tensorflow", "pandas"))
    assert found.cause == "its import raises an error in pandas 1.5.3"
    assert found.advice == ("python -m pip install --force-reinstall --no-deps pandas==1.5.3",)


@pytest.mark.parametrize("packages", [("tensorflow",), ()])
def test_unknown_error_of_tensorflow(installed, tmp_path, packages):
    """An error that reveals nothing, in TensorFlow or in no package: TensorFlow is installed again."""
    found = obstacle(installed, raised(tmp_path, RuntimeError("no"), *packages))
    assert found.cause == "its import raises an error"
    assert found.advice == ("python -m pip install --force-reinstall tensorflow==2.19.1",)


def test_library_of_another_package(installed, tmp_path):
    """Of a process that ends, the library that its last words name tells the package to be changed."""
    said = f"python: symbol lookup error: {tmp_path / FILES['pandas']}: undefined symbol: H5Pset_fapl_ros3"
    found = Diagnosis(installed).of_death(Death(127, said))
    assert found.advice[0] == "python -m pip install --force-reinstall --no-deps pandas==1.5.3"


def test_package_for_another_python(installed, tmp_path):
    """Where TensorFlow is built for this Python, the package that is not is to be updated."""
    error = ImportError("cannot import name 'Mapping' from 'collections' (/lib/python3.12/collections/__init__.py)")
    found = obstacle(replace(installed, python="3.12.1"), raised(tmp_path, error, "tensorflow", "pandas"))
    assert found.advice[0] == "python -m pip install --upgrade pandas"


@pytest.mark.parametrize(
    "text",
    [
        "module 'tensorflow.python.framework.ops' has no attribute '_TensorLike'",
        "cannot import name 'network' from 'tensorflow.python.keras.engine' (/lib/python3.12/site-packages/x.py)",
    ],
)
def test_written_for_another_tensorflow(installed, tmp_path, text):
    """Who uses a module of TensorFlow that it does not have is to be updated; TensorFlow is not, unless it is TensorFlow itself."""
    found = obstacle(installed, raised(tmp_path, ImportError(text), "tensorflow", "pandas"))
    assert found.cause == "pandas 1.5.3 was written for a different version of TensorFlow than the installed one"
    assert found.advice == ("python -m pip install --upgrade pandas",)
    assert "reinstall tensorflow" in obstacle(installed, raised(tmp_path, ImportError(text), "tensorflow")).advice[0]


def test_damaged_bytecode(tmp_path, monkeypatch):
    """Bytecode that is cut off is that of the package whose module Python was about to load: none of its code has run."""
    (tmp_path / "pandas_like").mkdir()
    module = tmp_path / "pandas_like" / "__init__.py"
    module.write_text("", encoding="utf-8")
    bytecode = Path(py_compile.compile(str(module)))
    bytecode.write_bytes(bytecode.read_bytes()[:20])
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(EOFError) as caught:
        importlib.import_module("pandas_like")
    owner = distribution("pandas-like", "1.0", files=["pandas_like/__init__.py"], place=tmp_path)
    stack = tensorflow(version="2.19.1", place=tmp_path)
    found = obstacle(environment(stack, owner), caught.value)
    assert found.advice == ("python -m pip install --force-reinstall --no-deps pandas-like==1.0",)
