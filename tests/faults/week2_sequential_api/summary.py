"""Faults of the model summary."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import has_keras_3, inside

Model = tf.keras.Model


def counting():
    """The module that counts the parameters for the summary."""
    return inside("utils.summary_utils" if has_keras_3() else "utils.layer_utils")


@fault("summary.table")
def parameters_off_by_one(put):
    """Every layer reports one parameter too many."""
    put.result(tf.keras.layers.Layer, "count_params", lambda count: count + 1)


@fault("summary.print-fn")
def print_fn_is_ignored(put):
    """summary() prints and ignores print_fn."""
    put.argument(Model, "summary", print_fn=None)


@fault("summary.line-length", when="keras>=3")
def line_length_is_obeyed(put):
    """The defect is fixed: line_length wins over the terminal's width."""

    def summary(right, model, line_length=None, **settings):
        put.patch.setenv("COLUMNS", str(line_length or 80))
        return right(model, line_length=line_length, **settings)

    put.around(Model, "summary", summary)


@fault("summary.totals")
def totals_count_twice(put):
    """The totals count every weight twice."""
    put.result(counting(), "count_params", lambda count: 2 * count)


@fault("summary.non-trainable")
def all_weights_are_trainable(put):
    """Frozen weights and moving averages count as trainable."""
    put.attribute(Model, "trainable_weights", property(lambda model: model.weights))


@fault("naming.counters")
def counters_go_on(put):
    """clear_session does not reset the counters of automatic names."""
    put.attribute(tf.keras.backend, "clear_session", lambda: None)


@fault("summary.after-training", when="keras>=3")
def optimizer_is_not_counted(put):
    """The summary leaves out the variables of the optimizer."""
    put.around(Model, "summary", lambda right, model, **settings: right(uncompiled(model), **settings))


def uncompiled(model):
    """A model of the same layers without an optimizer."""
    return tf.keras.Sequential(model.layers, name=model.name)


@fault("summary.unbuilt", when="keras>=3")
def unbuilt_model_has_a_parameter(put):
    """The totals count one parameter too many."""
    put.result(counting(), "count_params", lambda count: count + 1)


@fault("layer.output-shape", when="keras>=3")
def layer_has_its_shape(put):
    """A layer has output_shape again."""
    put.attribute(tf.keras.layers.Layer, "output_shape", property(lambda layer: tuple(layer.output.shape)))


@fault("model.input-names", when="keras>=3")
def model_has_names_of_its_inputs(put):
    """A model has input_names again."""
    put.attribute(Model, "input_names", property(lambda model: [tensor.name for tensor in model.inputs]))


@fault("summary.line-length", when="keras<3")
def line_length_is_ignored(put):
    """summary() ignores line_length."""
    put.argument(Model, "summary", line_length=None)


@fault("summary.after-training", when="keras<3")
def training_adds_a_parameter(put):
    """After training, the totals count one parameter more."""

    def train_on_batch(right, *args, **settings):
        put.result(counting(), "count_params", lambda count: count + 1)
        return right(*args, **settings)

    put.around(Model, "train_on_batch", train_on_batch)


@fault("summary.unbuilt", when="keras<3")
def unbuilt_model_has_a_summary(put):
    """summary() of a model that has not been built prints nothing."""
    put.around(Model, "summary", lambda right, model: right(model) if model.built else None)


@fault("layer.output-shape", when="keras<3")
def output_has_the_shape_of_the_input(put):
    """The output_shape of a layer is its input_shape."""
    put.attribute(tf.keras.layers.Layer, "output_shape", property(lambda layer: layer.input_shape))


@fault("model.input-names", when="keras<3")
def inputs_have_the_names_of_outputs(put):
    """input_names are the output_names."""
    put.attribute(Model, "input_names", property(lambda model: model.output_names, lambda model, names: None))
