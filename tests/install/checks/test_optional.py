"""Whether parts around TensorFlow that are installed can be imported beside it."""

from __future__ import annotations

import pytest

from tests.pretended.distributions import distribution, tensorflow
from tests.pretended.environments import environment
from tf_conformance.install.checks.optional import broken_parts
from tf_conformance.install.problem import Problem

HUB = distribution("tensorflow-hub", "0.16.1", requires=["tf-keras>=2.14.1"])
TF_KERAS = distribution("tf-keras", "2.21.0")
SETUPTOOLS = 'python -m pip install "setuptools<81"'


@pytest.mark.parametrize(
    ("setuptools", "but"),
    [("84.2.1", "which setuptools 84.2.1 does not have"), (None, "but setuptools is not installed")],
)
def test_hub_without_pkg_resources(setuptools, but):
    """What pip installs today as tensorflow-hub cannot be imported; an older setuptools mends it."""
    others = [distribution("setuptools", setuptools)] if setuptools else []
    assert list(broken_parts(environment(tensorflow(), HUB, TF_KERAS, *others))) == [
        Problem(f"tensorflow-hub 0.16.1 imports pkg_resources, {but}", SETUPTOOLS)
    ]


def test_hub_with_pkg_resources(tmp_path):
    """An older setuptools has pkg_resources, and distributions package it on its own."""
    assert list(broken_parts(environment(tensorflow(), HUB, TF_KERAS, distribution("setuptools", "80.9.0")))) == []
    (tmp_path / "pkg_resources").mkdir()
    (tmp_path / "pkg_resources" / "__init__.py").touch()
    assert list(broken_parts(environment(tensorflow(), HUB, TF_KERAS, path=(str(tmp_path),)))) == []


PIP = "python -m pip install --upgrade"
TF_EXTRA = ('tensorflow<2.17,>=2.16; extra == "tensorflow"', 'torch; extra == "torch"')
TFP_EXTRA = ('tensorflow>=2.16; extra == "tf"', 'tf-keras>=2.16; extra == "tf"')


@pytest.mark.parametrize(
    ("version", "part", "says", "do"),
    [
        (
            "2.21.0",
            distribution("tensorflow-text", "2.19.0", requires=["tensorflow<2.20,>=2.19"]),
            "tensorflow-text 2.19.0 needs tensorflow<2.20,>=2.19, but 2.21.0 is installed",
            f'{PIP} "tensorflow-text==2.21.*"',
        ),
        (
            "2.15.1",
            distribution("tensorflow-io", "0.37.1", requires=TF_EXTRA),
            "tensorflow-io 0.37.1 needs tensorflow<2.17,>=2.16, but 2.15.1 is installed",
            f'{PIP} "tensorflow-io==0.36.*"',
        ),
        (
            "2.21.0",
            distribution("tensorflow-probability", "0.25.0", requires=TFP_EXTRA),
            "tensorflow-probability 0.25.0 needs tf-keras>=2.16, which is not installed",
            f'{PIP} "tf-keras==2.21.*"',
        ),
        (
            "2.16.1",
            distribution("keras-hub", "0.32.0", requires=["keras>=3.15", "regex"]),
            "keras-hub 0.32.0 needs keras>=3.15, which is not installed",
            f'{PIP} "keras>=3.15"',
        ),
        (
            "2.16.1",
            distribution("tensorflow-addons", "0.23.0"),
            "tensorflow-addons 0.23.0 cannot be imported beside tensorflow 2.16.1: it needs Keras 2 inside TensorFlow",
            "python -m pip uninstall --yes tensorflow-addons",
        ),
    ],
)
def test_mismatch(version, part, says, do):
    """A part for another TensorFlow is replaced by one for the installed TensorFlow, which stays as it is."""
    assert list(broken_parts(environment(tensorflow(version=version), part))) == [Problem(says, do)]


@pytest.mark.parametrize(
    "installed",
    [
        [distribution("tensorflow-text", "2.21.1", requires=["tensorflow<2.22,>=2.21"])],
        [distribution("tensorflow-io", "0.37.1", requires=TF_EXTRA, texts={"INSTALLER": "conda\n"})],
        [distribution("tensorflow-addons-of-mine", "0.1")],
        [distribution("tensorboard", "2.20.0"), distribution("setuptools", "84.2.1")],
        [distribution("torch", "2.0", requires=["tensorflow<2"])],
    ],
)
def test_right_parts(installed):
    """Parts that fit or can be imported, parts that a packager has fitted, and what is not a part are not mentioned."""
    assert list(broken_parts(environment(tensorflow(), *installed))) == []


def test_nightly():
    """A nightly counts as the release that it leads to."""
    text = distribution("tensorflow-text", "2.22.0", requires=["tensorflow<2.23,>=2.22"])
    assert list(broken_parts(environment(tensorflow("tf-nightly", "2.22.0.dev20261101"), text))) == []


def test_no_tensorflow():
    """Without TensorFlow nothing can be said of what is beside it."""
    assert list(broken_parts(environment(HUB))) == []
