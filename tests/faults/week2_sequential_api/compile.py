"""Faults of week 2: compile and the optimisers."""

from __future__ import annotations

import tensorflow as tf
from keras.src import metrics as metrics_of_keras
from keras.src.trainers import compile_utils

from tests.faults.fault import fault

keras = tf.keras
optimizers = tf.keras.optimizers


@fault("compile.by-name")
def learning_rate_of_sgd(put):
    """SGD's learning rate is 0.1 by default."""
    put.default(optimizers.SGD, learning_rate=0.1)


@fault("compile.by-name")
def epsilon_of_adam(put):
    """Adam's epsilon is 1e-8 by default, as in its paper."""
    put.default(optimizers.Adam, epsilon=1e-8)


@fault("compile.by-name")
def rho_of_rmsprop(put):
    """RMSprop's rho is 0.95 by default."""
    put.default(optimizers.RMSprop, rho=0.95)


@fault("compile.unknown-metric")
def unknown_metric_is_accepted(put):
    """An unknown name stands for the mean absolute error."""
    put.attribute(metrics_of_keras, "get", lambda name: keras.metrics.MeanAbsoluteError())


@fault("compile.accuracy-by-output")
def threshold_of_accuracy(put):
    """Binary accuracy has another threshold than 0.5."""
    put.default(keras.metrics.BinaryAccuracy, threshold=0.55)


@fault("compile.accuracy-by-loss")
def accuracy_is_binary(put):
    """'accuracy' is binary accuracy, whatever the outputs are."""
    put.attribute(compile_utils, "is_binary_or_sparse_categorical", lambda labels, predictions: (True, False))


@fault("compile.by-object")
def threshold_is_ignored(put):
    """BinaryAccuracy forgets its threshold."""
    put.argument(keras.metrics.BinaryAccuracy, threshold=0.5)


@fault("compile.loss-read-back")
def loss_is_resolved(put):
    """model.loss is the object behind the name that was given."""

    def compile_(right, model, *args, **settings):
        right(model, *args, **settings)
        model.loss = keras.losses.get(model.loss)

    put.around(keras.Model, "compile", compile_)


@fault("compile.read-back")
def lr_is_back(put):
    """An optimiser has an attribute lr again."""
    put.attribute(optimizers.Optimizer, "lr", property(lambda optimizer: optimizer.learning_rate))


@fault("optimizers.update-rule")
def nesterov_is_ignored(put):
    """SGD forgets that it is to look ahead."""
    put.argument(optimizers.SGD, nesterov=False)


@fault("optimizers.update-rule")
def amsgrad_is_ignored(put):
    """Adam forgets that it is to keep the highest mean square."""
    put.argument(optimizers.Adam, amsgrad=False)


@fault("optimizers.update-rule")
def mean_is_not_subtracted(put):
    """RMSprop forgets that it is to be centred."""
    put.argument(optimizers.RMSprop, centered=False)


@fault("optimizers.update-rule")
def first_step_counts_as_second(put):
    """Adam corrects its means as if it were one step further."""

    def update_step(right, optimizer, *args):
        optimizer.iterations.assign_add(1)
        right(optimizer, *args)
        optimizer.iterations.assign_add(-1)

    put.around(optimizers.Adam, "update_step", update_step)


@fault("optimizers.rmsprop-epsilon")
def epsilon_is_ignored(put):
    """RMSprop forgets its epsilon."""
    put.argument(optimizers.RMSprop, epsilon=1e-7)


@fault("optimizers.shared-settings")
def weights_decay_by_default(put):
    """SGD shrinks its weights by default."""
    put.default(optimizers.SGD, weight_decay=1e-4)


@fault("optimizers.rmsprop-overwriting")
def averages_overwrite_by_default(put):
    """RMSprop would overwrite its weights every hundred steps again."""
    put.default(optimizers.RMSprop, ema_overwrite_frequency=100)
