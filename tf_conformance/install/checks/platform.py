"""Whether the wheel fits the Python and the processor."""

from __future__ import annotations

import platform
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import parse_tag, sys_tags

from tf_conformance.install.distribution import Distribution
from tf_conformance.install.distributions import TENSORFLOW_DISTRIBUTIONS, all_installed

# What every build of TensorFlow for these processors has been compiled to use since 1.6.
REQUIRED_CPU_FEATURES = {"x86_64": ("sse4_1", "sse4_2", "avx"), "AMD64": ("sse4_1", "sse4_2", "avx")}


def wrong_platform() -> list[str]:
    """Ways in which TensorFlow's wheel was made for another Python or another system."""
    return [line for distribution in _tensorflows() for line in _wrong(distribution)]


def untold_platform() -> list[str]:
    """TensorFlows that do not tell which Python and system they were made for; or that there is none."""
    if not _tensorflows():
        return ["no distribution provides TensorFlow"]
    return [f"{each} does not tell what it was made for" for each in _tensorflows() if not _tags(each)]


def _tensorflows() -> list[Distribution]:
    return all_installed(TENSORFLOW_DISTRIBUTIONS)


def _tags(distribution: Distribution) -> list[str]:
    """The tags of the wheel that the distribution was installed from; none where it was built and installed otherwise."""
    lines = (distribution.read_text("WHEEL") or "").splitlines()
    return [line.partition(":")[2].strip() for line in lines if line.startswith("Tag:")]


def _wrong(distribution: Distribution) -> list[str]:
    found = []
    wanted = distribution.header("Requires-Python")
    try:
        if not SpecifierSet(wanted).contains(platform.python_version(), prereleases=True):
            found.append(f"{distribution} needs Python {wanted}, this is {platform.python_version()}")
    except InvalidSpecifier:
        pass  # nothing can be said
    made_for = _tags(distribution)
    fitting = set(sys_tags())
    if made_for and not any(tag in fitting for text in made_for for tag in parse_tag(text)):
        found.append("{} was made for {}, not for this Python and system".format(distribution, ", ".join(made_for)))
    return found


def missing_cpu_features() -> list[str]:
    """Instructions that TensorFlow's builds use and this processor does not have; none where nothing tells."""
    features = _cpu_features()
    required = REQUIRED_CPU_FEATURES.get(platform.machine(), ())
    return [
        f"the processor has no {feature}, which TensorFlow's builds use: it needs a build of its own"
        for feature in required
        if features and feature not in features
    ]


def untold_cpu_features() -> list[str]:
    """Why it cannot be told whether the processor has what TensorFlow's builds use."""
    if platform.machine() not in REQUIRED_CPU_FEATURES:
        return [f"it is not known what TensorFlow's builds for {platform.machine()} use"]
    if not _cpu_features():
        return ["/proc/cpuinfo does not tell what the processor has"]
    return []


def _cpu_features() -> list[str]:
    return cpu_info().get("flags", "").split()


def cpu_info() -> dict[str, str]:
    """The first processor of /proc/cpuinfo; empty where there is no such file."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return {}
    lines = (line.partition(":") for line in text.partition("\n\n")[0].splitlines())
    return {key.strip(): value.strip() for key, _, value in lines}
