"""The precision in which devices compute float32."""

from __future__ import annotations

import contextlib
import os
from types import SimpleNamespace

import pytest
import tensorflow as tf

from tf_conformance.statements.precision import BFLOAT16, FLOAT32, OVERRIDE, TF32, full_float32, kept_bits

config = tf.config.experimental


@pytest.fixture
def pretend_gpus(monkeypatch):
    """Has TensorFlow see GPUs with these details."""

    def pretend(*details):
        gpus = [SimpleNamespace(details=each) for each in details]
        monkeypatch.setattr(tf.config, "get_visible_devices", lambda kind: gpus)
        monkeypatch.setattr(config, "get_device_details", lambda gpu: gpu.details)

    return pretend


@pytest.mark.parametrize(
    ("details", "bits"),
    [
        ({"compute_capability": (6, 0)}, FLOAT32),
        ({"compute_capability": (7, 5)}, FLOAT32),
        ({"compute_capability": (8, 0)}, TF32),
        ({"compute_capability": (12, 0)}, TF32),
        ({"device_name": "AMD Instinct MI300X"}, TF32),
    ],
)
def test_gpus(pretend_gpus, details, bits):
    """A GPU may compute in TF32 unless its compute capability is below 8.0; one of another vendor does not have one."""
    pretend_gpus(details)
    assert kept_bits("GPU:0") == bits


def test_each_gpu_has_its_own(pretend_gpus):
    """The second GPU may be older than the first; logical devices beyond the last are parts of it."""
    pretend_gpus({"compute_capability": (8, 6)}, {"compute_capability": (6, 1)})
    assert [kept_bits(f"GPU:{number}") for number in range(3)] == [TF32, FLOAT32, FLOAT32]


def test_gpu_without_details(pretend_gpus, monkeypatch):
    """TensorFlow before 2.3 does not tell the compute capability."""
    pretend_gpus({})
    monkeypatch.delattr(config, "get_device_details")
    assert kept_bits("GPU:0") == TF32


def test_other_devices():
    """A CPU keeps every bit, and a TPU those of bfloat16."""
    assert (kept_bits("CPU:0"), kept_bits("TPU:1")) == (FLOAT32, BFLOAT16)


@pytest.mark.parametrize("allowed", [True, False])
def test_switch(allowed):
    """TF32 is off in the context and afterwards allowed as before, even after an error."""
    config.enable_tensor_float_32_execution(allowed)
    try:
        with contextlib.suppress(ZeroDivisionError), full_float32() as before:
            assert before == allowed
            assert not config.tensor_float_32_execution_enabled()
            raise ZeroDivisionError
        assert config.tensor_float_32_execution_enabled() == allowed
    finally:
        config.enable_tensor_float_32_execution(True)


@pytest.mark.parametrize("given", [None, "1"])
def test_libraries_are_told_where_there_is_no_switch(monkeypatch, given):
    """TensorFlow before 2.4 has no switch: NVIDIA's libraries are told, unless the user has told them something."""
    monkeypatch.delattr(config, "enable_tensor_float_32_execution")
    monkeypatch.delenv(OVERRIDE, raising=False)
    if given:
        monkeypatch.setenv(OVERRIDE, given)
    with full_float32():
        assert os.environ[OVERRIDE] == (given or "0")
    assert os.environ.get(OVERRIDE) == given
