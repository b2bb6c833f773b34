"""Week 3, Lambda callbacks.

Subject: callbacks.
"""

import numpy as np
import pytest
import tensorflow as tf

from spec.models import compiled, linear
from tf_conformance import holds

LambdaCallback = tf.keras.callbacks.LambdaCallback
ONES = np.ones((4, 1), np.float32)


def calls_in_fit(**functions):
    """What functions of two or one arguments see in a fit of two batches: their name, their number, the names in logs."""
    calls = []

    def with_number(name):
        return lambda number, logs: calls.append((name, number, sorted(set(logs or ()) & {"loss"})))

    def with_logs(name):
        return lambda logs: calls.append((name, sorted(set(logs or ()) & {"loss"})))

    made = {
        name: (with_logs if name.startswith("on_train_") and "batch" not in name else with_number)(name)
        for name in functions
    }
    model = compiled(linear([[1.0]]), optimizer="sgd", loss="mse")
    model.fit(ONES, ONES, batch_size=2, callbacks=[LambdaCallback(**made)], verbose=0)
    return calls


@holds("lambda-callback.arguments")
def test_epoch_functions_take_epoch_and_logs():
    """The functions of epochs are called with epoch and logs."""
    names = dict.fromkeys(["on_epoch_begin", "on_epoch_end"])
    assert calls_in_fit(**names) == [("on_epoch_begin", 0, []), ("on_epoch_end", 0, ["loss"])]


@holds("lambda-callback.arguments")
def test_train_functions_take_logs():
    """The functions of training are called with logs alone."""
    names = dict.fromkeys(["on_train_begin", "on_train_end"])
    assert [call[0] for call in calls_in_fit(**names)] == ["on_train_begin", "on_train_end"]


@holds("lambda-callback.arguments")
def test_no_function_is_needed():
    """All functions may be left out."""
    assert calls_in_fit() == []


BATCHES = [(0, "begin", []), (0, "end", ["loss"]), (1, "begin", []), (1, "end", ["loss"])]


@holds("lambda-callback.batch-arguments")
@pytest.mark.parametrize("name", ["on_batch_", "on_train_batch_"])
def test_batch_functions_take_batch_and_logs(name):
    """The functions of batches, on_batch_begin and on_batch_end or their longer names, are called with batch and logs."""
    names = dict.fromkeys([name + "begin", name + "end"])
    assert calls_in_fit(**names) == [(name + when, batch, logs) for batch, when, logs in BATCHES]


@holds("lambda-callback.unknown-name")
@pytest.mark.parametrize("name", ["on_epoch_ende", "anything"])
def test_unknown_name_is_accepted(name):
    """Any other keyword is taken and never called: a misspelt name goes unnoticed."""
    assert calls_in_fit(**{name: None}) == []
