"""Whether the processor has the instructions that TensorFlow's builds use."""

from __future__ import annotations

from typing import Iterator

from tf_conformance.install.environment import Environment
from tf_conformance.install.problem import Problem

# What every build of TensorFlow for these processors has been compiled to use since 1.6.
REQUIRED_FEATURES = {"x86_64": ("sse4_1", "sse4_2", "avx"), "AMD64": ("sse4_1", "sse4_2", "avx")}


def missing_features(environment: Environment) -> Iterator[Problem]:
    """Instructions that TensorFlow's builds use and this processor lacks; none if nothing lists what it has."""
    processor = environment.processor
    for feature in REQUIRED_FEATURES.get(processor.machine, ()):
        if processor.features and feature not in processor.features:
            yield Problem(
                f"the processor lacks {feature}, which TensorFlow's builds use",
                "install a TensorFlow that was built for this processor",
            )


def unknown_features(environment: Environment) -> Iterator[str]:
    """Why nobody can tell whether the processor has what TensorFlow's builds use."""
    processor = environment.processor
    if processor.machine not in REQUIRED_FEATURES:
        yield f"what TensorFlow's builds for {processor.machine} use is not known"
    elif not processor.features:
        yield "/proc/cpuinfo does not list what the processor has"
