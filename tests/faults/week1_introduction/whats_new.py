"""Faults of TensorFlow 1 sessions."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault

v1 = tf.compat.v1


@fault("graph.tf1-session")
def session_initializes_before_each_run(put):
    """A session initializes every variable before each run."""

    def run(right, session, *args, **kwargs):
        right(session, v1.global_variables_initializer())
        return right(session, *args, **kwargs)

    put.around(v1.Session, "run", run)


@fault("graph.tf1-session")
def session_returns_zeros(put):
    """A session returns zeros, whatever it computes."""
    put.result(v1.Session, "run", lambda value: None if value is None else value * 0)
