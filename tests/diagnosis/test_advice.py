"""What to do about a cause, in the words of the installer, in versions that fit TensorFlow."""

from __future__ import annotations

import pytest

from tests.pretended.distributions import distribution, tensorflow
from tests.pretended.environments import environment
from tf_conformance.diagnosis.advice import advise
from tf_conformance.diagnosis.causes import Cause
from tf_conformance.install.problem import Problem

PIP = "python -m pip install"
OWN = tensorflow(requires=["keras>=3.12.0", "numpy>=1.26.0"])
OTHERS = (distribution("keras", "3.15.1"), distribution("numpy", "2.4.0"), distribution("six", "1.17.0"))


def words(*steps, installed=(OWN, *OTHERS), problems=(), **facts):
    """These steps as people are told them."""
    return advise(Cause("", steps), environment(*installed, **facts), problems)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("{reinstall}", f"{PIP} --force-reinstall tensorflow==2.21.0"),
        ("{reinstall numpy}", f"{PIP} --force-reinstall --no-deps numpy==2.4.0"),
        ("{replace}", f"python -m pip uninstall --yes tensorflow\n{PIP} tensorflow==2.21.0"),
        ("{replace keras}", f"python -m pip uninstall --yes keras\n{PIP} keras==3.15.1"),
        ("{upgrade numpy}", f'{PIP} --upgrade "numpy>=1.26.0"'),
        ("{install tensorflow-text}", f'{PIP} "tensorflow-text==2.21.*"'),
        ("{provide absl.logging}", f"{PIP} absl-py"),
        ("{provide six}", f"{PIP} --force-reinstall --no-deps six==1.17.0"),
        ("{provide tensorflow.python.ops}", f"{PIP} --force-reinstall tensorflow==2.21.0"),
        ("{provide no_such_module}", "install the package that provides the module no_such_module"),
        ("{update six}", f"{PIP} --upgrade six"),
        ("{update tensorflow_text}", f'{PIP} --upgrade "tensorflow-text==2.21.*"'),
        ("{update keras.src}", f'{PIP} --upgrade "keras>=3.12.0"'),
        ("{keras}", f'{PIP} --upgrade "keras>=3.12.0"'),
        ("unset XLA_FLAGS", "unset XLA_FLAGS"),
    ],
)
def test_words(step, said):
    """A step in braces becomes a command; any other is said as it is."""
    assert words(step) == (said,)


@pytest.mark.parametrize(
    ("legacy", "variables", "name"),
    [
        ("2.16.0", {}, "tf-keras==2.21.*"),
        ("2.21.0", {}, "keras>=3.12.0"),
        ("2.21.0", {"TF_USE_LEGACY_KERAS": "1"}, "tf-keras==2.21.*"),
    ],
)
def test_which_keras(legacy, variables, name):
    """The Keras that is to be changed is the one that TensorFlow uses, or a tf-keras of another release."""
    installed = (OWN, *OTHERS, distribution("tf-keras", legacy))
    assert words("{keras}", installed=installed, variables=variables) == (f'{PIP} --upgrade "{name}"',)


def test_what_was_found_wins():
    """A problem comes first; beside it TensorFlow is not installed again, nor what the problem names."""
    problem = Problem("tensorflow 2.21.0 needs numpy>=1.26.0, but 1.24 is installed", f'{PIP} "numpy>=1.26.0"')
    assert words("{upgrade numpy}", "{reinstall}", "unset PYTHONPATH", "{provide absl}", problems=[problem]) == (
        f'{PIP} "numpy>=1.26.0"',
        "unset PYTHONPATH",
        f"{PIP} absl-py",
    )


def test_keras_that_was_found_wins():
    """A problem that names a Keras settles which Keras to install."""
    problem = Problem("TF_USE_LEGACY_KERAS is set, but tf-keras is not installed", f'{PIP} "tf-keras==2.21.*"')
    assert words("{keras}", problems=[problem]) == (problem.do,)


def test_each_step_once():
    """A step that is said twice is one step."""
    assert words("{reinstall}", "{reinstall}") == (f"{PIP} --force-reinstall tensorflow==2.21.0",)
