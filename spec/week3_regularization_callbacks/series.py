"""Runs a callback on a chosen series of val_loss values, by calling its hooks or through a real fit."""

import numpy as np
import tensorflow as tf

from spec.models import compiled, linear

keras = tf.keras
DATA = tf.data.Dataset.from_tensors((np.ones((1, 1), np.float32), np.zeros((1, 1), np.float32)))


class Script(keras.callbacks.Callback):
    """Sets the model's only weight to the next number of a series before each epoch."""

    def __init__(self, numbers):
        super().__init__()
        self.numbers = numbers
        self.epochs = 0

    def on_epoch_begin(self, epoch, logs=None):
        """Sets the weight, which is the loss and the val_loss of this epoch."""
        self.epochs = epoch + 1
        self.model.set_weights([np.array([[self.numbers[epoch]]], np.float32)])


def one_weight_model(learning_rate=0.0, **settings):
    """A model whose loss is its only weight: the loss is the output, and the input is 1."""
    return compiled(
        linear([[0.0]]),
        optimizer=keras.optimizers.SGD(learning_rate),
        loss=lambda labels, outputs: tf.reduce_sum(outputs, axis=-1),
        **settings,
    )


def through_fit(callback, numbers, learning_rate=0.0, after=()):
    """Fits a model whose val_loss takes these numbers, one per epoch; returns the model and the number of epochs run.

    The callbacks of ``after`` are called after ``callback``.
    """
    model, script = one_weight_model(learning_rate), Script(numbers)
    model.fit(DATA, validation_data=DATA, epochs=len(numbers), callbacks=[script, callback, *after], verbose=0)
    return model, script.epochs


def through_hooks(callback, numbers, learning_rate=0.0, after=()):
    """Calls the callback's hooks as fit would; returns the same as ``through_fit``."""
    model = one_weight_model(learning_rate)
    return model, call_hooks(callback, model, numbers, after=after)


def call_hooks(callback, model, numbers, name="val_loss", after=()):
    """Calls the callback's hooks until training stops, with the next number as ``name`` in the logs of each epoch.

    Returns the number of epochs.
    """
    script = Script(numbers)
    model.stop_training = False
    callbacks = [script, callback, *after]
    for each in callbacks:
        each.set_model(model)
        each.set_params({"epochs": len(numbers), "steps": 1, "verbose": 0})
        each.on_train_begin({})
    for epoch, number in enumerate(numbers):
        if not model.stop_training:
            for each in callbacks:
                each.on_epoch_begin(epoch, {})
            logs = {"loss": number, name: number}
            for each in callbacks:
                each.on_epoch_end(epoch, logs)
    for each in callbacks:
        each.on_train_end({})
    return script.epochs


DRIVERS = {"hooks": through_hooks, "fit": through_fit}


def score(labels, outputs):
    """A custom metric."""
    return tf.reduce_mean(outputs, axis=-1)


METRICS = {
    "accuracy": lambda: "accuracy",
    "auc": lambda: keras.metrics.AUC(name="auc"),
    "precision": lambda: keras.metrics.Precision(name="precision"),
    "top_k": lambda: keras.metrics.TopKCategoricalAccuracy(name="top_k"),
    "error": lambda: keras.metrics.MeanAbsoluteError(name="error"),
    "score": lambda: score,
}


def with_metric(name):
    """A model with one of METRICS, evaluated once: Keras 3 looks for a metric's direction among those that were used."""
    model = one_weight_model(metrics=[METRICS[name]()])
    model.evaluate(DATA, verbose=0)
    return model


def auto_mode(improves):
    """What a callback's mode 'auto' means: ``improves(numbers)`` says whether each number counts as better than the last."""
    return {(True, False): "max", (False, True): "min"}[improves([0.5, 0.6, 0.7]), improves([0.7, 0.6, 0.5])]
