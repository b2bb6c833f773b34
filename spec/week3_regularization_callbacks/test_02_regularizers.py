"""Week 3, Validation, regularisation and callbacks: regularisers.

Subject: regularization and normalization.
"""

import numpy as np
import pytest
import tensorflow as tf

from spec.models import compiled, linear
from tf_conformance import changed, defect, holds, near, refused

keras, layers = tf.keras, tf.keras.layers
regularizers = tf.keras.regularizers

KERNEL = np.array([[1.0, -2.0], [0.5, 0.0]])
SUM_OF_SQUARES = 1 + 4 + 0.25
SUM_OF_SIZES = 1 + 2 + 0.5


def penalty(device, regularizer):
    """What a regulariser makes of the kernel above."""
    return device(regularizer, KERNEL.astype(np.float32))


@holds("regularizers.l2")
def test_l2_is_the_sum_of_squares(device):
    """l2(c) penalises weights by c times the sum of their squares; c is 0.01 by default."""
    assert penalty(device, regularizers.l2(0.001)) == near(0.001 * SUM_OF_SQUARES)
    assert penalty(device, regularizers.l2()) == near(0.01 * SUM_OF_SQUARES)
    assert penalty(device, regularizers.get("l2")) == near(0.01 * SUM_OF_SQUARES)


@holds("regularizers.l1")
def test_l1_is_the_sum_of_sizes(device):
    """l1(c) penalises weights by c times the sum of their absolute values; c is 0.01 by default."""
    assert penalty(device, regularizers.l1(0.005)) == near(0.005 * SUM_OF_SIZES)
    assert penalty(device, regularizers.l1()) == near(0.01 * SUM_OF_SIZES)
    assert penalty(device, regularizers.get("l1")) == near(0.01 * SUM_OF_SIZES)


@holds("regularizers.l1-l2")
def test_l1_l2_is_both(device):
    """l1_l2(l1, l2) penalises by both."""
    assert penalty(device, regularizers.l1_l2(l1=0.1, l2=0.001)) == near(0.1 * SUM_OF_SIZES + 0.001 * SUM_OF_SQUARES)
    assert penalty(device, regularizers.l1_l2(0.1, 0.001)) == near(0.1 * SUM_OF_SIZES + 0.001 * SUM_OF_SQUARES)


@holds("regularizers.l1-l2-default", when="keras<3")
def test_l1_l2_defaults_to_both(device):
    """Both coefficients of l1_l2 are 0.01 by default, and its name alone stands for that."""
    expected = near(0.01 * SUM_OF_SIZES + 0.01 * SUM_OF_SQUARES)
    assert penalty(device, regularizers.l1_l2()) == expected
    assert penalty(device, regularizers.get("l1_l2")) == expected


@changed("regularizers.l1-l2-default", when="keras>=3", instead="l1_l2(l1=0.01, l2=0.01)")
def test_l1_l2_defaults_to_nothing(device):
    """Both coefficients of l1_l2 are 0 by default, so that it penalises nothing, and its name is not known."""
    assert penalty(device, regularizers.l1_l2()) == 0.0
    with refused(ValueError, naming="l1_l2"):
        regularizers.get("l1_l2")


WRONG_COEFFICIENTS = ["0.1", float("nan"), float("inf")]


@defect("regularizers.wrong-coefficient", when="tensorflow<2.3", instead="check coefficients yourself")
@pytest.mark.parametrize("coefficient", WRONG_COEFFICIENTS, ids=str)
def test_wrong_coefficient_is_accepted(coefficient):
    """A coefficient that is no finite number is accepted: a text is read, not-a-number and infinity spoil the loss."""
    seen = float(regularizers.l2(coefficient)(tf.ones([1])))
    assert np.float64(seen).tobytes() == np.float64(np.float32(coefficient)).tobytes()


@holds("regularizers.wrong-coefficient", when="tensorflow>=2.3")
@pytest.mark.parametrize("coefficient", WRONG_COEFFICIENTS, ids=str)
@pytest.mark.parametrize("name", ["l1", "l2"])
def test_wrong_coefficient_is_refused(name, coefficient):
    """A coefficient that is no finite number is refused by an error that holds it."""
    with refused(ValueError, naming=str(coefficient)):
        getattr(regularizers, name)(coefficient)


