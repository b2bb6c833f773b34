"""Pretended environments."""

from __future__ import annotations

from tests.pretended.distributions import NOWHERE, distribution
from tf_conformance.install.distributions import Distribution, Distributions
from tf_conformance.install.environment import Environment
from tf_conformance.install.limits import Limits
from tf_conformance.install.processor import Processor

PROCESSOR = Processor("x86_64", "a CPU", frozenset({"sse4_1", "sse4_2", "avx", "avx2"}))


def environment(*installed: Distribution, **facts: object) -> Environment:
    """An environment in which pip and these distributions are installed, and all else is well unless ``facts`` differ."""
    ordinary = {
        "variables": {"KERAS_HOME": NOWHERE},
        "path": (),
        "standard": (),
        "python": "3.13.0",
        "processor": PROCESSOR,
        "limits": Limits(),
    }
    distributions = Distributions([*installed, distribution("pip", "25.0")])
    return Environment(distributions=distributions, **{**ordinary, **facts})
