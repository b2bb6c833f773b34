"""What the user demands of the install: --require-version, --require-device and --device."""

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
    wanted: str, install: Install, environment: Environment, nvidia: Nvidia | None = None
) -> Obstacle | None:
    """Why the install does not use a device of this kind, such as gpu, or of this name, such as GPU:1; None if it does."""
    if any(is_meant(device, wanted) for device in install.devices):
        return None
    kind = kind_of(wanted)
    if kind == "gpu" and kind not in map(kind_of, install.devices):
        return why_no_gpu(install, environment, nvidia or Nvidia())
    name = wanted.upper() if ":" in wanted else f"a {wanted.upper()}"
    seen = ", ".join(install.devices) or "no device"
    return Obstacle(
        f"TensorFlow does not use {name}", "there is none", f"it sees {seen}", ("require another device, or none",)
    )


def is_meant(device: str, wanted: str) -> bool:
    """Whether a device is of this kind, such as gpu, or of this name, such as GPU:1."""
    return wanted.lower() in (device.lower(), kind_of(device))


def kind_of(device: str) -> str:
    """The kind of a device: gpu for GPU:1."""
    return device.partition(":")[0].lower()
