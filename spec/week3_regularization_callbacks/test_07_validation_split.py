"""Week 3, EarlyStopping: the validation split.

Subject: training and evaluation.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from spec.models import batches, compiled, linear
from tf_conformance import defect, holds, refused

ROOT = str(Path(__file__).resolve().parent.parent.parent)


@holds("fit.validation-split")
def test_last_fifth_is_held_out():
    """validation_split=0.2 holds out the last fifth of the samples, before shuffling, and trains on the rest."""
    trained_on, held_out = [], []

    def loss(labels, outputs):
        numbers = [int(number) for number in np.ravel(labels.numpy())]
        (held_out if model.validating else trained_on).extend(numbers)
        return tf.reduce_sum(outputs * 0.0, axis=-1)

    class Validating(tf.keras.callbacks.Callback):
        def on_test_begin(self, logs=None):
            self.model.validating = True

        def on_test_end(self, logs=None):
            self.model.validating = False

    model = compiled(linear([[1.0]]), optimizer="sgd", loss=loss)
    model.validating = False
    numbers = np.arange(20, dtype=np.float32).reshape((-1, 1))
    history = model.fit(
        numbers, numbers, validation_split=0.2, batch_size=4, epochs=2, callbacks=[Validating()], verbose=0
    )
    assert held_out == 2 * [16, 17, 18, 19]
    assert sorted(trained_on) == sorted(2 * list(range(16)))
    assert trained_on[:16] != list(range(16))
    assert len(history.history["val_loss"]) == 2


@holds("fit.validation-split")
@pytest.mark.parametrize(
    ("samples", "split", "trained"), [(10, 0.25, 7), (7, 0.5, 3), (10, 0.2, 8), (3, 0.5, 1), (20, 0.9, 1)]
)
def test_size_of_the_split(samples, split, trained):
    """The number of training samples is int(samples * (1 - validation_split)), in floating point: of 20 samples, 0.9 leaves 1, not 2."""
    model = compiled(linear([[1.0]]), optimizer="sgd", loss="mse")
    x = np.ones((samples, 1), np.float32)
    # The only epoch is not validated, which would take as many steps again.
    history = model.fit(x, x[:, 0], validation_split=split, validation_freq=2, batch_size=1, verbose=0)
    assert history.params["steps"] == trained


def fit_regression(*data, **settings):
    """Fits a model with one input on this data; returns the History."""
    return compiled(linear([[1.0]]), optimizer="sgd", loss="mse").fit(*data, verbose=0, **settings)


@holds("fit.validation-split-of-dataset")
def test_dataset_is_not_split():
    """fit raises a ValueError for validation_split if its data is a tf.data.Dataset, which skip and take can split.

    Reports: tensorflow/tensorflow#50937, tensorflow/tensorflow#38613.
    """
    data = batches(np.ones((4, 1), np.float32), np.ones((4, 1), np.float32), 2)
    with refused(ValueError, naming="validation_split"):
        fit_regression(data, validation_split=0.5)
    assert len(fit_regression(data.take(1), validation_data=data.skip(1)).history["val_loss"]) == 1


def fit_with_split(samples):
    """Fits a model on so many samples with validation_split=0.5; returns the History."""
    x = np.ones((samples, 1), np.float32)
    return fit_regression(x, x, validation_split=0.5)


def fit_with_an_empty_split():
    """Fits a model on one sample with validation_split=0.5, which leaves no sample to train on."""
    fit_with_split(samples=1)


FIT_IN_A_SUBPROCESS = """
from spec.week3_regularization_callbacks.test_07_validation_split import fit_with_an_empty_split
print("fit", flush=True)
fit_with_an_empty_split()
"""


@pytest.mark.subprocess
@defect(
    "fit.empty-split",
    when="tensorflow<2.1",
    instead="more samples, or a smaller validation_split",
    impact="silent",
    reported="tensorflow/tensorflow#32117",
    traces="none: it depends on the number of samples",
)
def test_empty_split_hangs():
    """If validation_split leaves no sample to train on, fit hangs."""
    # It hangs in TensorFlow's own code, which only the end of its process can interrupt.
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", FIT_IN_A_SUBPROCESS], cwd=ROOT, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout.readline() == b"fit\n"
        with refused(subprocess.TimeoutExpired):
            process.wait(timeout=2.0)
    finally:
        process.kill()
        process.communicate()
    assert "val_loss" in fit_with_split(samples=2).history


@holds("fit.empty-split", when="tensorflow>=2.1,<2.2 or tensorflow>=2.3")
def test_empty_split_is_refused():
    """If validation_split leaves no sample to train on, fit raises a ValueError that says so."""
    with refused(ValueError, naming="training data"):
        fit_with_an_empty_split()


@defect(
    "fit.empty-split",
    when="tensorflow>=2.2,<2.3",
    instead="more samples, or a smaller validation_split",
    impact="error",
    reported="tensorflow/tensorflow#38064",
    traces="none: it depends on the number of samples",
)
def test_empty_split_fails_obscurely():
    """If validation_split leaves no sample to train on, fit fails with an UnboundLocalError that does not say why."""
    with refused(UnboundLocalError, naming="logs"):
        fit_with_an_empty_split()
    assert "val_loss" in fit_with_split(samples=2).history
