"""Faults of compile."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import inside

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
    put.attribute(inside("metrics"), "get", lambda name: keras.metrics.MeanAbsoluteError())


@fault("compile.accuracy-by-output", when="keras>=3")
def threshold_of_accuracy(put):
    """The threshold of binary accuracy is 0.55 by default."""
    put.default(keras.metrics.BinaryAccuracy, threshold=0.55)


@fault("compile.accuracy-by-loss", when="keras>=3")
def accuracy_is_binary(put):
    """'accuracy' is binary accuracy, whatever the outputs are."""
    put.attribute(
        inside("trainers.compile_utils"), "is_binary_or_sparse_categorical", lambda labels, predictions: (True, False)
    )


@fault("compile.by-object")
def threshold_is_ignored(put):
    """BinaryAccuracy ignores its threshold."""
    put.argument(keras.metrics.BinaryAccuracy, threshold=0.5)


@fault("compile.loss-read-back")
@fault("compile.read-back", when="keras<3")
def loss_is_resolved(put):
    """model.loss is the function that the given name stands for."""

    def compile_(right, model, *args, **settings):
        right(model, *args, **settings)
        model.loss = keras.losses.get(model.loss)

    put.around(keras.Model, "compile", compile_)


@fault("compile.read-back", when="keras>=3")
def lr_is_back(put):
    """An optimizer has an attribute lr again."""
    put.attribute(optimizers.Optimizer, "lr", property(lambda optimizer: optimizer.learning_rate))


def nothing_can_be_frozen(put):
    """Layers ignore trainable."""
    put.attribute(keras.layers.Layer, "trainable", property(lambda layer: True, lambda layer, value: None))


@fault("compile.frozen-later")
def frozen_layer_is_trained(put):
    """Layers ignore trainable."""
    nothing_can_be_frozen(put)


@fault("compile.frozen-after-training")
def recompiled_layer_is_trained(put):
    """Layers ignore trainable."""
    nothing_can_be_frozen(put)


@fault("compile.acc")
def name_is_completed(put):
    """'acc' is reported as accuracy."""

    def on_epoch_end(right, history, epoch, logs=None):
        right(history, epoch, {"accuracy" if name == "acc" else name: value for name, value in logs.items()})

    put.around(keras.callbacks.History, "on_epoch_end", on_epoch_end)


@fault("compile.metrics-without-list", when="tensorflow<2.2 or keras>=3")
def metric_needs_no_list(put):
    """compile takes a single metric without a list, as in Keras 2."""

    def compile_(right, model, *args, metrics=None, **settings):
        right(model, *args, metrics=metrics if metrics is None or isinstance(metrics, list) else [metrics], **settings)

    put.around(keras.Model, "compile", compile_)


@fault("compile.accuracy-of-logits", when="keras>=3")
def threshold_is_zero(put):
    """The threshold of binary accuracy is 0 by default."""
    put.default(keras.metrics.BinaryAccuracy, threshold=0.0)


@fault("compile.numbered-metrics")
def every_auc_has_one_name(put):
    """Every AUC without a name of its own is named auc."""

    def init(right, metric, *arguments, name=None, **settings):
        right(metric, *arguments, name=name or "auc", **settings)

    put.around(keras.metrics.AUC, "__init__", init)


@fault("compile.accuracy-object")
def accuracy_rounds(put):
    """Accuracy rounds the outputs before it compares them."""

    def update_state(right, metric, labels, outputs, **settings):
        return right(metric, labels, tf.round(outputs), **settings)

    put.around(keras.metrics.Accuracy, "update_state", update_state)


@fault("compile.metrics-names", when="tensorflow>=2.2")
def names_are_those_of_the_metrics(put):
    """metrics_names has the names that compile was given, as in Keras 2."""
    put.attribute(keras.Model, "metrics_names", property(lambda model: ["loss", "mae"]))


def threshold_of_the_function(put, threshold):
    """Gives binary accuracy, the function behind 'accuracy' in Keras 2, another threshold."""
    accuracy = inside("metrics").binary_accuracy
    put.attribute(inside("metrics"), "binary_accuracy", lambda labels, outputs: accuracy(labels, outputs, threshold))


@fault("compile.accuracy-by-output", when="keras<3")
def threshold_is_not_a_half(put):
    """The threshold behind 'accuracy' is 0.55."""
    threshold_of_the_function(put, 0.55)


@fault("compile.accuracy-of-logits", when="keras<3")
def threshold_is_that_of_logits(put):
    """The threshold behind 'accuracy' is 0."""
    threshold_of_the_function(put, 0.0)


@fault("compile.accuracy-by-loss", when="tensorflow<2.2")
def loss_is_not_considered(put):
    """'accuracy' does not depend on the loss, as in later versions."""
    put.argument(inside("engine.training_utils"), "get_metric_function", loss_fn=None)


@fault("compile.accuracy-by-loss", when="tensorflow>=2.2 and keras<3")
def accuracy_is_binary_for_several_outputs(put):
    """'accuracy' of several outputs is binary accuracy."""
    put.attribute(inside("metrics"), "categorical_accuracy", inside("metrics").binary_accuracy)


@fault("compile.metrics-without-list", when="tensorflow>=2.2 and keras<3")
def single_metric_is_ignored(put):
    """compile ignores a metric that is not in a list."""

    def compile_(right, model, *args, metrics=None, **settings):
        right(model, *args, metrics=metrics if isinstance(metrics, list) else None, **settings)

    put.around(keras.Model, "compile", compile_)


@fault("compile.metrics-names", when="tensorflow<2.2")
def names_are_unknown_after_compile(put):
    """metrics_names is empty until the model has met data, as in later versions."""
    put.attribute(keras.Model, "metrics_names", property(lambda model: []))


def with_history(change):
    """A History that keeps the changed logs of each epoch."""
    return lambda right, history, epoch, logs=None: right(history, epoch, change(logs))


@fault("compile.losses-of-outputs")
def losses_of_outputs_are_left_out(put):
    """The logs leave out the loss of each output, as in Keras 3.0."""
    put.around(keras.callbacks.History, "on_epoch_end", with_history(lambda logs: {"loss": logs["loss"]}))


def compile_with_metrics(change):
    """A compile that changes a list of metrics of a model with two outputs."""

    def compile_(right, model, *args, metrics=None, **settings):
        right(model, *args, metrics=change(metrics) if isinstance(metrics, list) else metrics, **settings)

    return compile_


@fault("compile.metric-of-all-outputs", when="keras>=3")
@fault("compile.metrics-by-position", when="keras>=3")
def metrics_are_of_each_output(put):
    """A list of metrics is of each output, as in Keras 2."""
    put.around(keras.Model, "compile", compile_with_metrics(lambda metrics: {"a": metrics, "b": metrics}))


@fault("compile.metric-of-all-outputs", when="keras<3")
@fault("compile.metrics-by-position", when="keras<3")
def metrics_are_of_the_first_output(put):
    """A list of metrics is of the first output only."""
    put.around(keras.Model, "compile", compile_with_metrics(lambda metrics: {"a": metrics}))


@fault("compile.sample-weight-mode", when="keras>=3")
def sample_weight_mode_is_ignored(put):
    """compile takes sample_weight_mode and ignores it."""

    def compile_(right, model, *args, sample_weight_mode=None, **settings):
        right(model, *args, **settings)

    put.around(keras.Model, "compile", compile_)


@fault("compile.sample-weight-mode", when="tensorflow<2.2")
def temporal_weights_need_no_mode(put):
    """Sample weights of each step need no sample_weight_mode, as in later versions."""
    put.argument(keras.Model, "compile", sample_weight_mode="temporal")


@fault("compile.sample-weight-mode", when="tensorflow>=2.2 and keras<3", raises=TypeError)
def sample_weight_mode_is_refused(put):
    """compile refuses sample_weight_mode, as in Keras 3."""

    def compile_(right, model, *args, **settings):
        if "sample_weight_mode" in settings:
            raise TypeError("Invalid keyword argument(s) in `compile()`: sample_weight_mode")
        right(model, *args, **settings)

    put.around(keras.Model, "compile", compile_)


@fault("compile.needed")
def every_model_is_compiled(put):
    """A model that was not compiled is trained with default settings."""

    def with_compile(right, model, *args, **settings):
        model.compile("sgd", "mse")
        return right(model, *args, **settings)

    for name in ("fit", "evaluate", "train_on_batch"):
        put.around(keras.Model, name, with_compile)
