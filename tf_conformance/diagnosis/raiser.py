"""The package that an error comes from: what to change, if it is neither TensorFlow nor NumPy."""

from __future__ import annotations

import traceback

from packaging.requirements import Requirement

from tf_conformance.diagnosis.causes import REINSTALL, Cause
from tf_conformance.diagnosis.culprits import chain_of
from tf_conformance.install.distributions import Distribution
from tf_conformance.install.environment import Environment
from tf_conformance.install.fitting import fitting
from tf_conformance.tree import is_of_kit

UPGRADE_NUMPY = ("{upgrade numpy}",)


def cause_by_raiser(known: Cause | None, error: BaseException, doing: str, environment: Environment) -> Cause:
    """The cause that an error's text reveals, or what can be said without it, with the package to change.

    A NumPy that TensorFlow is content with stays; then it is the package that was built with another one.
    """
    if known and not (known.advice == UPGRADE_NUMPY and _is_content_with_numpy(environment)):
        return known
    raiser = package_behind(error, environment)
    if raiser in (None, environment.tensorflow):
        return known or Cause(f"{doing} raises an error", REINSTALL)
    if known:
        cause = f"{raiser} was built with a different version of NumPy than the installed one"
        return Cause(cause, (f"{{upgrade {raiser.name}}}",))
    return Cause(f"{doing} raises an error in {raiser}", (f"{{reinstall {raiser.name}}}",))


def package_behind(error: BaseException, environment: Environment) -> Distribution | None:
    """The distribution of the innermost file in an error's traceback that belongs to one; of the first cause of a chain.

    NumPy is passed over: it only reports who was built with another one; and so is the kit, which only asks for the import.
    """
    for each in chain_of(error):
        files = [frame.filename for frame in reversed(traceback.extract_tb(each.__traceback__))]
        owners = (environment.distributions.owner(file) for file in files if not is_of_kit(file))
        found = next((owner for owner in owners if owner and owner.name != "numpy"), None)
        if found:
            return found
    return None


def _is_content_with_numpy(environment: Environment) -> bool:
    numpy = environment.distributions.first(["numpy"])
    return numpy is not None and numpy.meets(Requirement(fitting("numpy", environment)))
