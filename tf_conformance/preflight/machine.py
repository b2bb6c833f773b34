"""Whether the wheel fits the Python and the processor."""

import platform
from pathlib import Path
from typing import Any, Dict, List

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import parse_tag, sys_tags

from tf_conformance.preflight.distributions import TENSORFLOW_DISTRIBUTIONS, installed, title

# What every build of TensorFlow for these processors has been compiled to use since 1.6.
REQUIRED_CPU_FEATURES = {"x86_64": ("sse4_1", "sse4_2", "avx"), "AMD64": ("sse4_1", "sse4_2", "avx")}


def wrong_platform() -> List[str]:
    """Ways in which TensorFlow's wheel was made for another Python or another system."""
    distributions = [each for name in TENSORFLOW_DISTRIBUTIONS for each in installed().get(name, [])]
    return [line for distribution in distributions for line in _wrong(distribution)]


def _wrong(distribution: Any) -> List[str]:
    found = []
    wanted = distribution.metadata.get("Requires-Python") or ""
    try:
        if not SpecifierSet(wanted).contains(platform.python_version(), prereleases=True):
            found.append("%s needs Python %s, this is %s" % (title(distribution), wanted, platform.python_version()))
    except InvalidSpecifier:
        pass  # nothing can be said
    lines = (distribution.read_text("WHEEL") or "").splitlines()
    made_for = [line.partition(":")[2].strip() for line in lines if line.startswith("Tag:")]
    fitting = set(sys_tags())
    if made_for and not any(tag in fitting for text in made_for for tag in parse_tag(text)):
        found.append("%s was made for %s, not for this Python and system" % (title(distribution), ", ".join(made_for)))
    return found


def missing_cpu_features() -> List[str]:
    """Instructions that TensorFlow's builds use and this processor does not have; none where nothing tells."""
    flags = (cpu_info().get("flags") or "").split()
    required = REQUIRED_CPU_FEATURES.get(platform.machine(), ())
    return [
        "the processor has no %s, which TensorFlow's builds use: it needs a build of its own" % feature
        for feature in required
        if flags and feature not in flags
    ]


def cpu_info() -> Dict[str, str]:
    """The first processor of /proc/cpuinfo; empty where there is no such file."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return {}
    lines = (line.partition(":") for line in text.partition("\n\n")[0].splitlines())
    return {key.strip(): value.strip() for key, _, value in lines}
