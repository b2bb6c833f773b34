"""Whether several distributions provide TensorFlow, or Keras."""

from __future__ import annotations

import pytest

from tests.pretended.distributions import distribution, tensorflow
from tests.pretended.environments import environment
from tf_conformance.install.checks.competing import competing_keras, competing_tensorflows, unrecorded_tensorflow
from tf_conformance.install.problem import Problem


def test_two_tensorflows_in_one_folder():
    """Two distributions that provide one package in one folder are named with their versions."""
    installed = environment(tensorflow(place="/site"), tensorflow("tensorflow-cpu", "2.20.0", place="/site"))
    assert list(competing_tensorflows(installed)) == [
        Problem(
            "tensorflow 2.21.0 and tensorflow-cpu 2.20.0 share the folder /site/tensorflow",
            "python -m pip uninstall --yes tensorflow tensorflow-cpu\npython -m pip install tensorflow==2.21.0",
        )
    ]


def test_two_versions_of_one_distribution():
    """Two versions of one distribution in one folder compete, too."""
    (problem,) = competing_tensorflows(environment(tensorflow(), tensorflow(version="2.20.0")))
    assert problem.says == "tensorflow 2.21.0 and tensorflow 2.20.0 share the folder /nowhere/tensorflow"


def test_tensorflows_in_two_folders():
    """A distribution that comes earlier on the path hides another one and does not mix with it."""
    installed = environment(tensorflow(place="/home/me"), tensorflow("tensorflow-cpu", "2.20.0", place="/site"))
    assert list(competing_tensorflows(installed)) == []


def test_distribution_without_files_of_tensorflow():
    """A distribution that only requires the one with the files, as on macOS, does not compete with it."""
    shell = tensorflow(version="2.12.0", files=["tensorflow-2.12.0.dist-info/METADATA"])
    assert list(competing_tensorflows(environment(shell, tensorflow("tensorflow-macos", "2.12.0")))) == []


def test_distribution_without_a_record():
    """A distribution whose files are not recorded counts as one that provides TensorFlow."""
    (problem,) = competing_tensorflows(environment(tensorflow(files=()), tensorflow("tensorflow-cpu")))
    assert problem.says.startswith("tensorflow 2.21.0 and tensorflow-cpu 2.21.0 share")


def test_no_tensorflow():
    """An environment without TensorFlow has a problem that names the command to install it."""
    assert list(competing_tensorflows(environment(distribution("keras", "3.15.1")))) == [
        Problem("no distribution provides TensorFlow", "python -m pip install tensorflow")
    ]


@pytest.mark.parametrize(
    ("names", "files", "package"),
    [
        (("keras", "keras-nightly"), ["keras/__init__.py"], "keras"),
        (("tf-keras", "tf-keras-nightly"), ["tf_keras/__init__.py"], "tf_keras"),
    ],
)
def test_two_keras_in_one_folder(names, files, package):
    """Two distributions of Keras, or of the legacy Keras, that share a folder compete."""
    one, other = (distribution(name, "3.15.1", files=files) for name in names)
    (problem,) = competing_keras(environment(one, other))
    assert problem.says == f"{names[0]} 3.15.1 and {names[1]} 3.15.1 share the folder /nowhere/{package}"


def test_keras_and_legacy_keras():
    """Keras and the legacy Keras are two packages and do not compete."""
    keras = distribution("keras", "3.15.1", files=["keras/__init__.py"])
    legacy = distribution("tf-keras", "2.21.0", files=["tf_keras/__init__.py"])
    assert list(competing_keras(environment(keras, legacy))) == []


def test_one_distribution_recorded_twice():
    """The same version on record twice, as egg and as wheel, is one TensorFlow."""
    assert list(competing_tensorflows(environment(tensorflow(), tensorflow()))) == []


@pytest.mark.parametrize("name", ["tensorflow-cpu-aws", "tensorflow-rocm", "tf-nightly-xyz", "acme-tensorflow", "acme"])
def test_any_name(name):
    """Whatever owns the package is TensorFlow; a distribution with a similar name that does not own it is not."""
    installed = environment(tensorflow(name), distribution("tensorflow-hub", "0.16", files=["tensorflow_hub/x.py"]))
    assert str(installed.tensorflow) == f"{name} 2.21.0"
    assert list(competing_tensorflows(installed)) == []
    assert list(unrecorded_tensorflow(installed)) == []


def test_vendor_over_a_release():
    """A vendor's build that shares the folder with TensorFlow competes with it."""
    (problem,) = competing_tensorflows(environment(tensorflow(), tensorflow("acme-tensorflow")))
    assert problem.says.startswith("tensorflow 2.21.0 and acme-tensorflow 2.21.0 share")


def test_shell_without_a_record():
    """A distribution that only requires the one with the files is no provider, even if its files are not recorded."""
    shell = tensorflow(files=(), requires=["tensorflow-intel==2.21.0"])
    installed = environment(shell, tensorflow("tensorflow-intel"))
    assert list(competing_tensorflows(installed)) == []
    assert str(installed.tensorflow) == "tensorflow-intel 2.21.0"


def test_frozen_program():
    """A frozen program need not have metadata."""
    installed = environment(frozen=True)
    assert list(competing_tensorflows(installed)) == []
    assert list(unrecorded_tensorflow(installed)) == ["a frozen program does not say where its packages come from"]


def test_tensorflow_without_metadata(tmp_path):
    """TensorFlow without metadata is judged; whether it is the only one cannot be told."""
    for name, text in (("__init__.py", ""), ("tools/pip_package/setup.py", "_VERSION = '2.20.0'\n")):
        (tmp_path / "tensorflow" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tensorflow" / name).write_text(text, encoding="utf-8")
    installed = environment(path=(str(tmp_path),))
    assert list(competing_tensorflows(installed)) == []
    assert list(unrecorded_tensorflow(installed)) == [f"tensorflow 2.20.0 is in {tmp_path}, but has no metadata"]
