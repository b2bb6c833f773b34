"""Week 3, Validation, regularization and callbacks: regularizers.

Subject: regularization and normalization.
"""

import math

import numpy as np
import pytest
import tensorflow as tf

from spec.models import batches, compiled, linear
from tf_conformance import changed, defect, holds, misstated, near, refused

keras, layers = tf.keras, tf.keras.layers
regularizers = tf.keras.regularizers

KERNEL = np.array([[1.0, -2.0], [0.5, 0.0]])
SUM_OF_SQUARES = 1 + 4 + 0.25
SUM_OF_ABSOLUTE_VALUES = 1 + 2 + 0.5


def penalty(device, regularizer):
    """The penalty of a regularizer on the kernel above."""
    return device(regularizer, KERNEL.astype(np.float32))


@holds("regularizers.l2")
def test_l2_is_the_sum_of_squares(device):
    """l2(c) penalizes weights by c times the sum of their squares; c is 0.01 by default."""
    assert penalty(device, regularizers.l2(0.001)) == near(0.001 * SUM_OF_SQUARES)
    assert penalty(device, regularizers.l2()) == near(0.01 * SUM_OF_SQUARES)
    assert penalty(device, regularizers.get("l2")) == near(0.01 * SUM_OF_SQUARES)


@holds("regularizers.l1")
def test_l1_is_the_sum_of_absolute_values(device):
    """l1(c) penalizes weights by c times the sum of their absolute values; c is 0.01 by default."""
    assert penalty(device, regularizers.l1(0.005)) == near(0.005 * SUM_OF_ABSOLUTE_VALUES)
    assert penalty(device, regularizers.l1()) == near(0.01 * SUM_OF_ABSOLUTE_VALUES)
    assert penalty(device, regularizers.get("l1")) == near(0.01 * SUM_OF_ABSOLUTE_VALUES)


@holds("regularizers.l1-l2")
def test_l1_l2_is_both(device):
    """l1_l2(l1, l2) adds both penalties: l1 times the sum of absolute values and l2 times the sum of squares."""
    assert penalty(device, regularizers.l1_l2(l1=0.1, l2=0.001)) == near(
        0.1 * SUM_OF_ABSOLUTE_VALUES + 0.001 * SUM_OF_SQUARES
    )
    assert penalty(device, regularizers.l1_l2(0.1, 0.001)) == near(
        0.1 * SUM_OF_ABSOLUTE_VALUES + 0.001 * SUM_OF_SQUARES
    )
    assert penalty(device, regularizers.l1_l2(1.0, 1.0)) == near(SUM_OF_ABSOLUTE_VALUES + SUM_OF_SQUARES)


@holds("regularizers.l1-l2")
def test_l1_l2_of_a_file(device):
    """So does the regularizer that is made from what files of older versions hold of it."""
    made = regularizers.get({"class_name": "L1L2", "config": {"l1": 0.25, "l2": 0.5}})
    assert penalty(device, made) == near(0.25 * SUM_OF_ABSOLUTE_VALUES + 0.5 * SUM_OF_SQUARES)


@holds("regularizers.l1-l2-default", when="keras<3")
def test_l1_l2_defaults_to_both(device):
    """Each coefficient of l1_l2 is 0.01 by default, even if it is given by the name 'l1_l2'."""
    expected = near(0.01 * SUM_OF_ABSOLUTE_VALUES + 0.01 * SUM_OF_SQUARES)
    assert penalty(device, regularizers.l1_l2()) == expected
    assert penalty(device, regularizers.l1_l2(l1=0.01)) == expected
    assert penalty(device, regularizers.l1_l2(l2=0.01)) == expected
    assert penalty(device, regularizers.get("l1_l2")) == expected


@changed(
    "regularizers.l1-l2-default",
    when="keras>=3",
    instead="l1_l2(l1=0.01, l2=0.01)",
    impact="silent",
    traces=[
        "tf.keras.regularizers.l1_l2($ABSENT, l1=$ABSENT)",
        "tf.keras.regularizers.l1_l2(..., $ABSENT, l2=$ABSENT)",
        "tf.keras.layers.$CLASS(kernel_regularizer='l1_l2')",
    ],
)
def test_l1_l2_defaults_to_nothing(device):
    """Each coefficient of l1_l2 is 0 by default, so l1_l2() penalizes nothing, and the name 'l1_l2' is refused."""
    assert penalty(device, regularizers.l1_l2()) == 0.0
    assert penalty(device, regularizers.l1_l2(l1=0.01)) == near(0.01 * SUM_OF_ABSOLUTE_VALUES)
    assert penalty(device, regularizers.l1_l2(l2=0.01)) == near(0.01 * SUM_OF_SQUARES)
    assert penalty(device, regularizers.l1_l2(l1=0.01, l2=0.01)) == near(
        0.01 * SUM_OF_ABSOLUTE_VALUES + 0.01 * SUM_OF_SQUARES
    )
    with refused(ValueError, naming="l1_l2"):
        regularizers.get("l1_l2")


