"""Settings outside the program that change Keras."""

from __future__ import annotations

import json

import pytest

from tests.pretended.distributions import distribution, tensorflow
from tests.pretended.environments import environment
from tf_conformance.install.checks.keras_settings import changed_defaults, missing_legacy_keras, other_backend
from tf_conformance.install.problem import IMPORT, Problem


@pytest.fixture
def changes(tmp_path):
    """Finds the changed defaults in a keras.json with this text."""

    def find(text, keras="3.15.1", **variables):
        (tmp_path / "keras.json").write_text(text, encoding="utf-8")
        variables = {"KERAS_HOME": str(tmp_path), **variables}
        return list(changed_defaults(environment(distribution("keras", keras), variables=variables)))

    return find


@pytest.mark.parametrize(
    ("settings", "changed"),
    [
        ({}, {}),
        ({"floatx": "float32", "epsilon": 1e-07, "backend": "tensorflow", "image_data_format": "channels_last"}, {}),
        ({"of_another": "program"}, {}),
        ({"floatx": "float64"}, {"floatx": "'float64' instead of 'float32'"}),
        (
            {"epsilon": 1e-3, "image_data_format": "channels_first"},
            {"epsilon": "0.001 instead of 1e-07", "image_data_format": "'channels_first' instead of 'channels_last'"},
        ),
    ],
)
def test_keras_json(changes, tmp_path, settings, changed):
    """Each default that keras.json changes is named with both values and with the line to delete."""
    path = tmp_path / "keras.json"
    assert changes(json.dumps(settings)) == [
        Problem(f"{path} sets {name} to {values}", f"delete the line of {name} in {path}")
        for name, values in changed.items()
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("floatx", "bfloat16"),
        ("floatx", None),
        ("floatx", ["float32"]),
        ("epsilon", 1),
        ("epsilon", "1e-7"),
        ("backend", "theano"),
        ("backend", "TensorFlow"),
        ("image_data_format", "tf"),
        ("nnx_enabled", True),
    ],
)
def test_values_that_keras_refuses(changes, tmp_path, name, value):
    """A value that Keras does not accept makes it fail; one that it accepts only changes what it does."""
    (problem,) = changes(json.dumps({name: value}))
    assert problem.says == f"{tmp_path / 'keras.json'} sets {name} to {value!r}, and makes Keras fail"
    assert problem.breaks
    (problem,) = changes('{"floatx": "float16"}')
    assert not problem.breaks


@pytest.mark.parametrize(
    ("settings", "keras", "variables"),
    [
        ({"backend": "theano"}, "2.15.0", {}),
        ({"backend": "jax"}, "3.15.1", {"KERAS_BACKEND": "tensorflow"}),
        ({"nnx_enabled": True}, "3.10.0", {}),
        ({"nnx_enabled": False}, "3.15.1", {}),
        ({"max_epochs": 1, "image_dim_ordering": "th"}, "3.15.1", {}),
    ],
)
def test_settings_that_this_keras_does_not_read(changes, settings, keras, variables):
    """A setting matters only to the Keras that reads it, and the variable of the backend wins."""
    assert changes(json.dumps(settings), keras, **variables) == []


def test_keras_json_that_cannot_be_opened(tmp_path):
    """Keras fails if it finds a keras.json that it cannot open."""
    (tmp_path / "keras.json").mkdir()
    (problem,) = changed_defaults(environment(variables={"KERAS_HOME": str(tmp_path)}))
    assert problem.says == f"{tmp_path / 'keras.json'} cannot be read (Is a directory), and makes Keras fail"
    assert problem.breaks


def test_keras_json_without_settings(changes, tmp_path):
    """A keras.json that holds a list makes Keras fail."""
    path = tmp_path / "keras.json"
    assert changes("[]") == [Problem(f"{path} does not hold settings, and makes Keras fail", f"delete {path}")]


def test_keras_json_that_is_too_deep(changes):
    """Neither Keras nor Python's reader gets to the end of it."""
    (problem,) = changes("[" * 100_000)
    assert problem.breaks == IMPORT


def test_unreadable_keras_json(changes, tmp_path):
    """A keras.json that is absent or is not JSON changes nothing, as Keras ignores it."""
    assert list(changed_defaults(environment(variables={"KERAS_HOME": str(tmp_path)}))) == []
    assert changes("{") == []


@pytest.mark.parametrize(
    ("backend", "keras", "found"),
    [
        (
            "jax",
            "3.15.1",
            [Problem("KERAS_BACKEND is jax: Keras does not find it, and fails", "unset KERAS_BACKEND")],
        ),
        (
            "TensorFlow",
            "3.15.1",
            [
                Problem(
                    "KERAS_BACKEND is TensorFlow: Keras has no backend of that name, and fails", "unset KERAS_BACKEND"
                )
            ],
        ),
        ("tensorflow", "3.15.1", []),
        ("", "3.15.1", []),
        ("jax", "2.15.0", []),
    ],
)
def test_backend(backend, keras, found):
    """KERAS_BACKEND matters only to Keras 3, and only if it names another backend than TensorFlow."""
    installed = environment(tensorflow(), distribution("keras", keras), variables={"KERAS_BACKEND": backend})
    assert list(other_backend(installed)) == found


@pytest.mark.parametrize(("backend", "breaks"), [("jax", IMPORT), ("torch", ""), ("numpy", ""), ("jaxx", IMPORT)])
def test_backend_that_is_there(tmp_path, backend, breaks):
    """The import is certain to fail only if Keras has no such backend, or the backend is not there."""
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").touch()
    parts = (tensorflow(), distribution("keras", "3.15.1"))
    (problem,) = other_backend(environment(*parts, variables={"KERAS_BACKEND": backend}, path=[str(tmp_path)]))
    assert problem.breaks == breaks


def test_backend_of_legacy_keras():
    """KERAS_BACKEND does not matter if the legacy Keras is used."""
    variables = {"KERAS_BACKEND": "jax", "TF_USE_LEGACY_KERAS": "1"}
    keras, legacy = distribution("keras", "3.15.1"), distribution("tf-keras", "2.21.0")
    assert list(other_backend(environment(tensorflow(), keras, legacy, variables=variables))) == []


@pytest.mark.parametrize(
    ("value", "version", "more", "found"),
    [
        ("1", "2.21.0", [], True),
        ("True", "2.21.0", [], True),
        ("1", "2.21.0", [distribution("tf-keras", "2.21.0")], False),
        ("0", "2.21.0", [], False),
        ("1", "2.14.0", [], False),
    ],
)
def test_legacy_keras(value, version, more, found):
    """TF_USE_LEGACY_KERAS needs tf-keras, in the release of TensorFlow, if this TensorFlow reads the variable."""
    installed = environment(tensorflow(version=version), *more, variables={"TF_USE_LEGACY_KERAS": value})
    problem = Problem(
        "TF_USE_LEGACY_KERAS is set, but tf-keras is not installed", 'python -m pip install "tf-keras==2.21.*"'
    )
    assert list(missing_legacy_keras(installed)) == ([problem] if found else [])
