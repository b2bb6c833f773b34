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


def calls_in_fit(*names):
    """Fits a model on two batches with a LambdaCallback that has a function under each of these keywords.

    Returns one tuple per call, in order: the keyword, the epoch or batch if the function takes one, and ["loss"] if the
    logs have a loss, else [].
    """
    calls = []

    def with_number(name):
        return lambda number, logs: calls.append((name, number, sorted(set(logs or ()) & {"loss"})))

    def with_logs(name):
        return lambda logs: calls.append((name, sorted(set(logs or ()) & {"loss"})))

    functions = {
        name: (with_logs if name.startswith("on_train_") and "batch" not in name else with_number)(name)
        for name in names
    }
    model = compiled(linear([[1.0]]), optimizer="sgd", loss="mse")
    model.fit(ONES, ONES, batch_size=2, callbacks=[LambdaCallback(**functions)], verbose=0)
    return calls


@holds("lambda-callback.arguments")
def test_epoch_functions_take_epoch_and_logs():
    """LambdaCallback calls on_epoch_begin and on_epoch_end with the epoch and the logs."""
    calls = calls_in_fit("on_epoch_begin", "on_epoch_end")
    assert calls == [("on_epoch_begin", 0, []), ("on_epoch_end", 0, ["loss"])]


@holds("lambda-callback.arguments")
def test_train_functions_take_logs():
    """LambdaCallback calls on_train_begin and on_train_end with the logs alone."""
    calls = calls_in_fit("on_train_begin", "on_train_end")
    assert [call[0] for call in calls] == ["on_train_begin", "on_train_end"]


@holds("lambda-callback.arguments")
def test_functions_are_optional():
    """Every function is optional."""
    assert calls_in_fit() == []


BATCHES = [(0, "begin", []), (0, "end", ["loss"]), (1, "begin", []), (1, "end", ["loss"])]


@holds("lambda-callback.batch-arguments")
@pytest.mark.parametrize("name", ["on_batch_", "on_train_batch_"])
def test_batch_functions_take_batch_and_logs(name):
    """LambdaCallback calls on_batch_begin, on_batch_end, on_train_batch_begin and on_train_batch_end with the batch and the logs."""
    calls = calls_in_fit(name + "begin", name + "end")
    assert calls == [(name + when, batch, logs) for batch, when, logs in BATCHES]


@holds("lambda-callback.unknown-name")
@pytest.mark.parametrize("name", ["on_epoch_ende", "anything"])
def test_unknown_name_is_accepted(name):
    """LambdaCallback accepts a function under any other keyword and never calls it: a misspelled name goes unnoticed."""
    assert calls_in_fit(name) == []
