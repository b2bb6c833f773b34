"""Drives a callback with a series of numbers, through its hooks and through a real fit."""

import numpy as np
import tensorflow as tf

from spec.models import batches, compiled, linear

keras = tf.keras
DATA = batches(np.ones((1, 1), np.float32), np.zeros((1, 1), np.float32))


class Script(keras.callbacks.Callback):
    """Gives the model's only weight the next number of a series before each epoch."""

    def __init__(self, numbers):
        super().__init__()
        self.numbers = numbers
        self.epochs = 0

    def on_epoch_begin(self, epoch, logs=None):
        """Sets the weight, which is what validation will yield."""
        self.epochs = epoch + 1
        self.model.set_weights([np.array([[self.numbers[epoch]]], np.float32)])


def model_of_one_weight(learning_rate=0.0):
    """A model whose loss is its weight: for the input 1 it is the output itself."""
    return compiled(
        linear([[0.0]]),
        optimizer=keras.optimizers.SGD(learning_rate),
        loss=lambda labels, outputs: tf.reduce_sum(outputs, axis=-1),
    )


def by_fit(callback, numbers, learning_rate=0.0, after=()):
    """Fits a model whose val_loss takes these numbers, an epoch each; returns it and the epochs that were run."""
    model, script = model_of_one_weight(learning_rate), Script(numbers)
    model.fit(DATA, validation_data=DATA, epochs=len(numbers), callbacks=[script, callback, *after], verbose=0)
    return model, script.epochs


def by_hooks(callback, numbers, learning_rate=0.0, after=()):
    """Calls the callback's hooks as a fit with these numbers as val_loss would; returns the same."""
    model, script = model_of_one_weight(learning_rate), Script(numbers)
    model.stop_training = False
    everyone = [script, callback, *after]
    for one in everyone:
        one.set_model(model)
        one.set_params({"epochs": len(numbers), "steps": 1, "verbose": 0})
        one.on_train_begin({})
    for epoch, number in enumerate(numbers):
        if not model.stop_training:
            for one in everyone:
                one.on_epoch_begin(epoch, {})
            logs = {"loss": number, "val_loss": number}
            for one in everyone:
                one.on_epoch_end(epoch, logs)
    for one in everyone:
        one.on_train_end({})
    return model, script.epochs


DRIVES = {"hooks": by_hooks, "fit": by_fit}
