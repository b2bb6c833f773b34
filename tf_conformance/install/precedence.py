"""Distributions that Python finds first, and others of the same name behind them on the path."""

from __future__ import annotations

import site

from tf_conformance.install.distribution import Distribution
from tf_conformance.install.environment import Environment
from tf_conformance.install.filesystem import is_same
from tf_conformance.install.path_variables import WITHOUT_USER_SITE, taking_off


def hidden_by(distribution: Distribution, environment: Environment) -> Distribution | None:
    """What Python would use instead: the next one of the name, or the next TensorFlow, in another folder and version."""
    tensorflows = environment.distributions.tensorflows
    same = environment.distributions.all([distribution.key])
    others = tensorflows if distribution in tensorflows else same
    return next((each for each in others if _is_another(each, distribution)), None)


def not_from_there(distribution: Distribution, environment: Environment) -> str:
    """How to have Python not use what a variable or the user site puts before the environment; empty if neither does."""
    place = distribution.locate()
    user_site = getattr(site, "USER_SITE", None)
    of_user = WITHOUT_USER_SITE if user_site and is_same(place, user_site) else ""
    return taking_off(place, "PYTHONPATH", environment.variables) or of_user


def _is_another(one: Distribution, other: Distribution) -> bool:
    return one.version != other.version and not is_same(one.locate(), other.locate())
