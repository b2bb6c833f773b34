"""The checks of an install before TensorFlow is imported: one list, in one order.

The order is that in which problems are worth knowing: what most often explains all the others comes first. No check
imports TensorFlow, Keras or NumPy, and together they take a fraction of a second.
"""

from __future__ import annotations

from tf_conformance.install.checks.check import Check
from tf_conformance.install.checks.competing import competing_keras, competing_tensorflows, unrecorded_tensorflow
from tf_conformance.install.checks.compiler import missing_compiler
from tf_conformance.install.checks.files import FILES, damaged_files, unrecorded_files
from tf_conformance.install.checks.keras_settings import changed_defaults, missing_legacy_keras, other_backend
from tf_conformance.install.checks.leftovers import leftovers, unknown_leftovers
from tf_conformance.install.checks.limits import scarce_resources
from tf_conformance.install.checks.mount import mounted_noexec
from tf_conformance.install.checks.optional import broken_parts
from tf_conformance.install.checks.platform import misfit_dependencies, unknown_platform, wrong_platform
from tf_conformance.install.checks.processor import missing_features, unknown_features
from tf_conformance.install.checks.requirements import unknown_requirements, unmet_requirements
from tf_conformance.install.checks.shadowing import shadowed_modules
from tf_conformance.install.checks.variables import wrong_variables
from tf_conformance.install.environment import Environment
from tf_conformance.install.problem import Problem

CHECKS = (
    Check(None, scarce_resources),  # no statement: limits are the machine's, not the install's
    Check(None, mounted_noexec),  # likewise
    Check(None, wrong_variables),  # likewise: the user's
    Check("install.nothing-shadowed", shadowed_modules),
    Check("install.legacy-keras", missing_legacy_keras),
    Check("install.keras-backend", other_backend),
    Check("install.keras-defaults", changed_defaults),
    Check("install.one-tensorflow", competing_tensorflows, unrecorded_tensorflow),
    Check("install.one-keras", competing_keras),
    Check("install.no-leftovers", leftovers, unknown_leftovers),
    Check("install.platform", wrong_platform, unknown_platform),
    Check(None, misfit_dependencies),  # no statement: that of the platform is TensorFlow's
    Check("install.cpu", missing_features, unknown_features),
    Check("install.requirements", unmet_requirements, unknown_requirements),
    Check(FILES, damaged_files, unrecorded_files),
    Check(None, missing_compiler),  # no statement: it is seen only where there is a GPU
    Check(None, broken_parts),  # no statement: TensorFlow itself is right
)


def find_problems(environment: Environment) -> list[Problem]:
    """Everything that is wrong, in the order of the checks."""
    return [problem for check in CHECKS for problem in check.problems(environment)]


def check_of(statement: str) -> Check:
    """The check that decides a statement of the specification."""
    return next(check for check in CHECKS if check.statement == statement)
