"""Faults of determinism: they act in the process of its own in which it is checked."""

from __future__ import annotations

import os
import textwrap

from tests.faults.fault import fault


def at_the_start(put, code):
    """Has every new process of Python run this first."""
    (put.folder / "sitecustomize.py").write_text(textwrap.dedent(code), encoding="utf-8")
    put.patch.setenv("PYTHONPATH", str(put.folder), prepend=os.pathsep)


@fault("determinism.training")
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
