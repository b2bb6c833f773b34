"""Week 3, Callbacks.

Subject: callbacks.
"""

import inspect

import numpy as np
import pytest
import tensorflow as tf

from spec.models import batches, compiled, linear
from tf_conformance import changed, defect, holds, misstated, near, refused

Callback = tf.keras.callbacks.Callback

HOOKS = [
    f"on_{what}_{when}"
    for what in ("train", "epoch", "train_batch", "test", "test_batch", "predict", "predict_batch")
    for when in ("begin", "end")
]


class Recorder(Callback):
    """Records each hook that is called: its name, its number if it has one, and its logs."""

    def __init__(self, calls=None, name=""):
        super().__init__()
        self.calls = [] if calls is None else calls
        self.name = name


def recording(hook):
    """A method for this hook that records its call."""
    if hook.endswith(("train_begin", "train_end", "test_begin", "test_end", "predict_begin", "predict_end")):
        return lambda self, logs=None: self.calls.append((self.name + hook, copied(logs)))
    return lambda self, number, logs=None: self.calls.append((self.name + hook, number, copied(logs)))


def copied(logs):
    """A copy of these logs, which may be None."""
    return None if logs is None else dict(logs)


for _hook in HOOKS:
    setattr(Recorder, _hook, recording(_hook))


def new_model():
    """A model with one weight, 1, that training leaves unchanged, compiled with a metric."""
    return compiled(linear([[1.0]]), optimizer=tf.keras.optimizers.SGD(0.0), loss="mse", metrics=["mae"])


@pytest.fixture
def model():
    """Such a model, for one case."""
    return new_model()


ONES = np.ones((4, 1), np.float32)
ZEROS = np.zeros((4, 1), np.float32)
TWO_BATCHES = {"x": batches(ONES, ZEROS, 2).repeat(), "steps_per_epoch": 2}


def without_logs(calls):
    """The name of each hook, with its number if it has one."""
    return [" ".join(map(str, call[:-1])) for call in calls]


FIRST_BATCH = ["on_train_batch_begin 0", "on_train_batch_end 0"]
SECOND_BATCH = ["on_train_batch_begin 1", "on_train_batch_end 1"]
BATCHES_OF_TEST = [
    "on_test_begin",
    "on_test_batch_begin 0",
    "on_test_batch_end 0",
    "on_test_batch_begin 1",
    "on_test_batch_end 1",
    "on_test_end",
]


@holds("callbacks.subclass")
def test_hooks_of_fit(model):
    """fit calls the hooks of a Callback subclass before and after training, each epoch, each batch and validation."""
    recorder = Recorder()
    model.fit(ONES, ZEROS, batch_size=2, epochs=2, validation_data=(ONES, ZEROS), callbacks=[recorder], verbose=0)
    assert without_logs(recorder.calls) == [
        "on_train_begin",
        *[
            hook
            for epoch in "01"
            for hook in [
                f"on_epoch_begin {epoch}",
                *FIRST_BATCH,
                *SECOND_BATCH,
                *BATCHES_OF_TEST,
                f"on_epoch_end {epoch}",
            ]
        ],
        "on_train_end",
    ]


@holds("callbacks.subclass")
def test_hooks_of_evaluate(model):
    """evaluate calls the test hooks of a Callback subclass."""
    recorder = Recorder()
    model.evaluate(ONES, ZEROS, batch_size=2, callbacks=[recorder], verbose=0)
    assert without_logs(recorder.calls) == BATCHES_OF_TEST


@holds("callbacks.subclass")
def test_hooks_of_predict(model):
    """predict calls the predict hooks of a Callback subclass."""
    recorder = Recorder()
    model.predict(ONES, batch_size=2, callbacks=[recorder], verbose=0)
    assert without_logs(recorder.calls) == [hook.replace("test", "predict") for hook in BATCHES_OF_TEST]