@holds("regularizers.l-keyword", when="keras<3")
def test_l_is_the_coefficient(device):
    """l1 and l2 accept their coefficient as l, its former name."""
    assert penalty(device, regularizers.l1(l=0.5)) == near(0.5 * SUM_OF_ABSOLUTE_VALUES)
    assert penalty(device, regularizers.l2(l=0.5)) == near(0.5 * SUM_OF_SQUARES)


@changed(
    "regularizers.l-keyword",
    when="keras>=3",
    instead="l2(0.5), by position",
    impact="error",
    traces=["tf.keras.regularizers.l1(l=$VALUE)", "tf.keras.regularizers.l2(l=$VALUE)"],
)
def test_l_is_refused(device):
    """l1 and l2 refuse l, the former name of their coefficient, with a TypeError that names it."""
    for regularizer in (regularizers.l1, regularizers.l2):
        with refused(TypeError, naming="'l'"):
            regularizer(l=0.5)
    assert penalty(device, regularizers.l1(0.5)) == near(0.5 * SUM_OF_ABSOLUTE_VALUES)
    assert penalty(device, regularizers.l2(0.5)) == near(0.5 * SUM_OF_SQUARES)


def losses_with(regularizer):
    """The penalties of a Dense layer with this regularizer and a kernel of 1."""
    layer = layers.Dense(1, kernel_initializer="ones", kernel_regularizer=regularizer)
    layer(tf.ones([1, 1]))
    return [float(loss) for loss in layer.losses]


@holds("regularizers.function", when="keras<3.1 or keras>=3.15")
def test_function_is_a_regularizer():
    """A function of the weights can be a layer's regularizer, such as lambda weights: 0.5 * tf.reduce_sum(weights)."""
    assert losses_with(lambda weights: 0.5 * tf.reduce_sum(weights)) == near([0.5])


@defect(
    "regularizers.function",
    when="keras>=3.1 and keras<3.15",
    instead="a subclass of tf.keras.regularizers.Regularizer, with the function as its __call__",
    impact="error",
    reported="keras-team/keras#22795",
    traces=[
        "tf.keras.layers.$CLASS(kernel_regularizer=$FUNCTION)",
        "tf.keras.layers.$CLASS(bias_regularizer=$FUNCTION)",
        "tf.keras.layers.$CLASS(kernel_regularizer=tf.nn.l2_loss)",
    ],
)
def test_function_is_no_regularizer():
    """A layer whose regularizer is a function raises a ValueError when it makes its weights."""

    class Half(regularizers.Regularizer):
        def __call__(self, weights):
            return 0.5 * tf.reduce_sum(weights)

    with refused(ValueError, naming="regularizer"):
        losses_with(lambda weights: 0.5 * tf.reduce_sum(weights))
    assert losses_with(Half()) == near([0.5])


WRONG_COEFFICIENTS = ["0.1", float("nan"), float("inf")]


@defect(
    "regularizers.wrong-coefficient",
    when="tensorflow<2.3",
    instead="math.isfinite(coefficient), checked first",
    impact="silent",
    reported="tensorflow/tensorflow#40073",
    traces=["tf.keras.regularizers.l2($STRING)"],
)
@pytest.mark.parametrize("coefficient", WRONG_COEFFICIENTS, ids=str)
def test_wrong_coefficient_is_accepted(coefficient):
    """l2 accepts a coefficient that is not a finite number: a string is converted, and NaN or infinity becomes the penalty."""
    seen = float(regularizers.l2(coefficient)(tf.ones([1])))
    assert np.float64(seen).tobytes() == np.float64(np.float32(coefficient)).tobytes()
    if isinstance(coefficient, str):
        with refused(TypeError):
            math.isfinite(coefficient)
    else:
        assert not math.isfinite(coefficient)


