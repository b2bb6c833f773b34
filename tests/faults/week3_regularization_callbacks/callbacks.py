"""Faults of callbacks."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import callback_list

callbacks = tf.keras.callbacks


@fault("callbacks.subclass")
def epochs_count_from_one(put):
    """Hooks count epochs from 1."""
    put.around(
        callback_list(), "on_epoch_begin", lambda right, everyone, epoch, logs=None: right(everyone, epoch + 1, logs)
    )


@fault("callbacks.subclass")
def last_callback_comes_first(put):
    """Callbacks are called in reverse order."""

    def on_train_begin(right, everyone, logs=None):
        everyone.callbacks.reverse()
        right(everyone, logs)

    put.around(callback_list(), "on_train_begin", on_train_begin)


@fault("callbacks.subclass")
def on_test_end_is_not_called(put):
    """on_test_end is not called."""
    put.around(callback_list(), "on_test_end", lambda right, everyone, logs=None: None)


@fault("callbacks.batch-hook-name")
def short_name_is_not_called(put):
    """on_batch_begin is no longer called."""
    put.around(callbacks.Callback, "on_train_batch_begin", lambda right, callback, batch, logs=None: None)


@fault("callbacks.logs")
def validation_is_left_out(put):
    """The logs of an epoch leave out the results of validation."""

    def on_epoch_end(right, everyone, epoch, logs=None):
        right(everyone, epoch, {name: value for name, value in logs.items() if not name.startswith("val_")})

    put.around(callback_list(), "on_epoch_end", on_epoch_end)


@fault("callbacks.batch-logs", when="tensorflow>=2.2")
def batch_logs_have_numbers(put):
    """The logs of a batch hold its number and size again."""

    def on_train_batch_begin(right, everyone, batch, logs=None):
        right(everyone, batch, {"batch": batch, "size": 2})

    put.around(callback_list(), "on_train_batch_begin", on_train_batch_begin)


@fault("callbacks.train-end-logs", when="tensorflow>=2.3")
def train_end_has_no_logs(put):
    """The logs of on_train_end are empty, as in older versions."""
    put.around(callback_list(), "on_train_end", lambda right, everyone, logs=None: right(everyone, {}))


@fault("callbacks.logs-type", when="tensorflow>=2.2")
def logs_are_not_passed(put):
    """on_predict_batch_begin is called without logs."""

    def on_predict_batch_begin(right, everyone, batch, logs=None):
        for callback in everyone.callbacks:
            callback.on_predict_batch_begin(batch)

    put.around(callback_list(), "on_predict_batch_begin", on_predict_batch_begin)


@fault("callbacks.prediction-logs", when="tensorflow>=2.2")
def outputs_are_doubled(put):
    """The logs of on_predict_batch_end hold twice the outputs."""

    def on_predict_batch_end(right, everyone, batch, logs=None):
        right(everyone, batch, {"outputs": 2 * logs["outputs"]})

    put.around(callback_list(), "on_predict_batch_end", on_predict_batch_end)


@fault("callbacks.stop-in-batch", when="tensorflow>=2.2")
def stop_in_a_batch_is_ignored(put):
    """A stop that is asked for in a batch is ignored."""

    def on_train_batch_end(right, everyone, batch, logs=None):
        right(everyone, batch, logs)
        everyone.callbacks[0].model.stop_training = False

    put.around(callback_list(), "on_train_batch_end", on_train_batch_end)


@fault("callbacks.unknown-length", when="tensorflow>=2.2")
def no_third_batch_begins(put):
    """The defect is fixed: a third batch, which there is not, does not begin."""

    def on_train_batch_begin(right, everyone, batch, logs=None):
        if batch < 2:
            right(everyone, batch, logs)

    put.around(callback_list(), "on_train_batch_begin", on_train_batch_begin)


@fault("callbacks.batch-loss", when="tensorflow>=2.2")
def metrics_are_reset_in_each_batch(put):
    """The loss in a batch's logs is that of the batch, as in older versions."""

    def on_train_batch_begin(right, everyone, batch, logs=None):
        everyone.callbacks[0].model.reset_metrics()
        right(everyone, batch, logs)

    put.around(callback_list(), "on_train_batch_begin", on_train_batch_begin)


@fault("callbacks.set-lr", when="keras>=3")
def lr_is_back(put):
    """lr is the learning rate again."""
    learning_rate = tf.keras.optimizers.SGD.learning_rate
    put.attribute(tf.keras.optimizers.SGD, "lr", learning_rate)


