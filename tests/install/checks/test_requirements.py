"""Whether the declared requirements of TensorFlow and Keras are installed."""

from __future__ import annotations

import pytest

from tests.pretended.distributions import distribution, tensorflow
from tests.pretended.environments import environment
from tf_conformance.install.checks.requirements import unknown_requirements, unmet_requirements
from tf_conformance.install.problem import Problem


@pytest.mark.parametrize(
    ("requires", "numpy", "expected"),
    [
        ("numpy<2.2,>=1.26", "2.1.0", []),
        ("numpy<2.2,>=1.26", "1.26", []),
        ("numpy<2.2,>=1.26", "2.2.0", ["tensorflow 2.21.0 needs numpy<2.2,>=1.26, but 2.2.0 is installed"]),
        ("numpy<2.2,>=1.26", None, ["tensorflow 2.21.0 needs numpy<2.2,>=1.26, which is not installed"]),
        ('numpy<2.2; python_version < "3"', None, []),
        ('numpy<2.2; extra == "gpu"', None, []),
        ("numpy>=2.3.0", "2.3.0rc1", []),
        ("numpy<2.3.0", "2.3.0rc1", ["tensorflow 2.21.0 needs numpy<2.3.0, but 2.3.0rc1 is installed"]),
        ("numpy==1.26.4", "1.26.4+mkl", []),
        ("numpy!=1.26.4,<2", "1.26.4+mkl", ["tensorflow 2.21.0 needs numpy!=1.26.4,<2, but 1.26.4+mkl is installed"]),
        ("numpy<=1.26.4", "1.26.4+computecanada", []),
        ("numpy>=2.2", "2.3.0rc1", []),
        ("NumPy>=1.26", "2.1.0", []),
    ],
)
def test_requirement(requires, numpy, expected):
    """A requirement is met by a version within its limits; one whose marker or extra does not apply asks for nothing."""
    installed = [distribution("numpy", numpy)] if numpy else []
    problems = unmet_requirements(environment(tensorflow(requires=[requires]), *installed))
    assert [problem.says for problem in problems] == expected


def test_version_that_is_not_known():
    """Metadata without a version violate nothing; that the version cannot be compared is said."""
    installed = environment(tensorflow(requires=["numpy>=2"]), distribution("numpy", ""))
    assert unmet_requirements(installed) == []
    assert list(unknown_requirements(installed)) == [
        "tensorflow 2.21.0 needs numpy>=2, but a version that is not on record is installed: nobody can compare it"
    ]


def test_requirement_of_a_dependency():
    """The requirements of TensorFlow's dependencies must be met, too."""
    keras = distribution("keras", "3.15.1", requires=["optree>=0.1"])
    assert unmet_requirements(environment(tensorflow(requires=["keras"]), keras)) == [
        Problem("keras 3.15.1 needs optree>=0.1, which is not installed", 'python -m pip install "optree>=0.1"')
    ]


def test_requirement_of_another_distribution():
    """The requirements of distributions that TensorFlow does not depend on do not matter."""
    assert unmet_requirements(environment(tensorflow(), distribution("torch", "2.0", requires=["optree"]))) == []


def test_one_command_has_no_idle_limits():
    """Of all limits of one name, the command has the narrowest."""
    parts = [
        distribution("keras", "3.15.1", requires=["numpy>=1.24,!=2.1.0"]),
        distribution("h5py", "3.14.0", requires=["numpy>1.26,<=2.3", "numpy>=1.26"]),
    ]
    needing = tensorflow(requires=["keras", "h5py", "numpy<2.2.0,>=1.23.5"])
    (do,) = {problem.do for problem in unmet_requirements(environment(needing, *parts))}
    assert do == 'python -m pip install "numpy!=2.1.0,<2.2.0,>1.26"'


