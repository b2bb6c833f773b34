"""Faults of determinism: they act in the process of its own in which it is checked."""

from __future__ import annotations

from tests.faults.fault import fault
from tests.faults.shared import at_the_start


@fault("determinism.training", when="tensorflow>=2.8")
def determinism_stays_off(put):
    """enable_op_determinism does nothing."""
    at_the_start(put, "import tensorflow as tf; tf.config.experimental.enable_op_determinism = lambda: None")


@fault("determinism.training")
def gradients_vary(put):
    """A training differs each time in the last places, as if threads decided the order of sums."""
    at_the_start(
        put,
        """
        import itertools
        import tensorflow as tf
        right, calls = tf.nn.relu, itertools.count()
        tf.nn.relu = lambda features: right(features) * (1 + next(calls) * 2**-20)
        """,
    )
