"""What can be known of an install before TensorFlow is imported.

Each function returns what is wrong, a line a problem. An empty list is a clean bill where the check could be made:
``unrecorded_files`` and the functions ``untold_…`` return why one could not. None of them imports TensorFlow,
Keras or NumPy, and together they take a fraction of a second.
"""

from __future__ import annotations

from tf_conformance.install.checks.files import damaged_distributions, damaged_files, unrecorded_files
from tf_conformance.install.checks.keras_settings import changed_defaults, missing_legacy_keras, other_backend
from tf_conformance.install.checks.leftovers import leftovers, untold_leftovers
from tf_conformance.install.checks.platform import (
    missing_cpu_features,
    untold_cpu_features,
    untold_platform,
    wrong_platform,
)
from tf_conformance.install.checks.requirements import unmet_requirements
from tf_conformance.install.checks.shadowing import shadowed_modules
from tf_conformance.install.distributions import competing_keras, competing_tensorflows

__all__ = [
    "changed_defaults",
    "competing_keras",
    "competing_tensorflows",
    "damaged_distributions",
    "damaged_files",
    "leftovers",
    "missing_cpu_features",
    "missing_legacy_keras",
    "other_backend",
    "preflight_problems",
    "shadowed_modules",
    "unmet_requirements",
    "unrecorded_files",
    "untold_cpu_features",
    "untold_leftovers",
    "untold_platform",
    "wrong_platform",
]


def preflight_problems(verify_files: bool = False) -> list[str]:
    """Everything that is wrong, in the order in which it is worth knowing."""
    return [
        *missing_legacy_keras(),
        *competing_tensorflows(),
        *competing_keras(),
        *leftovers(),
        *wrong_platform(),
        *missing_cpu_features(),
        *unmet_requirements(),
        *damaged_files(verify=verify_files),
        *shadowed_modules(),
        *other_backend(),
        *changed_defaults(),
    ]