@holds("regularizers.wrong-coefficient", when="tensorflow>=2.3")
@pytest.mark.parametrize("coefficient", WRONG_COEFFICIENTS, ids=str)
@pytest.mark.parametrize("name", ["l1", "l2"])
def test_wrong_coefficient_is_refused(name, coefficient):
    """l1 and l2 refuse a string, NaN or infinity as their coefficient, with an error that contains it."""
    with refused(ValueError, naming=str(coefficient)):
        getattr(regularizers, name)(coefficient)


@defect(
    "regularizers.negative-coefficient",
    when="keras<3",
    instead="l2(max(coefficient, 0.0))",
    impact="silent",
    reported="keras-team/keras#18293",
    traces=["tf.keras.regularizers.l1(-$NUMBER)", "tf.keras.regularizers.l2(-$NUMBER)"],
)
@pytest.mark.parametrize(("name", "expected"), [("l1", -0.1 * SUM_OF_ABSOLUTE_VALUES), ("l2", -0.1 * SUM_OF_SQUARES)])
def test_negative_coefficient_is_accepted(device, name, expected):
    """l1 and l2 accept a negative coefficient, which rewards large weights."""
    assert penalty(device, getattr(regularizers, name)(-0.1)) == near(expected)
    assert penalty(device, getattr(regularizers, name)(max(-0.1, 0.0))) == near(0.0)


@holds("regularizers.negative-coefficient", when="keras>=3")
@pytest.mark.parametrize("name", ["l1", "l2"])
def test_negative_coefficient_is_refused(name):
    """l1 and l2 refuse a negative coefficient with an error that contains it."""
    with refused(ValueError, naming="-0.1"):
        getattr(regularizers, name)(-0.1)


@holds("regularizers.numpy-coefficient", when="tensorflow<2.3 or keras>=3.16")
@pytest.mark.parametrize("name", ["l1", "l2"])
def test_numpy_coefficient_is_accepted(device, name):
    """l1 and l2 accept a NumPy float32 as the coefficient."""
    seen = penalty(device, getattr(regularizers, name)(np.float32(0.5)))
    assert seen == near(0.5 * {"l1": SUM_OF_ABSOLUTE_VALUES, "l2": SUM_OF_SQUARES}[name])


@changed(
    "regularizers.numpy-coefficient",
    when="tensorflow>=2.3 and keras<3.16",
    instead="l2(float(coefficient))",
    impact="error",
    traces=["tf.keras.regularizers.l1(numpy.float32())", "tf.keras.regularizers.l2(numpy.float32())"],
)
@pytest.mark.parametrize("name", ["l1", "l2"])
def test_numpy_coefficient_is_refused(device, name):
    """l1 and l2 raise a ValueError that asks for a float if the coefficient is a NumPy float32."""
    with refused(ValueError, naming=["float", "0.5"]):
        getattr(regularizers, name)(np.float32(0.5))
    seen = penalty(device, getattr(regularizers, name)(float(np.float32(0.5))))
    assert seen == near(0.5 * {"l1": SUM_OF_ABSOLUTE_VALUES, "l2": SUM_OF_SQUARES}[name])


@holds("regularizers.l1-types", when="keras<3 or keras>=3.14")
def test_l1_takes_other_types(device):
    """l1 accepts an integer coefficient, and penalizes weights of other types than float32, too."""
    assert penalty(device, regularizers.l1(2)) == near(2 * SUM_OF_ABSOLUTE_VALUES)
    for dtype in ("float16", "float64"):
        assert device(regularizers.l1(0.5), KERNEL.astype(dtype)) == near(0.5 * SUM_OF_ABSOLUTE_VALUES)


@defect(
    "regularizers.l1-types",
    when="keras>=3 and keras<3.14",
    instead="l1_l2(l1=0.5)",
    impact="error",
    reported="keras-team/keras@5973ad4705",
    traces=[
        "tf.keras.layers.$CLASS(kernel_regularizer=$ONE_OF('l1', tf.keras.regularizers.l1()), "
        "dtype=$ONE_OF('float16', 'float64'))"
    ],
)
def test_l1_takes_only_floats(device):
    """l1 fails with an InvalidArgumentError if its coefficient is an integer, or if the weights are not of type float32."""
    with refused(tf.errors.InvalidArgumentError):
        penalty(device, regularizers.l1(2))
    assert penalty(device, regularizers.l1_l2(l1=2)) == near(2 * SUM_OF_ABSOLUTE_VALUES)
    for dtype in ("float16", "float64"):
        with refused(tf.errors.InvalidArgumentError):
            device(regularizers.l1(0.5), KERNEL.astype(dtype))
        assert device(regularizers.l1_l2(l1=0.5), KERNEL.astype(dtype)) == near(0.5 * SUM_OF_ABSOLUTE_VALUES)


