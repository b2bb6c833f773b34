"""Whether TensorFlow was built for this Python and this system."""

from __future__ import annotations

import pytest

from tests.pretended.distributions import distribution, tensorflow
from tests.pretended.environments import environment
from tf_conformance.install.checks.platform import unknown_platform, wrong_platform
from tf_conformance.install.problem import Problem

OLD = "cp27-cp27m-manylinux1_x86_64"
ANY = "py3-none-any"


def built_for(*tags, requires_python=""):
    """An environment whose TensorFlow was installed from a wheel with these tags."""
    wheel = "".join(f"Tag: {tag}\n" for tag in tags)
    return environment(tensorflow(requires_python=requires_python, texts={"WHEEL": f"Wheel-Version: 1.0\n{wheel}"}))


@pytest.mark.parametrize(
    ("tags", "requires_python", "found"),
    [
        ([ANY], ">=3.9", []),
        ([OLD], ">=3.9", [f"tensorflow 2.21.0 was built for {OLD}, not for this Python and system"]),
        ([OLD, ANY], "", []),
        ([ANY], "<3", ["tensorflow 2.21.0 needs Python <3, this is 3.13.0"]),
        ([ANY], ">=3.13.0rc1", []),
        ([ANY], "a recent one", []),
        ([], "", []),
        ([], "<3", ["tensorflow 2.21.0 needs Python <3, this is 3.13.0"]),
    ],
)
def test_wheel(tags, requires_python, found):
    """One tag of the wheel must fit, and its Requires-Python must accept this Python."""
    problems = wrong_platform(built_for(*tags, requires_python=requires_python))
    assert [problem.says for problem in problems] == found


def test_what_to_do():
    """Another Python or another build is what helps."""
    assert list(wrong_platform(built_for(OLD, requires_python="<3"))) == [
        Problem(
            "tensorflow 2.21.0 needs Python <3, this is 3.13.0",
            "make an environment with Python 3.10 to 3.13, for which tensorflow 2.21.0 is built",
        ),
        Problem(
            f"tensorflow 2.21.0 was built for {OLD}, not for this Python and system",
            "python -m pip install --force-reinstall --no-deps tensorflow==2.21.0",
        ),
    ]


@pytest.mark.parametrize(
    ("tags", "reasons"), [([ANY], []), ([OLD], []), ([], ["tensorflow 2.21.0 does not say what it was built for"])]
)
def test_unknown_platform(tags, reasons):
    """Without tags nobody can know what TensorFlow was built for."""
    assert list(unknown_platform(built_for(*tags))) == reasons


def test_no_tensorflow():
    """Without TensorFlow there is nothing to know."""
    installed = environment(distribution("keras", "3.15.1"))
    assert list(wrong_platform(installed)) == []
    assert list(unknown_platform(installed)) == ["no distribution provides TensorFlow"]


def test_packager():
    """conda, not what its metadata say, decides for which Python and system TensorFlow is."""
    texts = {"WHEEL": f"Tag: {OLD}\n", "INSTALLER": "conda"}
    installed = environment(tensorflow(requires_python="<3.13", texts=texts))
    assert list(wrong_platform(installed)) == []
    assert list(unknown_platform(installed)) == [
        "tensorflow 2.21.0 needs Python <3.13, this is 3.13.0: conda, not the metadata, decides where it runs",
        f"tensorflow 2.21.0 was built for {OLD}, not for this Python and system: conda, not the metadata, decides where it runs",
    ]
