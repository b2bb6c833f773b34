"""What is known before TensorFlow is imported, gathered once."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

import pytest
from packaging.version import Version

from tests.pretended.distributions import distribution, tensorflow
from tests.pretended.environments import environment
from tf_conformance.install.environment import Environment
from tf_conformance.install.limits import Limits

BOTH_KERAS = (distribution("keras", "3.15.1"), distribution("tf-keras", "2.21.0"))


def test_gathered_facts(monkeypatch):
    """The facts are those of this interpreter at this moment."""
    monkeypatch.setenv("TF_SOME_VARIABLE", "1")
    gathered = Environment.gather(Limits(), verify_files=True)
    monkeypatch.delenv("TF_SOME_VARIABLE")
    assert gathered.variables["TF_SOME_VARIABLE"] == "1"
    assert gathered.python == ".".join(map(str, sys.version_info[:3]))
    assert gathered.verify_files


def test_python_from_its_repository(monkeypatch):
    """A Python that was built from its repository has a version that is none; its release counts."""
    monkeypatch.setattr(platform, "python_version", lambda: "3.13.0+")
    assert Version(Environment.gather(Limits()).python).release == sys.version_info[:3]


def test_variable_that_is_no_text(monkeypatch):
    """Bytes of a variable that are not UTF-8 are told as Python writes them."""
    monkeypatch.setenv("TF_JOB_NAME", "caf\udce9")
    assert Environment.gather(Limits()).variables["TF_JOB_NAME"] == r"caf\xe9"


def test_path(monkeypatch, tmp_path):
    """The path has the working folder in place of an empty entry; what is on it twice is found once."""
    (tmp_path / "some_thing-1.2.dist-info").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", "/x", "/x", *sys.path, str(tmp_path)])
    gathered = Environment.gather(Limits())
    assert gathered.path[:2] == (str(tmp_path), "/x")
    assert len(set(gathered.path)) == len(gathered.path)
    assert [str(each) for each in gathered.distributions.all(["some-thing"])] == ["some_thing 1.2"]


def test_given_limits(monkeypatch):
    """Limits that are given are not measured again."""
    monkeypatch.setattr(Limits, "measure", lambda: Limits(threads=1))
    assert Environment.gather(Limits(files=60)).limits == Limits(files=60)
    assert Environment.gather().limits == Limits(threads=1)


def test_once():
    """What is looked for in an environment is looked for once; in another one, even with the same facts, anew."""
    asked = []

    def find(where):
        asked.append(where)
        return len(asked)

    first, second = environment(), environment()
    assert [each.once(find) for each in (first, first, second)] == [1, 1, 2]


def test_tensorflow():
    """Any distribution that provides TensorFlow is found."""
    assert str(environment(*BOTH_KERAS, tensorflow("tf-nightly")).tensorflow) == "tf-nightly 2.21.0"
    assert environment(*BOTH_KERAS).tensorflow is None


@pytest.mark.parametrize(
    ("value", "version", "keras"),
    [
        (None, "2.21.0", "keras"),
        ("", "2.21.0", "keras"),
        ("0", "2.21.0", "keras"),
        ("false", "2.21.0", "keras"),
        ("1", "2.21.0", "tf-keras"),
        ("true", "2.21.0", "tf-keras"),
        ("True", "2.16.1", "tf-keras"),
        ("1", "2.15.0", "tf-keras"),
        ("1", "2.14.1", "keras"),
    ],
)
def test_keras(value, version, keras):
    """The Keras behind tf.keras is keras, or tf-keras if TF_USE_LEGACY_KERAS asks for it and TensorFlow reads it."""
    variables = {} if value is None else {"TF_USE_LEGACY_KERAS": value}
    given = environment(tensorflow(version=version), *BOTH_KERAS, variables=variables)
    assert given.keras.name == keras
    assert given.uses_legacy_keras is (keras == "tf-keras")


def test_keras_home(monkeypatch, tmp_path):
    """Keras's folder is that of KERAS_HOME, even if that is empty, or else .keras in the home folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    assert environment(variables={"KERAS_HOME": "/k"}).keras_home == Path("/k")
    assert environment(variables={"KERAS_HOME": "~/k"}).keras_home == tmp_path / "k"
    assert environment(variables={"KERAS_HOME": ""}).keras_home == Path()
    assert environment(variables={}).keras_home == tmp_path / ".keras"


@pytest.mark.parametrize(("keras", "folder"), [("3.15.1", "/tmp"), ("2.15.0", "/nowhere")])
def test_keras_home_without_a_home(monkeypatch, keras, folder):
    """Keras 3 does without a home folder that it cannot write to; Keras 2 takes no other."""
    monkeypatch.setenv("HOME", "/nowhere")
    assert environment(distribution("keras", keras), variables={}).keras_home == Path(folder, ".keras")