@holds("regularizers.unknown-name", when="keras<2.13 or keras>=3")
def test_unknown_name_is_refused():
    """A layer refuses an unknown regularizer name with an error that contains it."""
    with refused(ValueError, naming="l3"):
        layers.Dense(1, kernel_regularizer="l3")


@defect(
    "regularizers.unknown-name",
    when="keras>=2.13 and keras<3",
    instead="tf.keras.regularizers.l2(0.01), an object instead of a name",
    impact="error",
    traces="none: any name may be misspelled",
)
def test_unknown_name_is_accepted():
    """A layer accepts an unknown regularizer name and fails only when it is used, with: 'str' object is not callable."""
    layer = layers.Dense(1, kernel_regularizer="l3")
    with refused(TypeError, AttributeError, ValueError, naming="'str' object is not callable"):
        layer(tf.ones([1, 1]))
        sum(layer.losses)
    layer = layers.Dense(1, kernel_initializer="ones", kernel_regularizer=tf.keras.regularizers.l2(0.01))
    layer(tf.ones([1, 1]))
    assert [float(loss) for loss in layer.losses] == near([0.01])


# The loss


@pytest.fixture
def regularized():
    """A linear model with the kernel above, the bias (1, -3) and the notes' regularizers."""
    return linear(
        KERNEL, [1.0, -3.0], kernel_regularizer=regularizers.l2(0.001), bias_regularizer=regularizers.l1(0.005)
    )


PENALTIES = [0.001 * SUM_OF_SQUARES, 0.005 * 4]


@holds("regularizers.added-to-loss")
def test_penalties_are_losses_of_the_model(regularized):
    """The penalties on kernel and bias are in the losses of the layer and of the model."""
    assert [float(loss) for loss in regularized.losses] == near(PENALTIES)
    assert [float(loss) for loss in regularized.layers[-1].losses] == near(PENALTIES)


@holds("regularizers.added-to-loss")
def test_penalties_on_gamma_and_beta():
    """The penalties on gamma and beta are in the losses of a BatchNormalization."""
    layer = layers.BatchNormalization(gamma_regularizer=regularizers.l2(0.5), beta_regularizer=regularizers.l1(0.25))
    layer.build((None, 1))
    layer.set_weights([np.array([weight]) for weight in (2.0, -3.0, 0.0, 1.0)])
    assert [float(loss) for loss in layer.losses] == near([0.5 * 2**2, 0.25 * 3])


@holds("regularizers.added-to-loss")
def test_penalties_are_in_the_reported_loss(regularized):
    """The loss that fit and evaluate report includes the penalties; metrics do not."""
    compiled(regularized, optimizer=keras.optimizers.SGD(0.0), loss="mean_squared_error", metrics=["mse"])
    data = batches(np.zeros((4, 2), np.float32), np.zeros((4, 2), np.float32), 2)
    of_data = (1 + 9) / 2
    loss, mse = regularized.evaluate(data, verbose=0)
    assert (loss, mse) == (near(of_data + sum(PENALTIES)), near(of_data))
    assert regularized.fit(data, verbose=0).history["loss"] == near([of_data + sum(PENALTIES)])


@holds("regularizers.added-to-loss")
@pytest.mark.parametrize("layer", [layers.Conv2D, layers.Conv2DTranspose])
def test_penalties_of_a_convolution(layer):
    """The penalties on the kernel and the bias of a Conv2D or Conv2DTranspose are in its losses."""
    penalties = {"kernel_regularizer": regularizers.l2(0.5), "bias_regularizer": regularizers.l1(0.25)}
    made = layer(2, 3, kernel_initializer="ones", bias_initializer="ones", **penalties)
    made.build((None, 5, 5, 4))
    assert [float(loss) for loss in made.losses] == near([0.5 * 3 * 3 * 4 * 2, 0.25 * 2])


