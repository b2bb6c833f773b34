"""Pretended environments."""

from __future__ import annotations

from tests.pretended.distributions import NOWHERE, distribution
from tf_conformance.install.distribution import Distribution
from tf_conformance.install.distributions import Distributions
from tf_conformance.install.environment import Environment
from tf_conformance.install.limits import Limits
from tf_conformance.install.processor import Processor

PROCESSOR = Processor("x86_64", "a CPU", frozenset({"sse4_1", "sse4_2", "avx", "avx2"}))


def environment(*installed: Distribution, pip: bool = True, **facts: object) -> Environment:
    """An environment in which these distributions, and pip, are installed; all else is well unless ``facts`` differ."""
    ordinary = {
        "variables": {"KERAS_HOME": NOWHERE},
        "path": (),
        "standard": (),
        "python": "3.13.0",
        "processor": PROCESSOR,
        "limits": Limits(),
    }
    distributions = Distributions([*installed, *([distribution("pip", "26.0")] if pip else [])])
    return Environment(distributions=distributions, **{**ordinary, **facts})
