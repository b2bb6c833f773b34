"""The operations of a training step, counted in its graph."""

from __future__ import annotations

import pytest
import tensorflow as tf

from benchmarks.operations import operations_of
from benchmarks.training import TRAININGS
from benchmarks.workload import Workload


@pytest.mark.parametrize(
    ("network", "operations"),
    [
        # 784x64 and 64x10 weights, two operations forward and four backward, in the first layer only two backward.
        ("dense", 6 * (784 * 64 + 64 * 10) - 2 * 784 * 64),
        # 3x3x3x16 weights at 30x30 positions, then 1600x64 and 64x10.
        ("cnn", 6 * (432 * 900 + 1600 * 64 + 64 * 10) - 2 * 432 * 900),
    ],
)
def test_networks(network, operations):
    """The operations of a step are those of its products, forward and backward, and in proportion to the batch."""
    for batch in (1, 16):
        training = TRAININGS["function"](Workload(network, batch), "CPU:0")
        assert operations_of(training.step, *training.batch) == batch * operations


@pytest.mark.parametrize(
    ("compute", "shapes", "operations"),
    [
        (tf.matmul, [(2, 3), (3, 5)], 2 * 2 * 3 * 5),
        (lambda a, b: tf.matmul(a, b, transpose_a=True), [(3, 2), (3, 5)], 2 * 2 * 3 * 5),
        (tf.matmul, [(7, 2, 3), (7, 3, 5)], 2 * 7 * 2 * 3 * 5),
        (lambda a, b: tf.einsum("bik,bkj->bij", a, b), [(7, 2, 3), (7, 3, 5)], 2 * 7 * 2 * 3 * 5),
        (lambda x, k: tf.nn.conv2d(x, k, 1, "VALID"), [(1, 8, 8, 2), (3, 3, 2, 5)], 2 * 6 * 6 * 5 * 3 * 3 * 2),
        (lambda x, k: tf.nn.conv3d(x, k, [1] * 5, "SAME"), [(1, 4, 4, 4, 2), (3, 3, 3, 2, 5)], 2 * 64 * 5 * 27 * 2),
        (lambda x, k: tf.nn.depthwise_conv2d(x, k, [1] * 4, "VALID"), [(1, 8, 8, 2), (3, 3, 2, 1)], 2 * 6 * 6 * 2 * 9),
    ],
)
def test_products(compute, shapes, operations):
    """Each kind of product counts two operations for each pair of numbers that it multiplies."""
    tensors = [tf.ones(shape) for shape in shapes]
    assert operations_of(lambda *given: tf.identity(compute(*given)), *tensors) == operations


def test_loops():
    """Of a graph with a loop, nobody knows how often it runs."""
    step = lambda x: tf.while_loop(lambda at: tf.reduce_sum(at) < 9, lambda at: [at + 1], [x])  # noqa: E731
    assert operations_of(step, tf.ones([2])) is None