def after_a_step(model):
    """The weights after a step of plain SGD, with learning rate 10, on a loss to which only the penalties contribute."""
    nothing = np.zeros((1, 2), np.float32)
    compiled(
        model,
        optimizer=keras.optimizers.SGD(10.0),
        loss=lambda labels, outputs: tf.reduce_sum(outputs * 0.0, axis=-1),
    )
    model.fit(batches(nothing, nothing), verbose=0)
    return model.get_weights()


@holds("regularizers.added-to-loss")
def test_penalties_act_on_the_gradient(regularized):
    """A training step moves each weight w against the gradient of its penalty: 2 c w for l2, c times the sign of w for l1."""
    kernel, bias = after_a_step(regularized)
    assert kernel == near(KERNEL - 10 * 2 * 0.001 * KERNEL)
    assert bias == near([1.0 - 10 * 0.005, -3.0 + 10 * 0.005])


@misstated(
    "regularizers.weight-decay",
    instead="l2(0.005), for a weight decay of 0.01",
    impact="silent",
    traces="none: the code does not say which weight decay is meant",
)
@pytest.mark.parametrize(("coefficient", "weight_decay"), [(0.001, 0.002), (0.005, 0.01)])
def test_l2_is_half_a_weight_decay(coefficient, weight_decay):
    """For plain SGD, l2(0.001) is a weight decay of 0.002, not 0.01: a step subtracts learning rate * 2 * 0.001 * weight."""
    (kernel,) = after_a_step(linear(KERNEL, kernel_regularizer=regularizers.l2(coefficient)))
    assert kernel == near(KERNEL - 10 * weight_decay * KERNEL)


# Frozen layers


@holds("regularizers.frozen", when="keras<3")
def test_penalties_of_a_frozen_layer_stay(regularized):
    """The penalties on the weights of a frozen layer stay in the losses of the model."""
    regularized.layers[-1].trainable = False
    assert [float(loss) for loss in regularized.losses] == near(PENALTIES)


@changed(
    "regularizers.frozen",
    when="keras>=3",
    instead="nothing: expect a loss that is lower by the penalties of the frozen layers",
    impact="silent",
    traces=[
        "tf.keras.layers.$CLASS(kernel_regularizer=tf.keras.regularizers.$REGULARIZER()).trainable = False",
        "tf.keras.layers.$CLASS(kernel_regularizer=tf.keras.regularizers.$REGULARIZER(), trainable=False)",
        "tf.keras.Sequential(layers=[tf.keras.layers.$CLASS(kernel_regularizer=tf.keras.regularizers.$REGULARIZER())]).trainable = False",
    ],
)
def test_penalties_of_a_frozen_layer_are_left_out(regularized):
    """The penalties on the weights of a frozen layer are left out of the losses of the model."""
    layer = regularized.layers[-1]
    layer.trainable = False
    assert regularized.losses == []
    layer.trainable = True
    assert [float(loss) for loss in regularized.losses] == near(PENALTIES)


# Outputs


def losses_of_outputs(regularizer):
    """The losses that evaluate reports for batches of 4 and of 2 samples, each with output 2, when only the penalty counts."""
    model = compiled(
        linear([[2.0]], activity_regularizer=regularizer),
        optimizer="sgd",
        loss=lambda labels, outputs: tf.reduce_sum(outputs * 0.0, axis=-1),
    )
    ones = np.ones((4, 1), np.float32)
    return [model.evaluate(batches(ones, ones, size), verbose=0) for size in (4, 2)]


@holds("regularizers.activity", when="keras<3 or keras>=3.14")
def test_activity_penalty_is_a_mean():
    """The penalty of an activity_regularizer is divided by the batch size."""
    assert losses_of_outputs(regularizers.l2(0.01)) == near([0.01 * 2**2] * 2)


@defect(
    "regularizers.activity",
    when="keras>=3 and keras<3.14",
    instead="l2(0.01 / batch_size)",
    impact="silent",
    reported="keras-team/keras#22021",
    traces=[
        "tf.keras.layers.$CLASS(activity_regularizer=$ONE_OF($STRING, tf.keras.regularizers.$REGULARIZER()))",
        "tf.keras.layers.ActivityRegularization()",
    ],
)
def test_activity_penalty_is_a_sum():
    """The penalty of an activity_regularizer is a sum over the batch, which grows with the batch size."""
    assert losses_of_outputs(regularizers.l2(0.01)) == near([4 * 0.01 * 2**2, 2 * 0.01 * 2**2])
    assert losses_of_outputs(regularizers.l2(0.01 / 4))[0] == near(0.01 * 2**2)
