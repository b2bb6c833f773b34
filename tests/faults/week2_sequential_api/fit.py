"""Faults of fit."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tests.faults.fault import fault

History = tf.keras.callbacks.History
Model = tf.keras.Model


@fault("fit.signature")
def epoch_is_accepted(put):
    """fit accepts epoch and ignores it."""
    put.around(Model, "fit", lambda right, model, *data, epoch=None, **settings: right(model, *data, **settings))


@fault("fit.batches")
def batch_size_is_halved(put):
    """The batch size is 16 by default."""
    put.default(Model, "fit", batch_size=16)


@fault("fit.batches")
def nothing_is_shuffled(put):
    """fit does not shuffle the samples by default."""
    put.default(Model, "fit", shuffle=False)


@fault("fit.shuffled-anew", when="keras>=3")
def each_epoch_has_its_own_order(put):
    """The defect is fixed: with a seed, every epoch still has its own order."""

    def fit(right, model, *data, epochs=1, **settings):
        for epoch in range(epochs):
            tf.random.set_seed(100 + epoch)
            right(model, *data, **settings)

    put.around(Model, "fit", fit)


@fault("fit.array-shapes")
def longer_array_is_cut(put):
    """fit cuts the longer of two arrays."""

    def fit(right, model, x, y, **settings):
        length = min(len(x), len(y))
        return right(model, x[:length], y[:length], **settings)

    put.around(Model, "fit", fit)


@fault("fit.single-column-labels")
def single_column_is_padded(put):
    """fit pads a single column of labels with zeros."""

    def fit(right, model, x, y, **settings):
        return right(model, x, np.concatenate([y, 0 * y, 0 * y], axis=1), **settings)

    put.around(Model, "fit", fit)


def with_logs(change):
    """An on_epoch_end of History that keeps the changed logs."""
    return lambda right, history, epoch, logs=None: right(history, epoch, change(logs))


@fault("fit.history")
def validation_is_left_out(put):
    """History leaves out the results of validation."""
    without = with_logs(lambda logs: {name: value for name, value in logs.items() if not name.startswith("val_")})
    put.around(History, "on_epoch_end", without)


@fault("fit.history", when="tensorflow>=2.5")
def loss_is_of_the_last_batch(put):
    """The loss of an epoch is the loss of its last batch."""

    def update_state(right, metric, *args, **settings):
        metric.reset_state()
        return right(metric, *args, **settings)

    put.around(tf.keras.metrics.Mean, "update_state", update_state)


@fault("fit.history-order")
def keys_are_reversed(put):
    """History keeps its keys in reverse order."""
    put.around(History, "on_epoch_end", with_logs(lambda logs: dict(reversed(list(logs.items())))))


@fault("fit.history-floats")
def numbers_are_numpy_scalars(put):
    """History keeps NumPy scalars."""
    scalars = with_logs(lambda logs: {name: np.float32(value) for name, value in logs.items()})
    put.around(History, "on_epoch_end", scalars)


@fault("fit.history-params", when="tensorflow>=2.2")
def params_hold_the_batch_size(put):
    """The params of callbacks include batch_size again."""

    def set_params(right, history, params):
        right(history, {**params, "batch_size": 2})

    put.around(History, "set_params", set_params)


@fault("fit.learns")
def learning_rate_is_halved(put):
    """SGD takes steps of half the size."""

    def apply_gradients(right, optimizer, pairs, *args, **settings):
        return right(optimizer, [(gradient / 2, weight) for gradient, weight in pairs], *args, **settings)

    put.around(tf.keras.optimizers.SGD, "apply_gradients", apply_gradients)


def with_arrays(right, model, *data, **settings):
    """A call that gets its lists as arrays."""
    return right(model, *[np.array(part, np.float32) if isinstance(part, list) else part for part in data], **settings)


@fault("fit.python-lists", when="keras>=3")
def lists_are_accepted(put):
    """predict takes Python lists, as in Keras 2."""
    put.around(Model, "predict", with_arrays)


@fault("fit.list-with-array")
def list_of_labels_is_accepted(put):
    """fit takes a list of labels."""
    put.around(Model, "fit", with_arrays)


@fault("fit.data-ends")
def dataset_is_repeated(put):
    """fit repeats a dataset that is too short."""

    def fit(right, model, data, **settings):
        return right(model, data.repeat(), **settings)

    put.around(Model, "fit", fit)


@fault("fit.generator", when="keras>=3")
def fit_generator_is_back(put):
    """A model has fit_generator again."""
    put.attribute(Model, "fit_generator", Model.fit)


@fault("fit.workers", when="keras>=3")
def workers_are_ignored(put):
    """fit takes workers and ignores it."""
    put.around(Model, "fit", lambda right, model, *data, workers=1, **settings: right(model, *data, **settings))


@fault("fit.shuffled-anew", when="keras<3")
def order_is_that_of_the_array(put):
    """fit shuffles nothing."""
    put.argument(Model, "fit", shuffle=False)


@fault("fit.python-lists", when="keras<3")
def end_of_a_list_is_lost(put):
    """predict leaves out the last number of a list."""
    put.around(Model, "predict", lambda right, model, x, **settings: right(model, x[:-1], **settings))


@fault("fit.generator", when="keras<3")
def fit_generator_is_gone(put):
    """fit_generator is no method any more."""
    put.attribute(Model, "fit_generator", None)


@fault("fit.workers", when="keras<3", raises=TypeError)
def workers_are_refused(put):
    """fit has no argument workers, as in Keras 3."""

    def fit(right, model, *data, **settings):
        if "workers" in settings:
            raise TypeError("fit() got an unexpected keyword argument 'workers'")
        return right(model, *data, **settings)

    put.around(Model, "fit", fit)


def without(*settings):
    """A method that ignores these settings."""

    def call(right, model, *data, **given):
        return right(model, *data, **{name: value for name, value in given.items() if name not in settings})

    return call


@fault("fit.validation-list")
def validation_is_ignored(put):
    """fit validates with the training data."""

    def fit(right, model, x, y, validation_data=None, **settings):
        return right(model, x, y, validation_data=(x, y), **settings)

    put.around(Model, "fit", fit)


@fault("fit.history-params", when="tensorflow<2.2")
def params_lack_the_batch_size(put):
    """The params of callbacks leave out batch_size, as in later versions."""

    def set_params(right, history, params):
        right(history, {name: value for name, value in params.items() if name != "batch_size"})

    put.around(History, "set_params", set_params)


@fault("fit.both-weights")
def class_weight_is_ignored(put):
    """fit ignores class_weight."""
    put.around(Model, "fit", without("class_weight"))


@fault("fit.class-weight-missing")
def class_without_weight_is_left_out(put):
    """A class without a weight in class_weight weighs 0."""

    def fit(right, model, x, y, class_weight, **settings):
        return right(model, x, y, class_weight={0: 0.0, 1: 0.0, **class_weight}, **settings)

    put.around(Model, "fit", fit)


@fault("fit.batch-size-of-dataset")
def dataset_is_batched_again(put):
    """fit puts the samples of a dataset into batches of batch_size."""

    def fit(right, model, data, batch_size=None, **settings):
        return right(model, data.unbatch().batch(batch_size) if batch_size else data, **settings)

    put.around(Model, "fit", fit)


@fault("fit.train-on-batch", when="tensorflow>=2.2")
def metrics_are_not_reset(put):
    """train_on_batch does not reset the metrics, as in Keras 3.0."""
    put.attribute(Model, "reset_metrics", lambda model: None)


@fault("fit.reset-metrics")
def reset_metrics_is_ignored(put):
    """train_on_batch takes reset_metrics and ignores it."""
    put.around(Model, "train_on_batch", without("reset_metrics"))


@fault("fit.train-on-batch", when="tensorflow<2.2")
def losses_of_batches_are_doubled(put):
    """train_on_batch returns twice the loss."""
    put.result(Model, "train_on_batch", lambda loss: 2 * loss)


@fault("fit.own-train-step", when="keras>=3")
def returned_loss_is_kept(put):
    """The defect is fixed: the History holds what train_step returns."""
    put.attribute(Model, "_get_metrics_result_or_logs", lambda model, logs: logs)


@fault("fit.own-train-step", when="tensorflow>=2.2 and keras<3")
def returned_loss_is_lost(put):
    """The loss in the History is 0, as in Keras 3."""
    put.around(History, "on_epoch_end", with_logs(lambda logs: {"loss": 0.0}))


@fault("fit.own-train-step", when="tensorflow<2.2")
def own_step_is_called(put):
    """fit calls a train_step that a model defines, as in later versions."""

    def fit(right, model, *data, **settings):
        history = right(model, *data, **settings)
        history.history["loss"] = [float(model.train_step(data)["loss"])]
        return history

    put.around(Model, "fit", fit)