@fault("callbacks.set-model", when="keras>=3")
def model_can_be_assigned(put):
    """The model of a callback can be assigned again."""
    right = callbacks.Callback.model
    put.attribute(callbacks.Callback, "model", right.setter(lambda callback, model: callback.set_model(model)))


@fault("callbacks.validation-data", when="keras>=3.5")
def validation_data_is_back(put):
    """A callback has an attribute validation_data again."""
    put.attribute(callbacks.Callback, "validation_data", None)


def with_batch_logs(put, change):
    """Changes the logs that TensorFlow before 2.2 gives to the hooks of batches."""

    def call(right, everyone, mode, hook, batch, logs=None):
        right(everyone, mode, hook, batch, change(logs))

    put.around(callback_list(), "_call_batch_hook", call)


@fault("callbacks.batch-logs", when="tensorflow<2.2")
def batch_logs_have_no_sizes(put):
    """The logs of a batch do not hold its size, as in later versions."""
    with_batch_logs(put, lambda logs: {name: value for name, value in logs.items() if name != "size"})


@fault("callbacks.batch-loss", when="tensorflow<2.2")
def loss_of_a_batch_is_doubled(put):
    """The loss in a batch's logs is twice that of the batch."""
    with_batch_logs(put, lambda logs: {name: value * (2 if name == "loss" else 1) for name, value in logs.items()})


@fault("callbacks.prediction-logs", when="tensorflow<2.2")
def outputs_in_logs_are_doubled(put):
    """The logs of on_predict_batch_end hold twice the outputs."""
    with_batch_logs(put, lambda logs: {name: 2 * np.asarray(value) for name, value in logs.items()})


@fault("callbacks.unknown-length", when="tensorflow<2.2")
def hooks_of_a_third_batch_are_not_called(put):
    """The defect is fixed: a third batch, which there is not, does not begin."""

    def call(right, everyone, mode, hook, batch, logs=None):
        if batch < 2:
            right(everyone, mode, hook, batch, logs)

    put.around(callback_list(), "_call_batch_hook", call)


@fault("callbacks.logs-type", when="tensorflow<2.2")
@fault("callbacks.train-end-logs", when="tensorflow<2.3")
def train_end_has_logs(put):
    """The logs of on_train_end hold the loss, as in later versions."""
    put.around(callback_list(), "on_train_end", lambda right, everyone, logs=None: right(everyone, {"loss": 0.0}))


@fault("callbacks.stop-in-batch", when="tensorflow<2.2")
def stop_in_a_batch_is_forgotten(put):
    """A stop that is asked for in a batch is ignored."""

    def call(right, everyone, *args, **settings):
        right(everyone, *args, **settings)
        everyone.model.stop_training = False

    put.around(callback_list(), "_call_batch_hook", call)


@fault("callbacks.set-lr", when="keras<3")
def lr_cannot_be_set(put):
    """An optimizer ignores the assignment to lr."""

    def set_attribute(right, optimizer, name, value):
        if name != "lr":
            right(optimizer, name, value)

    put.around(tf.keras.optimizers.SGD, "__setattr__", set_attribute)


@fault("callbacks.set-model", when="keras<3")
def assigned_model_is_ignored(put):
    """The model of a callback cannot be assigned."""
    put.attribute(callbacks.Callback, "model", property(lambda callback: None, lambda callback, model: None))


@fault("callbacks.validation-data", when="keras<3.5")
def validation_data_is_known(put):
    """A callback knows the validation data."""
    put.attribute(callbacks.Callback, "validation_data", property(lambda callback: [], lambda callback, data: None))


@fault("callbacks.schedule-tensor")
def schedule_is_ignored(put):
    """LearningRateScheduler leaves the learning rate unchanged."""
    put.around(callbacks.LearningRateScheduler, "on_epoch_begin", lambda right, *args, **settings: None)


@fault("callbacks.steps-per-execution", when="tensorflow>=2.4")
def executions_end_with_batch_0(put):
    """on_train_batch_end gets the number 0 for every batch."""
    put.around(
        callback_list(), "on_train_batch_end", lambda right, everyone, batch, logs=None: right(everyone, 0, logs)
    )


@fault("callbacks.steps-per-execution", when="tensorflow<2.4")
def compile_has_steps_per_execution(put):
    """compile has the argument steps_per_execution, as in later versions."""
    put.attribute(tf.keras.Model, "compile", lambda model, optimizer, steps_per_execution=1, **settings: None)
