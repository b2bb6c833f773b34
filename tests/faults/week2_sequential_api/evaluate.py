"""Faults of evaluate and predict."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tests.faults.fault import fault

Model = tf.keras.Model


def metrics_reversed(results):
    """The loss, then the metrics the other way round."""
    return [results[0], *results[:0:-1]] if isinstance(results, list) else results


@fault("evaluate.results")
def results_are_in_another_order(put):
    """evaluate returns the metrics the other way round."""
    put.result(Model, "evaluate", metrics_reversed)


@fault("evaluate.results")
def evaluate_trains(put):
    """evaluate trains on what it is given."""

    def evaluate(right, model, *data, **settings):
        results = right(model, *data, **settings)
        model.train_on_batch(*data)
        return results

    put.around(Model, "evaluate", evaluate)


@fault("evaluate.metric-order")
def metrics_are_in_another_order(put):
    """evaluate returns the metrics the other way round."""
    put.result(Model, "evaluate", metrics_reversed)


@fault("evaluate.metrics-names")
def metrics_names_are_back(put):
    """metrics_names names what compile was given, as it once did."""
    put.attribute(Model, "metrics_names", property(lambda model: ["loss", "mae", "accuracy"]))


@fault("evaluate.return-dict")
def dictionary_lacks_a_metric(put):
    """evaluate leaves a metric out of its dictionary."""
    put.result(Model, "evaluate", lambda results: {name: results[name] for name in ("loss", "accuracy")})


@fault("evaluate.misspelt")
def evalute_is_a_method(put):
    """A model has a method evalute."""
    put.attribute(Model, "evalute", Model.evaluate)


@fault("predict.results")
def predictions_are_doubles(put):
    """predict returns float64."""
    put.result(Model, "predict", lambda outputs: outputs.astype(np.float64))


@fault("predict.results")
def last_batch_is_lost(put):
    """predict leaves the last sample out."""
    put.result(Model, "predict", lambda outputs: outputs[:-1] if len(outputs) > 1 else outputs)


@fault("predict.channel-axis")
def channel_is_dropped(put):
    """predict drops the channel axis of what it returns."""
    put.result(Model, "predict", lambda outputs: outputs[..., 0])


@fault("predict.either-rank")
def graph_is_traced_anew(put):
    """The defect is repaired: predict traces anew for images of another rank."""

    def predict(right, model, *data, **settings):
        model.predict_function = None
        return right(model, *data, **settings)

    put.around(Model, "predict", predict)


@fault("predict.sample-without-batch")
def batch_axis_is_added(put):
    """predict adds the batch and the channel axis to a single image."""

    def predict(right, model, x, **settings):
        return right(model, x[np.newaxis, ..., np.newaxis] if x.ndim == 2 else x, **settings)

    put.around(Model, "predict", predict)
