"""Faults of validation_split."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import at_the_start

Model = tf.keras.Model


@fault("fit.validation-split")
def first_samples_are_held_out(put):
    """validation_split holds out the first samples."""

    def fit(right, model, x, y, **settings):
        return right(model, x[::-1], y[::-1], **settings)

    put.around(Model, "fit", fit)


@fault("fit.validation-split-of-dataset")
@fault("fit.empty-split", when="tensorflow>=2.1")
def nothing_is_held_out(put):
    """fit holds no sample out."""
    put.argument(Model, "fit", validation_split=0.0)


@fault("fit.empty-split", when="tensorflow<2.1")
def empty_split_trains_nothing(put):
    """The defect is fixed: fit returns at once if there is no sample for training."""
    at_the_start(put, "import tensorflow as tf; tf.keras.Model.fit = lambda *data, **settings: None")
