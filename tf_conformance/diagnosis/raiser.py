"""The package that an error comes from: what to change, if it is neither TensorFlow nor NumPy."""

from __future__ import annotations

import traceback
from types import FrameType

from packaging.requirements import Requirement

from tf_conformance.diagnosis.causes import REINSTALL, Cause
from tf_conformance.diagnosis.culprits import chain_of
from tf_conformance.install.distribution import Distribution
from tf_conformance.install.environment import Environment
from tf_conformance.install.fitting import fitting
from tf_conformance.tree import is_of_kit

UPGRADE_NUMPY, FITTING_KERAS = ("{upgrade numpy}",), ("{keras}",)
UPDATE_TENSORFLOW = "{update tensorflow."  # as it lacks what somebody wants of one of its modules


def cause_by_raiser(known: Cause | None, error: BaseException, doing: str, environment: Environment) -> Cause:
    """The cause that an error's text reveals, or what can be said without it, with the package to change.

    A NumPy and a Keras that TensorFlow is content with stay: it is the package that was built with another NumPy, and a
    Keras that is damaged. What is to be installed again is the package that raises the error.
    """
    if known and known.advice == FITTING_KERAS and _is_content_with(environment.keras, environment):
        return Cause(f"{environment.keras} is damaged, or mixed with another version", ("{reinstall keras}",))
    raiser = package_behind(error, environment)
    if raiser in (None, environment.tensorflow):
        return known or Cause(f"{doing} raises an error", REINSTALL)
    if known is None:
        return Cause(f"{doing} raises an error in {raiser}", (f"{{reinstall {raiser.name}}}",))
    if known.advice == UPGRADE_NUMPY and _is_content_with(environment.numpy, environment):
        cause = f"{raiser} was built with a different version of NumPy than the installed one"
        return Cause(cause, (f"{{upgrade {raiser.name}}}",))
    if known.advice[0].startswith(UPDATE_TENSORFLOW):
        cause = f"{raiser} was written for a different version of TensorFlow than the installed one"
        return Cause(cause, (f"{{upgrade {raiser.name}}}",))
    return cause_in(raiser, known, environment)


def cause_in(package: Distribution | None, known: Cause, environment: Environment) -> Cause:
    """A cause with the package in which it lies to be changed, where its advice is about no other one."""
    if package in (None, environment.tensorflow):
        return known
    own = {REINSTALL[0]: f"{{reinstall {package.name}}}", "{python}": f"{{python {package.name}}}"}
    return known._replace(advice=tuple(own.get(step, step) for step in known.advice))


def package_behind(error: BaseException, environment: Environment) -> Distribution | None:
    """The distribution of the innermost file in an error's traceback that belongs to one; of the first cause of a chain.

    NumPy is passed over: it only reports who was built with another one; and so is the kit, which only asks for the import.
    """
    for each in chain_of(error):
        files = [_file_of(frame) for frame, _ in reversed(list(traceback.walk_tb(each.__traceback__)))]
        owners = (environment.distributions.owner(file) for file in files if not is_of_kit(file))
        found = next((owner for owner in owners if owner and owner.name != "numpy"), None)
        if found:
            return found
    return None


def _file_of(frame: FrameType) -> str:
    """The file whose code a frame runs or, if it is Python's import system, reads: damaged bytecode runs none of its own."""
    file = frame.f_code.co_filename
    return str(frame.f_locals.get("source_path", file)) if file.startswith("<frozen importlib") else file


def _is_content_with(installed: Distribution | None, environment: Environment) -> bool:
    """Whether TensorFlow asks for the installed version of a package."""
    return installed is not None and installed.meets(Requirement(fitting(str(installed.name), environment)))
