"""The networks, their batches and the operations of their steps."""

from __future__ import annotations

import pytest

from benchmarks.networks import batch_of, flops_of_step, new_model


@pytest.mark.parametrize(("network", "parameters"), [("cnn", 103562), ("dense", 50890)])
def test_parameters(network, parameters):
    """The networks are those of the notes."""
    assert new_model(network).count_params() == parameters


@pytest.mark.parametrize(
    ("network", "flops"),
    [
        # 784x64 and 64x10 weights, two operations forward and four backward, in the first layer only two backward.
        ("dense", 6 * (784 * 64 + 64 * 10) - 2 * 784 * 64),
        # 3x3x3x16 weights at 30x30 positions, then 1600x64 and 64x10.
        ("cnn", 6 * (432 * 900 + 1600 * 64 + 64 * 10) - 2 * 432 * 900),
    ],
)
def test_operations(network, flops):
    """The operations of a step are those of its products, forward and backward."""
    model = new_model(network)
    assert flops_of_step(model, 1) == flops
    assert flops_of_step(model, 16) == 16 * flops


def test_same_each_time():
    """All processes train with the same weights on the same batch."""
    one, other = new_model("dense"), new_model("dense")
    assert [weights.tolist() for weights in one.get_weights()] == [weights.tolist() for weights in other.get_weights()]
    (examples, labels), (same_examples, same_labels) = batch_of(one, 4), batch_of(other, 4)
    assert (examples.shape, examples.dtype.name, labels.shape) == ((4, 784), "float32", (4,))
    assert examples.tolist() == same_examples.tolist()
    assert labels.tolist() == same_labels.tolist()
