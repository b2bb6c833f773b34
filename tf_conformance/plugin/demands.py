"""What the user requires of the install: --require-version and --require-device."""

from __future__ import annotations

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
        raise ValueError(f"'{text}' is no requirement; write for example tensorflow==2.21.*") from None
    if requirement.name not in PACKAGES:
        raise ValueError("'{}' must be on one of: {}".format(text, ", ".join(PACKAGES)))
    return requirement


def unmet_version(requirement: Requirement, install: Install) -> str | None:
    """What is wrong with the install's version, or None."""
    version = getattr(install, requirement.name)
    if requirement.specifier.contains(version, prereleases=True):
        return None
    return f"--require-version: {requirement} is required, {requirement.name} {version} is installed"


def missing_device(kind: str, install: Install) -> Obstacle | None:
    """Why the install uses no device of this kind, or None where it uses one."""
    if any(device.lower().startswith(kind.lower() + ":") for device in install.devices):
        return None
    if kind.lower() == "gpu":
        return why_no_gpu(install)
    return Obstacle(
        f"TensorFlow uses no {kind.upper()}", "there is none", _seen(install.devices), "leave --require-device out"
    )


def _seen(devices: list[str]) -> str:
    return "it sees %s" % (", ".join(devices) or "no device")
