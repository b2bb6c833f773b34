"""What the user requires of the install: --require-version and --require-device."""

from typing import List, Optional

from packaging.requirements import InvalidRequirement, Requirement

from tf_conformance.diagnosis.gpu import why_no_gpu
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.install import Install
from tf_conformance.statements.era import PACKAGES


def parse_requirement(text: str) -> Requirement:
    """A requirement on one of the packages that eras know. Raises ValueError."""
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        raise ValueError("'%s' is no requirement; write for example tensorflow==2.21.*" % text) from None
    if requirement.name not in PACKAGES:
        raise ValueError("'%s' must be on one of: %s" % (text, ", ".join(PACKAGES)))
    return requirement


def unmet_version(requirement: Requirement, install: Install) -> Optional[str]:
    """What is wrong with the install's version, or None."""
    version = getattr(install, requirement.name)
    if requirement.specifier.contains(version, prereleases=True):
        return None
    return "--require-version: %s is required, %s %s is installed" % (requirement, requirement.name, version)


def missing_device(kind: str, install: Install) -> Optional[Obstacle]:
    """Why the install uses no device of this kind, or None where it uses one."""
    if any(device.lower().startswith(kind.lower() + ":") for device in install.devices):
        return None
    if kind.lower() == "gpu":
        return why_no_gpu(install)
    return Obstacle(
        "TensorFlow uses no %s" % kind.upper(), "there is none", _seen(install.devices), "leave --require-device out"
    )


def _seen(devices: List[str]) -> str:
    return "it sees %s" % (", ".join(devices) or "no device")
