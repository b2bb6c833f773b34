"""A CPU that computes in TF32: exact statements hold if it can be switched off, and what is not announced is violated."""

from __future__ import annotations

import pytest
import tensorflow as tf

from tests.faults.fault import Fault
from tests.faults.precision.tf32 import announce_tf32, device_without_tf32_uses_it, switch_is_ignored

# What was violated on a GPU with TF32 when cases still ran in it.
COMPARED_WITH_NUMPY = [
    "dense.values",
    "conv.values",
    "sequential.from-list",
    "sequential.by-add",
    "fit.learns",
    "predict.results",
]
COMPARED_WITH_ITSELF = ["saved-model.load", "saved-model.load-folder"]
PRECISION = ["precision.tf32-default", "precision.tf32-products", "precision.tf32-switch"]
config = tf.config.experimental
pytestmark = pytest.mark.skipif(
    not hasattr(config, "enable_tensor_float_32_execution"), reason="TensorFlow before 2.4 has no switch for TF32"
)


def announced(put):
    """A device computes in TF32 unless it is switched off, and says that it has it."""
    announce_tf32(put)
    device_without_tf32_uses_it(put)


@pytest.fixture
def proof(prover, tmp_path):
    """The proof of a statement while devices compute in TF32."""
    return lambda statement, put: prover.prove(Fault(statement, put), tmp_path)


@pytest.mark.parametrize("statement", [*COMPARED_WITH_NUMPY, *COMPARED_WITH_ITSELF, *PRECISION])
def test_right_device_with_tf32(proof, statement):
    """On a device that says that it has TF32 and that can do without, everything holds."""
    seen = proof(statement, announced)
    assert seen.cases
    assert (seen.violation, seen.errors) == ("", [])


@pytest.mark.parametrize("statement", ["precision.tf32-default", "precision.tf32-switch"])
def test_tf32_is_not_announced(proof, statement):
    """On a device that has TF32 and does not say so, only what it does by default is violated."""
    seen = proof(statement, device_without_tf32_uses_it)
    assert bool(seen.violation) == (statement == "precision.tf32-default")


@pytest.mark.parametrize("statement", [*COMPARED_WITH_NUMPY, "precision.tf32-switch"])
def test_tf32_cannot_be_switched_off(proof, statement):
    """On a device that computes in TF32 whatever it is told, exact statements are violated, and so is the switch.

    Two computations that round alike do not show it.
    """
    assert proof(statement, switch_is_ignored).violation


@pytest.mark.parametrize("allowed", [True, False])
def test_setting_is_restored(proof, allowed):
    """After the run, TF32 is allowed or not as it was before."""
    try:
        config.enable_tensor_float_32_execution(allowed)
        assert proof("dense.values", lambda put: None).cases
        assert config.tensor_float_32_execution_enabled() == allowed
    finally:
        config.enable_tensor_float_32_execution(True)
