"""Week 3, Reduce learning rate on plateau.

Subject: callbacks.
"""

import inspect

import pytest
import tensorflow as tf

from spec.week3_regularization_callbacks.series import DRIVERS
from tf_conformance import holds, near, refused

ReduceLROnPlateau = tf.keras.callbacks.ReduceLROnPlateau
NAN = float("nan")


class Rates(tf.keras.callbacks.Callback):
    """Records the learning rate after each epoch."""

    def __init__(self):
        super().__init__()
        self.rates = []

    def on_epoch_end(self, epoch, logs=None):
        """Records the learning rate."""
        self.rates.append(float(self.model.optimizer.learning_rate.numpy()))


@pytest.fixture(params=DRIVERS)
def rates(request):
    """Runs ReduceLROnPlateau on a series of val_loss, from learning rate 1.0; returns the learning rate after each epoch."""

    def run(numbers, **settings):
        rates = Rates()
        DRIVERS[request.param](ReduceLROnPlateau(**settings), numbers, learning_rate=1.0, after=[rates])
        return rates.rates

    return run


@holds("reduce-lr.defaults")
def test_defaults():
    """By default, ReduceLROnPlateau monitors val_loss: factor 0.1, patience 10, mode 'auto', min_delta 0.0001, cooldown 0, min_lr 0."""
    parameters = list(inspect.signature(ReduceLROnPlateau.__init__).parameters.values())[1:]
    assert {parameter.name: parameter.default for parameter in parameters if parameter.name != "kwargs"} == {
        "monitor": "val_loss",
        "factor": 0.1,
        "patience": 10,
        "verbose": 0,
        "mode": "auto",
        "min_delta": 0.0001,
        "cooldown": 0,
        "min_lr": 0,
    }


@holds("reduce-lr.defaults")
def test_defaults_act(rates):
    """By default, ReduceLROnPlateau divides the learning rate by 10 after 10 epochs without improvement."""
    assert rates([1.0] * 12) == near([1.0] * 10 + [0.1, 0.1])


@holds("reduce-lr.behavior")
@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ([4.0, 3.0, 2.0], [1, 1, 1]),
        ([4.0, 4.0, 4.0, 4.0, 4.0], [1, 1, 0.5, 0.5, 0.25]),
        ([4.0, 5.0, 3.0, 4.0, 4.0], [1, 1, 1, 1, 0.5]),
        ([4.0, NAN, NAN, 3.0], [1, 1, 0.5, 0.5]),
        ([4.0, 3.75, 3.75, 3.0], [1, 1, 0.5, 0.5]),
        ([4.0, 3.6875, 3.5, 3.0], [1, 1, 1, 1]),
    ],
)
def test_patience_and_min_delta(rates, losses, expected):
    """ReduceLROnPlateau multiplies the learning rate by factor after patience epochs without an improvement of more than min_delta."""
    assert rates(losses, factor=0.5, patience=2, min_delta=0.25) == near(expected)


@holds("reduce-lr.behavior")
@pytest.mark.parametrize(
    ("cooldown", "expected"), [(0, [1, 0.5, 0.25, 0.125, 0.0625, 0.03125]), (2, [1, 0.5, 0.5, 0.25, 0.25, 0.125])]
)
def test_cooldown(rates, cooldown, expected):
    """With cooldown=2, the epoch after a reduction does not count toward patience."""
    assert rates([4.0] * 6, factor=0.5, patience=1, cooldown=cooldown) == near(expected)


@holds("reduce-lr.behavior")
def test_min_lr(rates):
    """The learning rate does not fall below min_lr."""
    assert rates([4.0] * 5, factor=0.5, patience=1, min_lr=0.2) == near([1, 0.5, 0.25, 0.2, 0.2])


@holds("reduce-lr.behavior")
@pytest.mark.parametrize(
    ("mode", "numbers", "expected"),
    [
        ("max", [1.0, 2.0, 3.0], [1, 1, 1]),
        ("max", [3.0, 2.0, 1.0], [1, 0.5, 0.25]),
        ("auto", [1.0, 2.0, 3.0], [1, 0.5, 0.25]),
    ],
)
def test_mode(rates, mode, numbers, expected):
    """mode='max' reduces the learning rate when the value no longer increases; 'auto' means 'min' for a loss."""
    assert rates(numbers, factor=0.5, patience=1, mode=mode) == near(expected)


@holds("reduce-lr.behavior")
@pytest.mark.parametrize("factor", [1.0, 1.5])
def test_factor_must_be_below_one(factor):
    """A factor of 1 or more raises a ValueError."""
    with refused(ValueError, naming="factor >= 1.0"):
        ReduceLROnPlateau(factor=factor)


@holds("reduce-lr.behavior")
def test_learning_rate_is_in_the_history():
    """The History has the learning rate of each epoch."""
    model, _ = DRIVERS["fit"](ReduceLROnPlateau(factor=0.5, patience=1), [4.0, 4.0, 4.0], learning_rate=1.0)
    history = model.history.history
    assert history["learning_rate" if "learning_rate" in history else "lr"] == near([1.0, 1.0, 0.5])
