"""Runs a callback on a chosen series of val_loss values, by calling its hooks or through a real fit."""

import numpy as np
import tensorflow as tf

from spec.models import batches, compiled, linear

keras = tf.keras
DATA = batches(np.ones((1, 1), np.float32), np.zeros((1, 1), np.float32))


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


def one_weight_model(learning_rate=0.0):
    """A model whose loss is its only weight: the loss is the output, and the input is 1."""
    return compiled(
        linear([[0.0]]),
        optimizer=keras.optimizers.SGD(learning_rate),
        loss=lambda labels, outputs: tf.reduce_sum(outputs, axis=-1),
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
    model, script = one_weight_model(learning_rate), Script(numbers)
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
            logs = {"loss": number, "val_loss": number}
            for each in callbacks:
                each.on_epoch_end(epoch, logs)
    for each in callbacks:
        each.on_train_end({})
    return model, script.epochs


DRIVERS = {"hooks": through_hooks, "fit": through_fit}
