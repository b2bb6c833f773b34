"""Whether the processor has the instructions that TensorFlow's builds use."""

from __future__ import annotations

from typing import Iterator

from tf_conformance.install.environment import Environment
from tf_conformance.install.problem import Problem

# What every published build of TensorFlow for these processors has been compiled to use since 1.6.
REQUIRED_FEATURES = {"x86_64": ("sse4_1", "sse4_2", "avx"), "AMD64": ("sse4_1", "sse4_2", "avx")}


def missing_features(environment: Environment) -> Iterator[Problem]:
    """Instructions that TensorFlow's builds use and this processor lacks; none if nothing lists what it has."""
    if not _is_custom_build(environment):
        for feature in _lacking(environment):
            yield Problem(
                f"the processor lacks {feature}, which TensorFlow's builds use",
                "install a TensorFlow that was built for this processor",
            )


def unknown_features(environment: Environment) -> Iterator[str]:
    """Why it is not known whether the processor has what TensorFlow's builds use."""
    processor = environment.processor
    if processor.machine not in REQUIRED_FEATURES:
        yield f"what TensorFlow's builds for {processor.machine} use is not known"
    elif not processor.features:
        yield "/proc/cpuinfo does not list what the processor has"
    elif _is_custom_build(environment):
        # conda-forge, for instance, builds for any processor.
        for feature in _lacking(environment):
            yield f"the processor lacks {feature}; whether {environment.tensorflow} was built to use it is not known"


def _lacking(environment: Environment) -> list[str]:
    processor = environment.processor
    required = REQUIRED_FEATURES.get(processor.machine, ()) if processor.features else ()
    return [feature for feature in required if feature not in processor.features]


def _is_custom_build(environment: Environment) -> bool:
    return environment.tensorflow is not None and environment.tensorflow.is_custom_build
