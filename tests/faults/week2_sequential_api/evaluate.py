"""Faults of evaluate and predict."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tests.faults.fault import fault

Model = tf.keras.Model


def metrics_reversed(results):
    """The loss, then the metrics in reverse order."""
    return [results[0], *results[:0:-1]] if isinstance(results, list) else results


@fault("evaluate.results")
def results_are_reversed(put):
    """evaluate returns the metrics in reverse order."""
    put.result(Model, "evaluate", metrics_reversed)


@fault("evaluate.results")
def evaluate_trains(put):
    """evaluate trains the model on its data."""

    def evaluate(right, model, *data, **settings):
        results = right(model, *data, **settings)
        model.train_on_batch(*data)
        return results

    put.around(Model, "evaluate", evaluate)


@fault("evaluate.metric-order")
def metrics_are_reversed(put):
    """evaluate returns the metrics in reverse order."""
    put.result(Model, "evaluate", metrics_reversed)


@fault("evaluate.metrics-names", when="keras>=3")
def metrics_names_are_back(put):
    """metrics_names has the names that compile was given, as in Keras 2."""
    put.attribute(Model, "metrics_names", property(lambda model: ["loss", "mae", "accuracy"]))


@fault("evaluate.return-dict", when="tensorflow>=2.2")
def dictionary_lacks_a_metric(put):
    """evaluate leaves one metric out of its dictionary."""
    put.result(Model, "evaluate", lambda results: {name: results[name] for name in ("loss", "accuracy")})


@fault("evaluate.misspelled")
def evalute_is_a_method(put):
    """A model has a method evalute."""
    put.attribute(Model, "evalute", Model.evaluate)


@fault("predict.results")
def predictions_are_float64(put):
    """predict returns float64."""
    put.result(Model, "predict", lambda outputs: outputs.astype(np.float64))


@fault("predict.results")
def last_sample_is_lost(put):
    """predict leaves out the last sample."""
    put.result(Model, "predict", lambda outputs: outputs[:-1] if len(outputs) > 1 else outputs)


@fault("predict.channel-axis")
def channel_is_dropped(put):
    """predict drops the channel axis of its result."""
    put.result(Model, "predict", lambda outputs: outputs[..., 0])


@fault("predict.either-rank", when="keras>=3")
def graph_is_traced_again(put):
    """The defect is fixed: predict traces a new graph for images of another rank."""

    def predict(right, model, *data, **settings):
        model.predict_function = None
        return right(model, *data, **settings)

    put.around(Model, "predict", predict)


@fault("predict.sample-without-batch")
def batch_axis_is_added(put):
    """predict adds a batch axis and a channel axis to a single image."""

    def predict(right, model, x, **settings):
        return right(model, x[np.newaxis, ..., np.newaxis] if x.ndim == 2 else x, **settings)

    put.around(Model, "predict", predict)


@fault("predict.classes", when="tensorflow>=2.6")
def predict_classes_is_back(put):
    """A Sequential model has predict_classes again."""
    put.attribute(tf.keras.Sequential, "predict_classes", lambda model, x: model.predict(x).argmax(axis=-1))


@fault("evaluate.metrics-names", when="keras<3")
def names_are_in_another_order(put):
    """metrics_names has the names in another order than the results."""
    put.attribute(Model, "metrics_names", property(lambda model: ["loss", "accuracy", "mae"]))


@fault("evaluate.return-dict", when="tensorflow<2.2")
def return_dict_is_accepted(put):
    """evaluate accepts return_dict and ignores it."""
    put.around(Model, "evaluate", lambda right, *args, return_dict=False, **settings: right(*args, **settings))


@fault("predict.either-rank", when="keras<3")
def channel_axis_is_dropped(put):
    """predict drops the channel axis of its result."""
    put.result(Model, "predict", lambda outputs: outputs[..., 0])


@fault("predict.classes", when="tensorflow<2.6")
def classes_count_from_one(put):
    """predict_classes counts the classes from 1."""
    put.result(tf.keras.Sequential, "predict_classes", lambda classes: classes + 1)


@fault("predict.progress-bar")
def nothing_is_printed(put):
    """predict prints nothing."""
    put.argument(Model, "predict", verbose=0)
