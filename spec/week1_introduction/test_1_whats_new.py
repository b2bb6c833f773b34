"""Week 1, What is new in TensorFlow 2.

Subject: TensorFlow 2's API.
"""

import numpy as np
import pytest
import tensorflow as tf

from tf_conformance import holds, refused

v1 = tf.compat.v1


@pytest.fixture
def graph():
    """An empty TF1 graph, the default graph during the case."""
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.mark.smoke
@holds("graph.tf1-session")
def test_graph_runs_in_a_session(graph):
    """TF1 code still works: it creates and initializes variables, connects inputs to outputs in a graph, and runs it in a session."""
    x = v1.placeholder(tf.float32, [None, 2])
    w = v1.get_variable("w", initializer=[[1.0], [10.0]])
    y = tf.matmul(x, w) + 0.5
    with v1.Session(graph=graph) as session:
        session.run(v1.global_variables_initializer())
        assert session.run(y, {x: [[1, 2], [3, 4]]}).tolist() == [[21.5], [43.5]]


@pytest.mark.smoke
@holds("graph.tf1-session")
def test_building_a_graph_computes_nothing(graph):
    """Adding operations to a TF1 graph computes nothing: a variable changes only when the session runs the assignment."""
    w = v1.get_variable("w", initializer=1.0)
    more = v1.assign_add(w, 1.0)
    with v1.Session(graph=graph) as session:
        session.run(w.initializer)
        assert session.run(w) == 1.0
        session.run(more)
        assert session.run(w) == 2.0


@pytest.mark.smoke
@holds("graph.tf1-session")
def test_uninitialized_variable_is_an_error(graph):
    """Reading an uninitialized variable in a session raises a FailedPreconditionError that says so."""
    w = v1.get_variable("w", initializer=1.0)
    with v1.Session(graph=graph) as session, refused(tf.errors.FailedPreconditionError, naming="uninitialized"):
        session.run(w)


@pytest.mark.smoke
@holds("graph.tf1-session")
def test_placeholder_must_be_fed(graph):
    """Running an operation whose placeholder is not fed raises an InvalidArgumentError that names the placeholder."""
    x = v1.placeholder(tf.float32, [2], name="features")
    with v1.Session(graph=graph) as session:
        with refused(tf.errors.InvalidArgumentError, naming="features"):
            session.run(x * 2.0)
        assert session.run(x * 2.0, {x: np.array([1, 2])}).tolist() == [2.0, 4.0]
