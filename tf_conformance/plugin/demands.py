"""What the user demands of the install: --require-version and --require-device."""

from __future__ import annotations

from tf_conformance.diagnosis.gpu import why_no_gpu
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.environment import Environment
from tf_conformance.install.install import Install
from tf_conformance.install.nvidia import Nvidia
from tf_conformance.statements.era import parse_requirement


def unmet_version(text: str, install: Install) -> str | None:
    """What is wrong with the install's version, or None. Raises ValueError if the text is not a requirement."""
    requirement = parse_requirement(text)
    version = getattr(install, requirement.name)
    if requirement.specifier.contains(version, prereleases=True):
        return None
    return f"--require-version: {requirement} is required, {requirement.name} {version} is installed"


def missing_device(
    kind: str, install: Install, environment: Environment, nvidia: Nvidia | None = None
) -> Obstacle | None:
    """Why the install does not use a device of this kind, or None if it uses one."""
    if any(device.lower().startswith(f"{kind.lower()}:") for device in install.devices):
        return None
    if kind.lower() == "gpu":
        return why_no_gpu(install, environment, nvidia or Nvidia())
    seen = ", ".join(install.devices) or "no device"
    advice = ("leave out --require-device",)
    return Obstacle(f"TensorFlow does not use a {kind.upper()}", "there is none", f"it sees {seen}", advice)