def test_one_command_meets_all():
    """All problems name the same command, which meets every requirement and names each once."""
    keras = distribution("keras", "3.15.1", requires=["numpy>=2", "optree", "typing-extensions<5"])
    problems = unmet_requirements(environment(tensorflow(requires=["keras", "numpy>=2", "typing_extensions"]), keras))
    assert len(problems) == 5
    assert {problem.do for problem in problems} == {'python -m pip install "numpy>=2" "typing_extensions<5" optree'}


@pytest.mark.parametrize(
    ("name", "requires"), [("tensorflow-cpu", "tensorflow<2.22,>=2.21"), ("tf-nightly", "tensorflow-cpu>=2.21")]
)
def test_equivalent_distributions(name, requires):
    """Any distribution that provides TensorFlow meets a requirement on one of them."""
    legacy_keras = distribution("tf-keras", "2.21.0", requires=[requires])
    variables = {"TF_USE_LEGACY_KERAS": "1"}
    assert unmet_requirements(environment(tensorflow(name), legacy_keras, variables=variables)) == []


@pytest.mark.parametrize("used", [True, False])
def test_legacy_keras_of_another_release(used):
    """A tf-keras of another release is a problem only if TensorFlow is told to use it."""
    legacy_keras = distribution("tf-keras", "2.16.0", requires=["tensorflow<2.17,>=2.16"])
    variables = {"TF_USE_LEGACY_KERAS": "1"} if used else {}
    problems = unmet_requirements(environment(tensorflow(), legacy_keras, variables=variables))
    assert [problem.do for problem in problems] == (['python -m pip install "tf-keras==2.21.*"'] if used else [])


def excuse(*installed, **facts):
    """Why unmet requirements may be right; nothing may be a problem."""
    given = environment(*installed, **facts)
    assert unmet_requirements(given) == []
    return list(unknown_requirements(given))


def test_requirement_that_a_packager_relaxed():
    """conda, not the wheel's metadata, decides what goes together."""
    relaxed = tensorflow(requires=["numpy<2.1"], texts={"INSTALLER": "conda"})
    assert excuse(relaxed, distribution("numpy", "2.2.0")) == [
        "tensorflow 2.21.0 needs numpy<2.1, but 2.2.0 is installed: conda, not the metadata, decides what goes together"
    ]


def test_vendors_build():
    """A vendor's build may be made for another version than its metadata say."""
    (reason,) = excuse(tensorflow(version="2.17.0+nv25.2", requires=["numpy<2"]), distribution("numpy", "2.1.0"))
    assert reason.endswith("its vendor's build may be made for it")


def test_distribution_that_is_not_imported():
    """TensorFlow does not import libclang, which may be missing."""
    (reason,) = excuse(tensorflow(requires=["libclang>=13.0.0"]))
    assert reason.endswith("which is not installed: but TensorFlow does not import it")


@pytest.mark.parametrize(
    ("requirement", "path"),
    [
        ("protobuf", "google/protobuf/__init__.py"),
        ("opt_einsum>=2", "opt_einsum/__init__.py"),
        ("absl-py", "absl/x.py"),
    ],
)
def test_module_under_another_name(tmp_path, requirement, path):
    """A module that is there under another name, or without metadata, is not missing."""
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).touch()
    (reason,) = excuse(tensorflow(requires=[requirement]), path=(str(tmp_path),))
    assert reason.endswith("is there under another name, or without metadata")


@pytest.mark.parametrize(
    ("version", "python", "idle"),
    [("2.21.0", "3.13.0", True), ("2.18.1", "3.12.4", False), ("2.18.1", "3.11.9", True), ("2.0.4", "3.7.9", True)],
)
def test_setuptools(version, python, idle):
    """Without setuptools only TensorFlow before 2.19 cannot be imported, where Python has no distutils."""
    installed = environment(tensorflow(version=version, requires=["setuptools"]), python=python)
    assert bool(unmet_requirements(installed)) is not idle
    assert bool([*unknown_requirements(installed)]) is idle
