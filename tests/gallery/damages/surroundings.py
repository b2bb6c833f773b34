"""Files of the user, variables and settings get in the way."""

from __future__ import annotations

from tests.gallery.damage import OF_THE_INSTALL, Kind, cannot_be_imported
from tf_conformance.diagnosis.loading import NOT_TRIED

INSTALL_LEGACY_KERAS = 'python -m pip install --no-deps "tf-keras==2.*.[*]"'
KIND = Kind("surroundings", arguments=("--statement", OF_THE_INSTALL))


@KIND.damage(
    problems={"*/antigravity.py hides antigravity of the Python library": "rename or move */antigravity.py"},
    violated=("install.nothing-shadowed",),
    core=True,
)
def module_of_the_user(environment):
    """The user's folder holds a file with the name of a module of Python's library that TensorFlow does not use."""
    (environment.folder / "antigravity.py").touch()


@KIND.damage(
    problems={"*/colorsys.py hides colorsys of the Python library": "rename or move */colorsys.py"},
    obstacle=cannot_be_imported(
        "*/colorsys.py is used instead of the module of that name",
        "*cannot import name 'rgb_to_hls' from 'colorsys' *",
        "rename or move */colorsys.py",
    ),
    violated=("install.nothing-shadowed",),
)
def module_of_the_user_in_use(environment):
    """The user's folder holds a file with the name of a module of Python's library that Keras uses."""
    (environment.folder / "colorsys.py").touch()


@KIND.damage(
    problems={"TF_USE_LEGACY_KERAS is set, but tf-keras is not installed": INSTALL_LEGACY_KERAS},
    obstacle=cannot_be_imported(
        "TF_USE_LEGACY_KERAS is set, but tf-keras is not installed",
        NOT_TRIED,
        INSTALL_LEGACY_KERAS,
    ),
    violated=("install.legacy-keras",),
)
def legacy_keras_without_package(environment):
    """TF_USE_LEGACY_KERAS is set, but tf-keras is not installed."""
    environment.variables["TF_USE_LEGACY_KERAS"] = "1"


@KIND.damage(
    problems={"KERAS_BACKEND is jax: Keras does not find it, and fails": "unset KERAS_BACKEND"},
    obstacle=cannot_be_imported(
        "KERAS_BACKEND is jax: Keras does not find it, and fails", NOT_TRIED, "unset KERAS_BACKEND"
    ),
    violated=("install.keras-backend",),
)
def other_backend(environment):
    """KERAS_BACKEND names a backend that is not installed."""
    environment.variables["KERAS_BACKEND"] = "jax"


@KIND.damage(
    problems={
        "*/keras.json sets floatx to 'float64' instead of 'float32'": "delete the line of floatx in */keras.json"
    },
    violated=("install.keras-defaults",),
)
def other_defaults(environment):
    """A keras.json of years ago changes the float type."""
    settings = '{\n    "floatx": "float64",\n    "epsilon": 1e-07\n}\n'
    (environment.folder / "keras.json").write_text(settings, encoding="utf-8")
    environment.variables["KERAS_HOME"] = str(environment.folder)


@KIND.damage(
    problems={
        "*/keras.json sets floatx to 'bfloat16', and makes Keras fail": "delete the line of floatx in */keras.json"
    },
    obstacle=cannot_be_imported(
        "*/keras.json sets floatx to 'bfloat16', and makes Keras fail",
        NOT_TRIED,
        "delete the line of floatx in */keras.json",
    ),
    violated=("install.keras-defaults",),
    core=True,
)
def setting_that_keras_refuses(environment):
    """A keras.json holds a value that Keras does not accept, about which old versions say nothing at all."""
    (environment.folder / "keras.json").write_text('{"floatx": "bfloat16"}', encoding="utf-8")
    environment.variables["KERAS_HOME"] = str(environment.folder)


@KIND.damage(
    obstacle=cannot_be_imported(
        "*/libbad.so, a TensorFlow plugin, fails",
        "NotFoundError: */libbad.so: file too short",
        "uninstall the package of */libbad.so, or move it away",
    ),
)
def plugin_that_cannot_be_loaded(environment):
    """A package has brought a plugin for another system."""
    environment.write(environment.site / "tensorflow-plugins" / "libbad.so", b"not a library")


@KIND.damage(
    problems={"*/keras.json does not hold settings, and makes Keras fail": "delete */keras.json"},
    obstacle=cannot_be_imported(
        "*/keras.json does not hold settings, and makes Keras fail",
        NOT_TRIED,
        "delete */keras.json",
    ),
    violated=("install.keras-defaults",),
)
def settings_of_another_type(environment):
    """keras.json is valid JSON, but a list."""
    (environment.folder / "keras.json").write_text("[]", encoding="utf-8")
    environment.variables["KERAS_HOME"] = str(environment.folder)
