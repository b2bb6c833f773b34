"""The networks and their batches."""

from __future__ import annotations

import pytest

from benchmarks.networks import batch_of, new_model
from benchmarks.workload import Workload


@pytest.mark.parametrize(("network", "parameters"), [("cnn", 103562), ("dense", 50890)])
def test_parameters(network, parameters):
    """The networks are those of the notes."""
    assert new_model(Workload(network)).count_params() == parameters


def test_same_each_time():
    """All processes train with the same weights on the same batch."""
    workload = Workload("dense", 4)
    one, other = new_model(workload), new_model(workload)
    assert [weights.tolist() for weights in one.get_weights()] == [weights.tolist() for weights in other.get_weights()]
    (examples, labels), (same_examples, same_labels) = batch_of(one, workload), batch_of(other, workload)
    assert (examples.shape, examples.dtype.name, labels.shape) == ((4, 784), "float32", (4,))
    assert examples.tolist() == same_examples.tolist()
    assert labels.tolist() == same_labels.tolist()
