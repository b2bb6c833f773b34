"""Faults of compile."""

from __future__ import annotations

import tensorflow as tf
from keras.src import metrics as keras_metrics
from keras.src.trainers import compile_utils

from tests.faults.fault import fault

keras = tf.keras
optimizers = tf.keras.optimizers


@fault("compile.by-name")
def learning_rate_of_sgd(put):
    """The learning rate of SGD is 0.1 by default."""
    put.default(optimizers.SGD, learning_rate=0.1)


@fault("compile.by-name")
def epsilon_of_adam(put):
    """The epsilon of Adam is 1e-8 by default, as in the paper."""
    put.default(optimizers.Adam, epsilon=1e-8)


@fault("compile.by-name")
def rho_of_rmsprop(put):
    """The rho of RMSprop is 0.95 by default."""
    put.default(optimizers.RMSprop, rho=0.95)


@fault("compile.unknown-metric")
def unknown_metric_is_accepted(put):
    """An unknown name of a metric means the mean absolute error."""
    put.attribute(keras_metrics, "get", lambda name: keras.metrics.MeanAbsoluteError())


@fault("compile.accuracy-by-output")
def threshold_of_accuracy(put):
    """The threshold of binary accuracy is 0.55 by default."""
    put.default(keras.metrics.BinaryAccuracy, threshold=0.55)


@fault("compile.accuracy-by-loss")
def accuracy_is_binary(put):
    """'accuracy' is binary accuracy, whatever the outputs are."""
    put.attribute(compile_utils, "is_binary_or_sparse_categorical", lambda labels, predictions: (True, False))


@fault("compile.by-object")
def threshold_is_ignored(put):
    """BinaryAccuracy ignores its threshold."""
    put.argument(keras.metrics.BinaryAccuracy, threshold=0.5)


@fault("compile.loss-read-back")
def loss_is_resolved(put):
    """model.loss is the function that the given name stands for."""

    def compile_(right, model, *args, **settings):
        right(model, *args, **settings)
        model.loss = keras.losses.get(model.loss)

    put.around(keras.Model, "compile", compile_)


@fault("compile.read-back")
def lr_is_back(put):
    """An optimizer has an attribute lr again."""
    put.attribute(optimizers.Optimizer, "lr", property(lambda optimizer: optimizer.learning_rate))