@defect("regularizers.negative-coefficient", when="keras<3", instead="check coefficients yourself")
@pytest.mark.parametrize(("name", "expected"), [("l1", -0.1 * SUM_OF_SIZES), ("l2", -0.1 * SUM_OF_SQUARES)])
def test_negative_coefficient_is_accepted(device, name, expected):
    """A negative coefficient is accepted, and rewards large weights."""
    assert penalty(device, getattr(regularizers, name)(-0.1)) == near(expected)


@holds("regularizers.negative-coefficient", when="keras>=3")
@pytest.mark.parametrize("name", ["l1", "l2"])
def test_negative_coefficient_is_refused(name):
    """A negative coefficient is refused."""
    with refused(ValueError, naming="-0.1"):
        getattr(regularizers, name)(-0.1)


@holds("regularizers.unknown-name", when="keras<2.13 or keras>=3")
def test_unknown_name_is_refused():
    """The unknown name of a regulariser is refused by an error that holds it."""
    with refused(ValueError, naming="l3"):
        layers.Dense(1, kernel_regularizer="l3")


@defect("regularizers.unknown-name", when="keras>=2.13 and keras<3", instead="check the names of regularisers yourself")
def test_unknown_name_is_accepted():
    """The unknown name of a regulariser is accepted, and fails by an error that does not name it when the layer is built."""
    layer = layers.Dense(1, kernel_regularizer="l3")
    with refused(TypeError, AttributeError, ValueError, naming="'str' object is not callable"):
        layer(tf.ones([1, 1]))
        sum(layer.losses)


# The loss


@pytest.fixture
def regularized():
    """A linear model of the kernel above and bias (1, -3), with the notes' regularisers."""
    return linear(
        KERNEL, [1.0, -3.0], kernel_regularizer=regularizers.l2(0.001), bias_regularizer=regularizers.l1(0.005)
    )


PENALTIES = [0.001 * SUM_OF_SQUARES, 0.005 * 4]


@holds("regularizers.added-to-loss")
def test_penalties_are_losses_of_the_model(regularized):
    """The penalties on kernel and bias are losses of the layer and of the model."""
    assert [float(loss) for loss in regularized.losses] == near(PENALTIES)
    assert [float(loss) for loss in regularized.layers[-1].losses] == near(PENALTIES)


@holds("regularizers.added-to-loss")
def test_penalties_are_in_the_reported_loss(regularized):
    """The loss that fit and evaluate report is that of the data plus the penalties; metrics leave them out."""
    compiled(regularized, optimizer=keras.optimizers.SGD(0.0), loss="mean_squared_error", metrics=["mse"])
    x, y = np.zeros((4, 2), np.float32), np.zeros((4, 2), np.float32)
    of_data = (1 + 9) / 2
    loss, mse = regularized.evaluate(x, y, batch_size=2, verbose=0)
    assert (loss, mse) == (near(of_data + sum(PENALTIES)), near(of_data))
    assert regularized.fit(x, y, batch_size=2, verbose=0).history["loss"] == near([of_data + sum(PENALTIES)])


@holds("regularizers.added-to-loss")
def test_penalties_act_on_the_gradient(regularized):
    """A step of training moves a weight against the penalty's slope: 2 c w for l2, c times the sign for l1."""
    compiled(
        regularized,
        optimizer=keras.optimizers.SGD(10.0),
        loss=lambda labels, outputs: tf.reduce_sum(outputs * 0.0, axis=-1),
    )
    regularized.fit(np.zeros((1, 2), np.float32), np.zeros((1, 2), np.float32), verbose=0)
    kernel, bias = regularized.get_weights()
    assert kernel == near(KERNEL - 10 * 2 * 0.001 * KERNEL)
    assert bias == near([1.0 - 10 * 0.005, -3.0 + 10 * 0.005])