@holds("callbacks.subclass")
def test_callbacks_are_called_in_order(model):
    """At each hook, several callbacks are called in the order of the list."""
    calls = []
    model.fit(ONES, ZEROS, callbacks=[Recorder(calls, "first."), Recorder(calls, "second.")], verbose=0)
    names = [call[0] for call in calls]
    hooks = [
        "on_train_begin",
        "on_epoch_begin",
        "on_train_batch_begin",
        "on_train_batch_end",
        "on_epoch_end",
        "on_train_end",
    ]
    assert names == [order + hook for hook in hooks for order in ("first.", "second.")]


@holds("callbacks.subclass")
def test_model_and_params(model):
    """A callback finds the model in self.model, and epochs, steps and verbose in self.params."""
    recorder = Recorder()
    model.fit(ONES, ZEROS, batch_size=2, epochs=3, callbacks=[recorder], verbose=0)
    assert recorder.model is model
    assert {name: recorder.params[name] for name in ("epochs", "steps", "verbose")} == {
        "epochs": 3,
        "steps": 2,
        "verbose": 0,
    }


@holds("callbacks.subclass")
def test_notes_callback(model):
    """The notes' callback, with its second method renamed on_train_batch_begin, runs at the start of training and of each batch."""
    seen = []

    class MyCallback(Callback):
        def on_train_begin(self, logs=None):
            seen.append("training")

        def on_train_batch_begin(self, batch, logs=None):
            seen.append(batch)

    model.fit(**TWO_BATCHES, epochs=2, callbacks=[MyCallback()], verbose=0)
    assert seen == ["training", 0, 1, 0, 1]


