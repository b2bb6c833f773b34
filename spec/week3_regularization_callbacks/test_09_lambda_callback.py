"""Week 3, Lambda callbacks.

Subject: callbacks.
"""

import inspect

import numpy as np
import pytest
import tensorflow as tf

from spec.models import batches, compiled, linear
from tf_conformance import changed, holds, refused

LambdaCallback = tf.keras.callbacks.LambdaCallback
DATA = batches(np.ones((4, 1), np.float32), np.ones((4, 1), np.float32), 2)
TWO_BATCHES = {"x": DATA.repeat(), "steps_per_epoch": 2}


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
    model.fit(**TWO_BATCHES, callbacks=[LambdaCallback(**functions)], verbose=0)
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
    """LambdaCallback accepts a function for a keyword that names no hook and never calls it, so a misspelled name goes unnoticed."""
    assert calls_in_fit(name) == []


@holds("lambda-callback.other-hooks")
def test_other_hooks_are_called():
    """LambdaCallback also calls functions for the hooks of evaluate and predict, such as on_test_begin."""
    calls = []
    model = compiled(linear([[1.0]]), optimizer="sgd", loss="mse")
    functions = {
        name: lambda logs=None, name=name: calls.append(name)
        for name in ("on_test_begin", "on_test_end", "on_predict_begin", "on_predict_end")
    }
    model.evaluate(DATA, callbacks=[LambdaCallback(**functions)], verbose=0)
    model.predict(DATA, callbacks=[LambdaCallback(**functions)], verbose=0)
    assert calls == ["on_test_begin", "on_test_end", "on_predict_begin", "on_predict_end"]


# How the functions are called


def calls_with_other_names(*hooks):
    """Fits a model with a LambdaCallback whose functions name their arguments b and l; returns the numbers of the calls."""
    calls = []
    functions = {hook: lambda b, l: calls.append(b) for hook in hooks}  # noqa: E741
    model = compiled(linear([[1.0]]), optimizer="sgd", loss="mse")
    model.fit(**TWO_BATCHES, callbacks=[LambdaCallback(**functions)], verbose=0)
    return calls


@holds("lambda-callback.argument-names", when="keras<3")
def test_name_logs_is_needed_by_short_names():
    """A function for on_batch_begin or on_batch_end must name its second argument logs; other functions may use any name."""
    assert calls_with_other_names("on_epoch_end") == [0]
    assert calls_with_other_names("on_train_batch_end") == [0, 1]
    for hook in ("on_batch_begin", "on_batch_end"):
        with refused(TypeError, naming="logs"):
            calls_with_other_names(hook)


@changed(
    "lambda-callback.argument-names",
    when="keras>=3",
    instead="lambda batch, logs: ...",
    impact="error",
    traces=[
        "tf.keras.callbacks.LambdaCallback(on_train_batch_begin=$NONE_OF($ABSENT, None, lambda $B, logs: ..., "
        "lambda self, $B, logs: ...))",
        "tf.keras.callbacks.LambdaCallback(on_train_batch_end=$NONE_OF($ABSENT, None, lambda $B, logs: ..., "
        "lambda self, $B, logs: ...))",
    ],
)
def test_name_logs_is_needed_by_batches():
    """A function for any hook of a batch must name its second argument logs; one for a hook of an epoch may use any name."""
    assert calls_with_other_names("on_epoch_end") == [0]
    for hook in ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end"):
        with refused(TypeError, naming="logs"):
            calls_with_other_names(hook)
    model = linear([[1.0]])
    for hook in ("on_predict_batch_begin", "on_predict_batch_end"):
        with refused(TypeError, naming="logs"):
            model.predict(DATA, callbacks=[LambdaCallback(**{hook: lambda b, l: None})], verbose=0)  # noqa: E741
    assert len(calls_in_fit("on_train_batch_end")) == 2


def first_names():
    """The names of the first arguments of LambdaCallback, as many as the notes list."""
    return list(inspect.signature(LambdaCallback.__init__).parameters)[1:7]


@holds("lambda-callback.order", when="keras<3")
def test_order_of_the_notes():
    """The arguments of LambdaCallback come in the notes' order: first those for epochs, then for batches, then for training."""
    assert first_names() == [f"on_{what}_{when}" for what in ("epoch", "batch", "train") for when in ("begin", "end")]


@changed(
    "lambda-callback.order",
    when="keras>=3",
    instead="keywords: on_batch_end=...",
    impact="error",
    traces=["tf.keras.callbacks.LambdaCallback($FIRST, $SECOND, $THIRD)"],
)
def test_order_without_short_names():
    """The arguments of LambdaCallback are not in the notes' order: first come those for epochs, then for training, then for batches."""
    names = [f"on_{what}_{when}" for what in ("epoch", "train", "train_batch") for when in ("begin", "end")]
    assert first_names() == names
    assert len(calls_in_fit("on_batch_end")) == 2
