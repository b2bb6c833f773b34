"""What to do about a cause, in the words of the installer that made the environment."""

from __future__ import annotations

import re
from typing import Sequence

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tf_conformance.diagnosis.causes import Cause
from tf_conformance.install.distributions import LEGACY_KERAS_DISTRIBUTIONS
from tf_conformance.install.environment import Environment
from tf_conformance.install.fitting import another_python, fitting, is_built_for
from tf_conformance.install.installer import Installer
from tf_conformance.install.modules import module_of
from tf_conformance.install.problem import Problem

LAST_IN_TRACEBACK = "update the package whose file is the last in the traceback (-v shows it)"
COMMAND = re.compile(r"\{(\w+)(?: ([\w.-]+))?\}$")

# What TensorFlow and Keras import, and what is installed around them.
_IMPORTED = """
    absl-py astunparse flatbuffers gast google-pasta grpcio h5py keras keras-preprocessing libclang markdown ml-dtypes namex
    numpy opt-einsum optree packaging pandas pillow protobuf pyyaml requests rich scipy setuptools six tensorboard
    tensorflow-estimator tensorflow-hub tensorflow-io tensorflow-probability tensorflow-text termcolor tf-keras
    typing-extensions werkzeug wheel wrapt
"""
# Top-level module -> the distribution that provides it.
PROVIDERS_OF_MODULES = {
    **{"distutils": "setuptools", "pkg_resources": "setuptools"},
    **{module_of(name).partition(".")[0]: name for name in _IMPORTED.split()},
}


def advise(cause: Cause, environment: Environment, problems: Sequence[Problem] = ()) -> tuple[str, ...]:
    """What to do about a cause, one step per item, each once.

    What was found before the import comes first, and wins: with a problem at hand TensorFlow is not installed again,
    and nothing is installed that a problem names, as the problem names its version, too.
    """
    found = [problem.do for problem in problems]
    named = " ".join(map(str, problems))
    own = [_in_words(step, environment) for step in cause.advice if not (problems and _is_settled(step, named))]
    return tuple(dict.fromkeys([*found, *own]))


def _is_settled(step: str, named: str) -> bool:
    """Whether a step is a command that what was found before the import makes needless."""
    command = COMMAND.match(step)
    if command is None:
        return False
    verb, subject = command.groups()
    if verb == "keras":
        return "keras" in named
    distribution = _distribution_of(subject or "tensorflow")
    return distribution == "tensorflow" or re.search(rf"\b{re.escape(distribution)}\b", named) is not None


def _in_words(step: str, environment: Environment) -> str:
    command = COMMAND.match(step)
    return _command(command.group(1), command.group(2) or "tensorflow", environment) if command else step


def _command(verb: str, subject: str, environment: Environment) -> str:
    """A command of the installer; ``subject`` is a distribution or, if the verb is provide or update, a module."""
    installer = Installer.of(environment)
    if verb == "keras":
        return installer.upgrade(fitting(_keras(environment), environment))
    if verb == "python":
        tensorflow = environment.tensorflow
        if tensorflow and not is_built_for(environment.python, tensorflow.version):
            return another_python(tensorflow)
        return LAST_IN_TRACEBACK if subject == "tensorflow" else installer.upgrade(subject)
    distribution = _distribution_of(subject)
    if verb in ("provide", "update"):
        return _provide(verb, distribution, subject, environment)
    if verb == "replace":
        wanted = _as_installed(distribution, environment)
        return installer.replace([Requirement(wanted).name], wanted)
    if verb == "reinstall":
        return installer.reinstall(_as_installed(distribution, environment), alone=distribution != "tensorflow")
    wording = installer.upgrade if verb == "upgrade" else installer.install
    return wording(fitting(distribution, environment))


def _provide(verb: str, distribution: str, module: str, environment: Environment) -> str:
    """The command that installs what provides a module, in the version that fits TensorFlow.

    If the module is missing although its distribution is installed, that is installed again.
    """
    installer = Installer.of(environment)
    if distribution == "tensorflow":
        return installer.reinstall(_as_installed(distribution, environment))
    if distribution in ("keras", "tf-keras"):
        return installer.upgrade(fitting(distribution, environment))
    installed = environment.distributions.first([distribution])
    if installed and verb == "provide":
        return installer.reinstall(_as_installed(distribution, environment), alone=True)
    if installed or distribution in PROVIDERS_OF_MODULES.values():
        wording = installer.install if verb == "provide" else installer.upgrade
        return wording(fitting(distribution, environment))
    if verb == "update":
        return f'see which file it is: python -c "import {module}; print({module})"'
    return f"install the package that provides the module {module}"


def _as_installed(distribution: str, environment: Environment) -> str:
    """The requirement that names a distribution as it is installed; if it is not, the version that fits."""
    if distribution == "tensorflow":
        return fitting("tensorflow", environment)
    installed = environment.distributions.first([distribution])
    return f"{installed.name}=={installed.version}" if installed else fitting(distribution, environment)


def _distribution_of(module: str) -> str:
    """The distribution that provides a module, by the module's name or by that of the distribution itself."""
    top = module.partition(".")[0]
    if top in ("tensorflow", "tensorflow_core"):
        return "tensorflow"
    return PROVIDERS_OF_MODULES.get(top, canonicalize_name(top))


def _keras(environment: Environment) -> str:
    """The Keras that TensorFlow uses; tf-keras also if it is the one of the wrong version."""
    legacy = environment.distributions.first(LEGACY_KERAS_DISTRIBUTIONS)
    fits = legacy is None or fitting("tf-keras", environment) in (
        "tf-keras",
        f"tf-keras=={'.'.join(legacy.version.split('.')[:2])}.*",
    )
    return "tf-keras" if environment.uses_legacy_keras or not fits else "keras"