@holds("callbacks.subclass")
def test_stop_training(model):
    """Setting model.stop_training = True at the end of an epoch ends training after that epoch."""

    class Stop(Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = epoch == 1

    assert model.fit(**TWO_BATCHES, epochs=5, callbacks=[Stop()], verbose=0).epoch == [0, 1]


class StopInBatch(Callback):
    """Stops training at the end of each batch."""

    def on_train_batch_end(self, batch, logs=None):
        """Asks for the end."""
        self.model.stop_training = True


@pytest.fixture
def hooks_until_the_stop(model):
    """The hooks between those of the first epoch's beginning and the training's end, if the first of 2 batches stops training."""
    recorder = Recorder()
    callbacks = [StopInBatch(), recorder]
    model.fit(ONES, ZEROS, batch_size=2, epochs=3, validation_data=(ONES, ZEROS), callbacks=callbacks, verbose=0)
    hooks = without_logs(recorder.calls)
    assert (hooks[:2], hooks[-1]) == (["on_train_begin", "on_epoch_begin 0"], "on_train_end")
    return hooks[2:-1]


@holds("callbacks.stop-in-batch", when="tensorflow<2.2")
def test_stop_in_a_batch_ends_training_at_once(hooks_until_the_stop):
    """Setting model.stop_training = True at the end of a batch ends training at once, without the remaining batches and validation."""
    assert hooks_until_the_stop == [*FIRST_BATCH, "on_epoch_end 0"]


@changed(
    "callbacks.stop-in-batch",
    when="tensorflow>=2.2 and tensorflow<2.4",
    instead="nothing: expect the rest of the epoch",
    impact="silent",
    traces=[
        "class $CLASS(tf.keras.callbacks.Callback):\n    def on_train_batch_end(self, $BATCH, $LOGS):\n"
        "        $SELF.model.stop_training = True",
        "class $CLASS(tf.keras.callbacks.Callback):\n    def on_batch_end(self, $BATCH, $LOGS):\n"
        "        $SELF.model.stop_training = True",
    ],
)
def test_stop_in_a_batch_ends_training_after_the_epoch(hooks_until_the_stop):
    """Setting model.stop_training = True at the end of a batch ends training after that epoch, with all its batches and validation."""
    assert hooks_until_the_stop == [*FIRST_BATCH, *SECOND_BATCH, *BATCHES_OF_TEST, "on_epoch_end 0"]


@changed(
    "callbacks.stop-in-batch",
    when="tensorflow>=2.4",
    instead="nothing: expect a validation",
    impact="silent",
    traces=[
        "class $CLASS(tf.keras.callbacks.Callback):\n    def on_train_batch_end(self, $BATCH, $LOGS):\n"
        "        $SELF.model.stop_training = True",
        "class $CLASS(tf.keras.callbacks.Callback):\n    def on_batch_end(self, $BATCH, $LOGS):\n"
        "        $SELF.model.stop_training = True",
    ],
)
def test_stop_in_a_batch_ends_training_with_validation(hooks_until_the_stop):
    """Setting model.stop_training = True at the end of a batch ends training after validation, without the epoch's remaining batches."""
    assert hooks_until_the_stop == [*FIRST_BATCH, *BATCHES_OF_TEST, "on_epoch_end 0"]


@misstated(
    "callbacks.batch-hook-name",
    instead="on_train_batch_begin(self, batch, logs=None)",
    impact="silent",
    traces=["class $CLASS(tf.keras.callbacks.Callback):\n    def on_train_begin(self, $BATCH, $LOGS): ..."],
)
def test_train_begin_gets_no_batch(model):
    """The hook at the start of a batch is on_train_batch_begin; on_train_begin gets no batch, only logs."""

    class Notes(Callback):
        def on_train_begin(self, batch, logs=None):
            self.arguments = (batch, logs)
            self.batches = []

        def on_train_batch_begin(self, batch, logs=None):
            self.batches.append(batch)

    notes = Notes()
    model.fit(**TWO_BATCHES, callbacks=[notes], verbose=0)
    assert notes.arguments in [({}, None), (None, None)]
    assert notes.batches == [0, 1]


@misstated("callbacks.batch-hook-name", instead="on_train_batch_begin(self, batch, logs=None)", impact="silent")
def test_aliases_of_the_batch_hooks(model):
    """on_batch_begin and on_batch_end are aliases of the hooks of a training batch."""
    seen = []

    class Short(Callback):
        def on_batch_begin(self, batch, logs=None):
            seen.append(("begin", batch))

        def on_batch_end(self, batch, logs=None):
            seen.append(("end", batch, sorted(set(logs) & {"loss", "mae"})))

    model.fit(**TWO_BATCHES, callbacks=[Short()], verbose=0)
    assert seen == [("begin", 0), ("end", 0, ["loss", "mae"]), ("begin", 1), ("end", 1, ["loss", "mae"])]


# Data of unknown length

UNKNOWN_LENGTH = {"x": batches(ONES, ZEROS, 2).filter(lambda x, y: True)}


@pytest.fixture
def batches_begun(model):
    """The numbers that on_train_batch_begin gets in two epochs of fit."""

    def fit(**data):
        recorder = Recorder()
        model.fit(**data, epochs=2, callbacks=[recorder], verbose=0)
        return [call[1] for call in recorder.calls if call[0] == "on_train_batch_begin"]

    return fit


@defect(
    "callbacks.unknown-length",
    when="tensorflow<2.1 or keras>=3",
    instead="fit(data.repeat(), steps_per_epoch=batches)",
    impact="silent",
    traces="none: it depends on the data",
)
def test_each_epoch_begins_a_batch_too_many(batches_begun):
    """For a dataset of unknown length, each epoch calls on_train_batch_begin one more time than it has batches."""
    assert batches_begun(**UNKNOWN_LENGTH) == [0, 1, 2, 0, 1, 2]
    assert batches_begun(**TWO_BATCHES) == [0, 1, 0, 1]


@defect(
    "callbacks.unknown-length",
    when="tensorflow>=2.1 and keras<3",
    instead="fit(data.repeat(), steps_per_epoch=batches)",
    impact="silent",
    traces="none: it depends on the data",
)
def test_the_first_epoch_begins_a_batch_too_many(batches_begun):
    """For a dataset of unknown length, the first epoch calls on_train_batch_begin one more time than it has batches."""
    assert batches_begun(**UNKNOWN_LENGTH) == [0, 1, 2, 0, 1]
    assert batches_begun(**TWO_BATCHES) == [0, 1, 0, 1]


# Several steps per execution


def batch_hooks_of_executions(samples):
    """The batch hooks that fit calls for so many batches, with 2 steps per execution: b and the number at the begin, e at the end."""
    recorder = Recorder()
    model = compiled(linear([[1.0]]), optimizer="sgd", loss="mse", steps_per_execution=2)
    model.fit(batches(ONES[:samples], ZEROS[:samples], 1), callbacks=[recorder], verbose=0)
    return [f"{hook[15]}{number}" for hook, number, *_ in recorder.calls if hook.startswith("on_train_batch")]


@holds("callbacks.steps-per-execution", when="tensorflow<2.4")
def test_no_steps_per_execution():
    """compile has no argument steps_per_execution."""
    assert "steps_per_execution" not in inspect.signature(tf.keras.Model.compile).parameters


@changed(
    "callbacks.steps-per-execution",
    when="tensorflow>=2.4 and keras<3",
    instead="nothing: expect one call for several batches",
    impact="looks",
    traces="none: code for older versions has no such argument",
)
def test_hooks_of_executions():
    """With steps_per_execution=2, batch hooks are called for every second batch; on_train_batch_end gets the number of the last one."""
    assert batch_hooks_of_executions(samples=4) == ["b0", "e1", "b2", "e3"]
    assert batch_hooks_of_executions(samples=3) == ["b0", "e1", "b2", "e2"]


@defect(
    "callbacks.steps-per-execution",
    when="keras>=3 and keras<3.11",
    instead="batch + steps_per_execution - 1, for the number of the last batch",
    impact="silent",
    reported="keras-team/keras#20861",
    traces="none: it depends on what a callback does with the number",
)
def test_executions_end_with_their_first_batch():
    """With steps_per_execution=2, on_train_batch_end gets the number of the first batch of each execution instead of the last."""
    hooks = batch_hooks_of_executions(samples=4)
    assert hooks == ["b0", "e0", "b2", "e2"]
    assert [int(hook[1:]) + 2 - 1 for hook in hooks[1::2]] == [1, 3]


@defect(
    "callbacks.steps-per-execution",
    when="keras>=3.11",
    instead="min(batch, batches - 1), for the number of the last batch",
    impact="silent",
    traces="none: it depends on what a callback does with the number",
)
def test_last_execution_ends_with_a_batch_too_many():
    """With steps_per_execution=2 and 3 batches, the last on_train_batch_end gets 3, as if there were a fourth batch."""
    assert batch_hooks_of_executions(samples=4) == ["b0", "e1", "b2", "e3"]
    hooks = batch_hooks_of_executions(samples=3)
    assert hooks == ["b0", "e1", "b2", "e3"]
    assert [min(int(hook[1:]), 3 - 1) for hook in hooks[1::2]] == [1, 2]


# The contents of logs


@pytest.fixture(scope="module")
def last_calls():
    """Each hook's last call during a fit of one epoch with validation."""
    recorder = Recorder()
    new_model().fit(ONES, ZEROS, batch_size=2, validation_data=(2 * ONES, ZEROS), callbacks=[recorder], verbose=0)
    return {call[0]: call for call in recorder.calls}


@pytest.fixture(scope="module")
def logs(last_calls):
    """The logs of these calls."""
    return {hook: call[-1] for hook, call in last_calls.items()}


@holds("callbacks.logs")
def test_logs_of_an_epoch(logs):
    """Logs are empty at the start of an epoch; at its end, they hold the loss and metrics of training and, with val_, of validation."""
    assert {name: float(value) for name, value in logs["on_epoch_end"].items()} == {
        "loss": 1.0,
        "mae": 1.0,
        "val_loss": 4.0,
        "val_mae": 2.0,
    }
    assert logs["on_epoch_begin"] == {}


@pytest.fixture
def logs_of_every_hook(logs, model):
    """The logs of these calls, and of those during predict."""
    recorder = Recorder()
    model.predict(ONES, callbacks=[recorder], verbose=0)
    return {**logs, **{call[0]: call[-1] for call in recorder.calls}}


@holds("callbacks.logs-type", when="tensorflow<2.2")
def test_logs_may_be_none(logs_of_every_hook):
    """Logs are None at the beginning and at the end of training, of validation and of predict; in other hooks, they are a dictionary."""
    without = {hook for hook, logs in logs_of_every_hook.items() if logs is None}
    assert without == {f"on_{what}_{when}" for what in ("train", "test", "predict") for when in ("begin", "end")}


@changed(
    "callbacks.logs-type",
    when="tensorflow>=2.2",
    instead="nothing: logs is a dictionary in every hook",
    impact="looks",
    traces="none: code for older versions expects None as well",
)
def test_logs_are_dictionaries(logs_of_every_hook):
    """In every hook, logs are a dictionary, not None, whose losses and metrics are of Python's type float."""
    assert {hook: type(logs) for hook, logs in logs_of_every_hook.items()} == dict.fromkeys(HOOKS, dict)
    numbers = [logs[name] for logs in logs_of_every_hook.values() for name in logs if name != "outputs"]
    assert {type(number) for number in numbers} == {float}


@holds("callbacks.logs")
def test_logs_of_a_batch(logs):
    """At the end of a training or test batch, logs hold the loss and the metrics."""
    for hook, loss, mae in [("on_train_batch_end", 1.0, 1.0), ("on_test_batch_end", 4.0, 2.0)]:
        assert (float(logs[hook]["loss"]), float(logs[hook]["mae"])) == (loss, mae)


@pytest.fixture
def logs_of_batches(model):
    """The loss and the metric in the logs of each batch, of training and of validation, when they are 1, 4, 16 and 1, 2, 4."""
    recorder = Recorder()
    data = batches(np.array([[1.0], [2.0], [4.0]], np.float32), ZEROS[:3], 1)
    model.fit(data, validation_data=data, callbacks=[recorder], verbose=0)
    return {
        hook: [[float(call[-1][name]) for call in recorder.calls if call[0] == hook] for name in ("loss", "mae")]
        for hook in ("on_train_batch_end", "on_test_batch_end")
    }


RUNNING_MAE = [1.0, (1 + 2) / 2, (1 + 2 + 4) / 3]


@holds("callbacks.batch-loss", when="tensorflow<2.2")
def test_loss_in_logs_is_that_of_the_batch(logs_of_batches):
    """The loss in a batch's logs is that of the batch alone, while a metric is its mean over the epoch so far."""
    for losses, metrics in logs_of_batches.values():
        assert losses == near([1.0, 4.0, 16.0])
        assert metrics == near(RUNNING_MAE)


@changed(
    "callbacks.batch-loss",
    when="tensorflow>=2.2",
    instead="(batch + 1) * loss - batch * loss_before, for batches of one size",
    impact="silent",
    traces=[
        "class $CLASS(tf.keras.callbacks.Callback):\n    def on_train_batch_end(self, $BATCH, $LOGS):\n"
        "        $ONE_OF($LOGS['loss'], $LOGS.get('loss'))\n        not $MEAN * ($BATCH + 1)",
        "class $CLASS(tf.keras.callbacks.Callback):\n    def on_batch_end(self, $BATCH, $LOGS):\n"
        "        $ONE_OF($LOGS['loss'], $LOGS.get('loss'))\n        not $MEAN * ($BATCH + 1)",
    ],
)
def test_loss_in_logs_is_a_running_mean(logs_of_batches):
    """The loss in a batch's logs is its mean over the epoch so far, like a metric."""
    for losses, metrics in logs_of_batches.values():
        assert losses == near([1.0, (1 + 4) / 2, (1 + 4 + 16) / 3])
        assert metrics == near(RUNNING_MAE)
        of_batches = [
            (batch + 1) * loss - batch * loss_before
            for batch, (loss_before, loss) in enumerate(zip([0.0, *losses], losses))
        ]
        assert of_batches == near([1.0, 4.0, 16.0])


@holds("callbacks.batch-logs", when="tensorflow<2.2")
def test_batch_logs_hold_number_and_size(logs):
    """The logs of a training batch also hold its number and size."""
    assert logs["on_train_batch_begin"] == {"batch": 1, "size": 2}
    assert (logs["on_train_batch_end"]["batch"], logs["on_train_batch_end"]["size"]) == (1, 2)


@changed(
    "callbacks.batch-logs",
    when="tensorflow>=2.2",
    instead="batch, the hook's first argument, and min(batch_size, samples - batch * batch_size)",
    impact="error",
    traces=[
        "class $CLASS(tf.keras.callbacks.Callback):\n    def on_train_batch_begin(self, $BATCH, $LOGS):\n"
        "        $ONE_OF($LOGS['size'], $LOGS.get('size'))",
        "class $CLASS(tf.keras.callbacks.Callback):\n    def on_train_batch_end(self, $BATCH, $LOGS):\n"
        "        $ONE_OF($LOGS['size'], $LOGS.get('size'))",
        "class $CLASS(tf.keras.callbacks.Callback):\n    def on_batch_begin(self, $BATCH, $LOGS):\n"
        "        $ONE_OF($LOGS['size'], $LOGS.get('size'))",
        "class $CLASS(tf.keras.callbacks.Callback):\n    def on_batch_end(self, $BATCH, $LOGS):\n"
        "        $ONE_OF($LOGS['size'], $LOGS.get('size'))",
    ],
)
def test_batch_logs_hold_no_number_or_size(last_calls, logs):
    """Logs are empty at the start of a training batch, and hold only the loss and the metrics at its end."""
    assert (logs["on_train_batch_begin"], logs["on_test_batch_begin"]) == ({}, {})
    assert set(logs["on_train_batch_end"]) == set(logs["on_test_batch_end"]) == {"loss", "mae"}
    for hook in ("on_train_batch_begin", "on_train_batch_end"):
        batch = last_calls[hook][1]
        assert (batch, min(2, len(ONES) - batch * 2)) == (1, 2)


@holds("callbacks.train-end-logs", when="tensorflow<2.3")
def test_train_end_logs_are_empty(logs):
    """At the end of training and of validation, logs are empty."""
    assert not logs["on_train_end"]
    assert not logs["on_test_end"]


@changed(
    "callbacks.train-end-logs",
    when="tensorflow>=2.3",
    instead="logs[name], which is now there",
    impact="looks",
    traces="none: code for older versions does not read logs that are empty",
)
def test_train_end_logs_are_those_of_the_last_epoch(logs):
    """At the end of training, logs are those of the last epoch; at the end of validation, they hold its loss and metrics."""
    assert logs["on_train_end"] == logs["on_epoch_end"]
    assert {name: float(value) for name, value in logs["on_test_end"].items()} == {"loss": 4.0, "mae": 2.0}


@holds("callbacks.prediction-logs")
def test_logs_of_a_prediction(model):
    """At the end of a predict batch, logs hold the outputs."""
    recorder = Recorder()
    model.predict(3 * ONES, callbacks=[recorder], verbose=0)
    outputs = {call[0]: call[-1] for call in recorder.calls}["on_predict_batch_end"]["outputs"]
    assert np.reshape(np.asarray(outputs), (4, 1)) == near(3 * ONES)


# What callbacks of Keras 2 do to the model and to themselves


def rate_after(model, on_epoch_begin):
    """The learning rate after an epoch that begins with this function of the model."""

    class Setter(Callback):
        def on_epoch_begin(self, epoch, logs=None):
            on_epoch_begin(self.model)

    model.fit(batches(ONES, ZEROS), callbacks=[Setter()], verbose=0)
    return float(model.optimizer.learning_rate.numpy())


def set_lr(model):
    """Sets the learning rate in the way of callbacks that were written for Keras 2."""
    model.optimizer.lr = 0.5


def set_learning_rate(model):
    """Sets the learning rate."""
    model.optimizer.learning_rate = 0.5


@holds("callbacks.set-lr", when="keras<3")
def test_lr_can_be_set(model):
    """self.model.optimizer.lr = 0.5 in a callback sets the learning rate."""
    assert rate_after(model, set_lr) == 0.5


@changed(
    "callbacks.set-lr",
    when="keras>=3",
    instead="self.model.optimizer.learning_rate = 0.5",
    impact="silent",
    traces=["$X.optimizer.lr = $VALUE", "$OPTIMIZER.lr = $VALUE"],
)
def test_lr_is_an_attribute_like_any(model):
    """self.model.optimizer.lr = 0.5 in a callback leaves the learning rate unchanged, without an error."""
    assert rate_after(model, set_lr) == 0.0
    assert rate_after(model, set_learning_rate) == 0.5


def rate_of_schedule(model, convert):
    """The learning rate after an epoch whose schedule halves 1.0, in tensors, and returns what ``convert`` makes of it."""
    model.optimizer.learning_rate = 1.0
    schedule = tf.keras.callbacks.LearningRateScheduler(lambda epoch, rate: convert(tf.multiply(rate, 0.5)))
    model.fit(batches(ONES, ZEROS), callbacks=[schedule], verbose=0)
    return float(model.optimizer.learning_rate.numpy())


@holds("callbacks.schedule-tensor", when="tensorflow<2.1")
def test_schedule_returns_a_number(model):
    """LearningRateScheduler raises a ValueError if its function returns a tensor: it must be a float."""
    with refused(ValueError, naming="float"):
        rate_of_schedule(model, tf.convert_to_tensor)
    assert rate_of_schedule(model, float) == 0.5


@changed(
    "callbacks.schedule-tensor",
    when="tensorflow>=2.1 and keras<3",
    instead="nothing: a tensor will do",
    impact="looks",
    traces="none: what older versions accept has the same effect",
)
def test_schedule_returns_a_tensor(model):
    """The function of LearningRateScheduler may return a tensor, such as lr * tf.math.exp(-0.1)."""
    assert rate_of_schedule(model, tf.convert_to_tensor) == 0.5


@changed(
    "callbacks.schedule-tensor",
    when="keras>=3",
    instead="float(lr * tf.math.exp(-0.1))",
    impact="error",
    traces="none: it depends on what the function returns",
)
def test_schedule_must_return_a_number(model):
    """LearningRateScheduler raises a ValueError if its function returns a tensor, such as lr * tf.math.exp(-0.1)."""
    with refused(ValueError, naming="float"):
        rate_of_schedule(model, tf.convert_to_tensor)
    assert rate_of_schedule(model, float) == 0.5


@holds("callbacks.set-model", when="keras<3")
def test_model_can_be_assigned(model):
    """The model of a callback can be assigned: callback.model = model."""
    callback = Callback()
    callback.model = model
    assert callback.model is model


@changed(
    "callbacks.set-model",
    when="keras>=3",
    instead="callback.set_model(model)",
    impact="error",
    traces=["$CALLBACK.model = $VALUE"],
)
def test_model_cannot_be_assigned(model):
    """callback.model = model raises an AttributeError; set_model sets the model."""
    callback = Callback()
    with refused(AttributeError):
        callback.model = model
    callback.set_model(model)
    assert callback.model is model


@holds("callbacks.validation-data", when="keras<3.5")
def test_validation_data_is_none(model):
    """A callback has an attribute validation_data, which is None even if fit is given validation data."""
    callback = Callback()
    data = batches(ONES, ZEROS)
    model.fit(data, validation_data=data, callbacks=[callback], verbose=0)
    assert callback.validation_data is None


@changed(
    "callbacks.validation-data",
    when="keras>=3.5",
    instead="pass the data to the callback's own __init__",
    impact="error",
    traces=[
        "not '$CALLBACK.validation_data = $DATA'; $CALLBACK.validation_data; not '$CALLBACK.validation_data = $DATA'"
    ],
)
def test_validation_data_is_gone():
    """A callback has no attribute validation_data."""

    class Own(Callback):
        def __init__(self, data):
            super().__init__()
            self.data = data

    with refused(AttributeError, naming="validation_data"):
        Own(ONES).validation_data  # noqa: B018
    assert Own(ONES).data is ONES
