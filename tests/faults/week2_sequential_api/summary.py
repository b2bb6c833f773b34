"""Faults of the model summary."""

from __future__ import annotations

import tensorflow as tf
from keras.src.utils import summary_utils

from tests.faults.fault import fault

Model = tf.keras.Model


@fault("summary.table")
def parameters_off_by_one(put):
    """Every layer reports one parameter too many."""
    put.result(tf.keras.layers.Layer, "count_params", lambda count: count + 1)


@fault("summary.print-fn")
def print_fn_is_ignored(put):
    """summary() prints and ignores print_fn."""
    put.argument(Model, "summary", print_fn=None)


@fault("summary.line-length")
def line_length_is_obeyed(put):
    """The defect is fixed: line_length wins over the terminal's width."""

    def summary(right, model, line_length=None, **settings):
        put.patch.setenv("COLUMNS", str(line_length or 80))
        return right(model, line_length=line_length, **settings)

    put.around(Model, "summary", summary)


@fault("summary.totals")
def totals_count_twice(put):
    """The totals count every weight twice."""
    put.result(summary_utils, "count_params", lambda count: 2 * count)


@fault("summary.non-trainable")
def all_weights_are_trainable(put):
    """Frozen weights and moving averages count as trainable."""
    put.attribute(Model, "trainable_weights", property(lambda model: model.weights))


@fault("naming.counters")
def counters_go_on(put):
    """clear_session does not reset the counters of automatic names."""
    put.attribute(tf.keras.backend, "clear_session", lambda: None)


@fault("summary.after-training")
def optimizer_is_not_counted(put):
    """The summary leaves out the variables of the optimizer."""
    put.around(Model, "summary", lambda right, model, **settings: right(uncompiled(model), **settings))


def uncompiled(model):
    """A model of the same layers without an optimizer."""
    return tf.keras.Sequential(model.layers, name=model.name)


@fault("summary.unbuilt")
def unbuilt_model_has_a_parameter(put):
    """The totals count one parameter too many."""
    put.result(summary_utils, "count_params", lambda count: count + 1)


@fault("layer.output-shape")
def layer_has_its_shape(put):
    """A layer has output_shape again."""
    put.attribute(tf.keras.layers.Layer, "output_shape", property(lambda layer: tuple(layer.output.shape)))


@fault("model.input-names")
def model_has_names_of_its_inputs(put):
    """A model has input_names again."""
    put.attribute(Model, "input_names", property(lambda model: [tensor.name for tensor in model.inputs]))
