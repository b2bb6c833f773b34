"""Faults of what is new: sessions of TensorFlow 1."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault

v1 = tf.compat.v1


@fault("graph.tf1-session")
def session_initialises_before_each_run(put):
    """A session initialises every variable before it runs anything."""

    def run(right, session, *args, **kwargs):
        right(session, v1.global_variables_initializer())
        return right(session, *args, **kwargs)

    put.around(v1.Session, "run", run)


@fault("graph.tf1-session")
def session_returns_nothing(put):
    """A session computes what it is asked for and returns zeros."""
    put.result(v1.Session, "run", lambda value: None if value is None else value * 0)
