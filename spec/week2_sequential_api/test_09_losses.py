"""Week 2, Compile Method: losses.

Subject: losses and metrics.
"""

import warnings

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from spec.models import batches, compiled, echo, linear
from spec.oracles import losses as oracle
from tf_conformance import changed, defect, holds, near, refused

losses = tf.keras.losses

CLASSES = {
    "binary_crossentropy": losses.BinaryCrossentropy,
    "categorical_crossentropy": losses.CategoricalCrossentropy,
    "mean_squared_error": losses.MeanSquaredError,
}


@st.composite
def labeled_predictions(draw):
    """One-hot labels of a few samples, and a predicted distribution for each of them."""
    classes, samples = draw(st.integers(2, 5)), draw(st.integers(1, 6))
    random = np.random.RandomState(draw(st.integers(0, 999)))
    labels = np.eye(classes)[random.randint(classes, size=samples)].astype(np.float32)
    # A float32 probability closer to 0 or 1 than these has too few digits left to compare logarithms.
    return labels, oracle.softmax(random.uniform(-2, 2, (samples, classes))).astype(np.float32)


@holds("losses.values")
@pytest.mark.parametrize("name", CLASSES)
@given(sample=labeled_predictions())
def test_loss_of_each_sample(device, name, sample):
    """The functions binary_crossentropy, categorical_crossentropy and mean_squared_error return the textbook value for each sample."""
    labels, predictions = sample
    expected = getattr(oracle, name)(labels, predictions)
    assert device(losses.get(name), labels, predictions) == near(expected, rtol=1e-4, atol=1e-5)


LABELS = np.array([[1, 0], [0, 1], [1, 0]], np.float32)
PREDICTIONS = np.array([[0.8, 0.2], [0.4, 0.6], [0.1, 0.9]], np.float32)


OBJECTS = {
    # class, labels, the loss of each sample
    **{name: (loss, LABELS, getattr(oracle, name)(LABELS, PREDICTIONS)) for name, loss in CLASSES.items()},
    "mean_absolute_error": (losses.MeanAbsoluteError, LABELS, oracle.mean_absolute_error(LABELS, PREDICTIONS)),
    "sparse_categorical_crossentropy": (
        losses.SparseCategoricalCrossentropy,
        LABELS.argmax(axis=1),
        oracle.categorical_crossentropy(LABELS, PREDICTIONS),
    ),
}


@holds("losses.values")
@pytest.mark.parametrize("name", OBJECTS)
def test_reductions(device, name):
    """Loss objects reduce over the batch: to the mean by default, to the sum, or not at all."""
    loss, labels, each = OBJECTS[name]
    assert device(loss(), labels, PREDICTIONS) == near(each.mean())
    assert device(loss(reduction="sum"), labels, PREDICTIONS) == near(each.sum())
    assert device(loss(reduction="none"), labels, PREDICTIONS) == near(each)


def loss_reduced(reduction):
    """The mean squared error of the predictions above, by an object with this reduction."""
    return losses.MeanSquaredError(reduction=reduction)(LABELS, PREDICTIONS).numpy()


MEAN = oracle.mean_squared_error(LABELS, PREDICTIONS).mean()


@holds("losses.reduction-auto", when="keras<3")
def test_auto_is_the_mean():
    """A loss object takes reduction=tf.keras.losses.Reduction.AUTO, which outside of a distribution strategy is the mean."""
    assert losses.Reduction.AUTO == "auto"
    assert loss_reduced(losses.Reduction.AUTO) == near(MEAN)


@changed(
    "losses.reduction-auto",
    when="keras>=3",
    instead="reduction='sum_over_batch_size'",
    impact="error",
    traces=["tf.keras.losses.Reduction.AUTO", "tf.keras.losses.$CLASS(reduction='auto')"],
)
def test_auto_is_refused():
    """A loss object refuses reduction=tf.keras.losses.Reduction.AUTO with a ValueError."""
    with refused(ValueError, naming=["reduction", "auto"]):
        loss_reduced(losses.Reduction.AUTO)
    assert loss_reduced("sum_over_batch_size") == near(MEAN)


@holds("losses.values")
@pytest.mark.parametrize("name", OBJECTS)
def test_sample_weights(device, name):
    """A sample weight multiplies its sample's loss; the mean still divides by the number of samples."""
    loss, labels, each = OBJECTS[name]
    weights = np.array([1.0, 0.0, 3.0], np.float32)
    seen = device(lambda y, p, w: loss()(y, p, sample_weight=w), labels, PREDICTIONS, weights)
    assert seen == near((weights * each).sum() / 3)


CLASS_WEIGHTS = {0: 1.0, 1: 10.0}
UNWEIGHTED = oracle.categorical_crossentropy(LABELS, PREDICTIONS)
WEIGHTED = UNWEIGHTED * [1.0, 10.0, 1.0]


@holds("losses.values")
@pytest.mark.parametrize(
    ("loss", "labels"),
    [
        ("categorical_crossentropy", LABELS),
        ("sparse_categorical_crossentropy", LABELS.argmax(axis=1)),
        ("sparse_categorical_crossentropy", LABELS.argmax(axis=1)[:, np.newaxis]),
    ],
    ids=["one-hot", "integers", "column"],
)
def test_class_weights(loss, labels):
    """A class weight multiplies the loss of samples of that class, whether labels are one-hot or integers of shape (n,) or (n, 1)."""
    model = compiled(echo(2), optimizer="sgd", loss=loss)
    weighted = model.train_on_batch(PREDICTIONS, labels, class_weight=CLASS_WEIGHTS)
    assert np.ravel(weighted)[0] == near(WEIGHTED.mean())


def loss_of_batch(*weights, as_batches=tf.data.Dataset.from_tensors, **settings):
    """The loss that fit reports for a batch with integer labels, and with sample weights if there are any, in a dataset or otherwise."""
    model = compiled(echo(2), optimizer="sgd", loss="sparse_categorical_crossentropy")
    batch = as_batches((PREDICTIONS, LABELS.argmax(axis=1), *weights))
    return model.fit(batch, steps_per_epoch=1, verbose=0, **settings).history["loss"]


SAMPLE_WEIGHTS = np.array([1.0, 10.0, 1.0], np.float32)


@defect(
    "losses.class-weight-of-dataset",
    when="tensorflow<2.1",
    instead="sample weights as the third element of each batch",
    impact="silent",
    reported="tensorflow/tensorflow#33550",
    traces=["$MODEL.fit(y=$ABSENT, class_weight=$NONE_OF($ABSENT, None))"],
)
def test_class_weight_of_dataset_is_ignored():
    """fit ignores class_weight if the data are a dataset."""
    assert loss_of_batch(class_weight=CLASS_WEIGHTS) == near([UNWEIGHTED.mean()])
    assert loss_of_batch(SAMPLE_WEIGHTS) == near([WEIGHTED.mean()])


@holds("losses.class-weight-of-dataset", when="tensorflow>=2.1")
def test_class_weight_of_dataset():
    """fit applies class_weight to a dataset as to arrays."""
    assert loss_of_batch(class_weight=CLASS_WEIGHTS) == near([WEIGHTED.mean()])


def generated(batch):
    """A generator of that batch."""
    yield batch


@defect(
    "losses.class-weight-of-generator",
    when="tensorflow<2.1",
    instead="sample weights as the third element of each batch",
    impact="silent",
    reported="tensorflow/tensorflow#33550",
    traces=["$MODEL.fit(y=$ABSENT, class_weight=$NONE_OF($ABSENT, None))"],
)
def test_class_weight_of_generator_is_ignored():
    """fit ignores class_weight if the data come from a generator."""
    assert loss_of_batch(as_batches=generated, class_weight=CLASS_WEIGHTS) == near([UNWEIGHTED.mean()])
    assert loss_of_batch(SAMPLE_WEIGHTS, as_batches=generated) == near([WEIGHTED.mean()])


@holds("losses.class-weight-of-generator", when="tensorflow>=2.1 and keras<3")
def test_class_weight_of_generator():
    """fit applies class_weight to the batches of a generator as to arrays."""
    assert loss_of_batch(as_batches=generated, class_weight=CLASS_WEIGHTS) == near([WEIGHTED.mean()])


@changed(
    "losses.class-weight-of-generator",
    when="keras>=3",
    instead="sample weights as the third element of each batch",
    impact="error",
    traces="none: whether the data come from a generator or are a dataset is seldom told in the same line",
)
def test_class_weight_of_generator_is_refused():
    """fit raises a ValueError for class_weight if the data come from a generator."""
    with refused(ValueError, naming=["class_weight", "generator"]):
        loss_of_batch(as_batches=generated, class_weight=CLASS_WEIGHTS)
    assert loss_of_batch(SAMPLE_WEIGHTS, as_batches=generated) == near([WEIGHTED.mean()])


@holds("losses.values")
def test_predictions_are_normalized(device):
    """Categorical cross-entropy first divides each sample's predictions by their sum."""
    seen = device(losses.categorical_crossentropy, LABELS, 7 * PREDICTIONS)
    assert seen == near(oracle.categorical_crossentropy(LABELS, PREDICTIONS))


@holds("losses.values")
def test_certain_and_wrong_is_finite(device):
    """The function binary_crossentropy clips float32 probabilities: 0 or 1 costs about 16 if it is wrong and 0 if it is right."""
    sure = np.array([[0.0], [1.0]], np.float32)
    seen = device(losses.binary_crossentropy, 1 - sure, sure)
    assert seen.min() > 15
    assert seen.max() < 17
    assert device(losses.binary_crossentropy, sure, sure) == near(np.zeros(2), atol=1e-6)


@holds("losses.values")
def test_label_smoothing(device):
    """Label smoothing moves binary labels, and one-hot labels of two classes, toward 1/2."""
    smooth = 0.8 * LABELS + 0.2 * 0.5
    for name in ("binary_crossentropy", "categorical_crossentropy"):
        expected = getattr(oracle, name)(smooth, PREDICTIONS).mean()
        assert device(CLASSES[name](label_smoothing=0.2), LABELS, PREDICTIONS) == near(expected)


# Names of functions


@holds("losses.function-names", when="keras<3.3.3")
def test_functions_have_long_names():
    """tf.keras.losses has the functions mean_squared_error and mean_absolute_error."""
    assert losses.mean_squared_error is losses.get("mean_squared_error")
    assert losses.mean_absolute_error is losses.get("mean_absolute_error")


@changed(
    "losses.function-names",
    when="keras>=3.3.3",
    instead="tf.keras.losses.mse and tf.keras.losses.mae, or the classes",
    impact="error",
    traces=[
        "tensorflow.keras.losses.mean_squared_error",
        "tensorflow.keras.losses.mean_absolute_error",
        "tensorflow.losses.mean_squared_error",
    ],
)
def test_functions_have_short_names():
    """tf.keras.losses has mse and mae, but not mean_squared_error and mean_absolute_error, which remain valid as strings."""
    assert not hasattr(losses, "mean_squared_error")
    assert not hasattr(losses, "mean_absolute_error")
    assert losses.mse is losses.get("mean_squared_error")
    assert losses.mae is losses.get("mean_absolute_error")
    for loss in (losses.mse, losses.MeanSquaredError(reduction="none")):
        assert loss(tf.constant(LABELS), tf.constant(PREDICTIONS)).numpy() == near(
            oracle.mean_squared_error(LABELS, PREDICTIONS)
        )


# Logits


def value_and_gradient(loss, labels, activation=tf.identity):
    """A function that returns the loss of logits and its gradient with respect to them."""

    def compute(logits):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            value = loss(labels, activation(logits))
        return value, tape.gradient(value, logits)

    return compute


LOGITS = np.array([[2.0, -1.0, 0.3], [0.1, 0.2, 3.0], [-4.0, 1.0, 1.0], [0.0, 0.0, 0.0]], np.float32)
BINARY = np.array([[1, 0, 1], [0, 0, 1], [1, 1, 0], [0, 1, 0]], np.float32)
INTEGERS = np.array([0, 2, 1, 1])
ONE_HOT = np.eye(3, dtype=np.float32)[INTEGERS]

LOGIT_LOSSES = {
    # class, labels, the activation that from_logits replaces, its oracle, the oracle of the loss, labels for that oracle
    "binary": (losses.BinaryCrossentropy, BINARY, tf.sigmoid, oracle.sigmoid, oracle.binary_crossentropy, BINARY),
    "categorical": (
        losses.CategoricalCrossentropy,
        ONE_HOT,
        tf.nn.softmax,
        oracle.softmax,
        oracle.categorical_crossentropy,
        ONE_HOT,
    ),
    "sparse": (
        losses.SparseCategoricalCrossentropy,
        INTEGERS,
        tf.nn.softmax,
        oracle.softmax,
        oracle.categorical_crossentropy,
        ONE_HOT,
    ),
}


@holds("losses.from-logits")
@pytest.mark.parametrize("name", LOGIT_LOSSES)
def test_from_logits_equals_activation(device, name):
    """A loss with from_logits=True on a linear layer equals the loss without it on a sigmoid or softmax layer, in value and gradient."""
    loss, labels, activation, probabilities, value, oracle_labels = LOGIT_LOSSES[name]
    expected = value(oracle_labels, probabilities(LOGITS)).mean()
    slope = (probabilities(LOGITS) - oracle_labels) / (LOGITS.size if name == "binary" else len(LOGITS))
    for compute in (
        value_and_gradient(loss(from_logits=True), labels),
        value_and_gradient(loss(), labels, activation),
    ):
        seen, gradient = device(compute, LOGITS)
        assert seen == near(expected, rtol=1e-4)
        assert gradient == near(slope, rtol=1e-4, atol=1e-5)


@holds("losses.from-logits")
@pytest.mark.parametrize("size", [30.0, 100.0, 1e4, 1e20])
def test_large_logits(device, size):
    """For large logits, binary cross-entropy is exact: 0 for a correct one, its magnitude for a wrong one, with a finite gradient."""
    logits = np.array([[size], [-size]], np.float32)
    right, wrong = np.array([[1.0], [0.0]], np.float32), np.array([[0.0], [1.0]], np.float32)
    loss = losses.BinaryCrossentropy(from_logits=True, reduction="none")
    assert device(loss, right, logits) == near([0.0, 0.0])
    assert device(loss, wrong, logits) == near([size, size])
    _, gradient = device(value_and_gradient(losses.BinaryCrossentropy(from_logits=True), wrong), logits)
    assert gradient == near([[0.5], [-0.5]])


@holds("losses.from-logits")
def test_large_class_logits(device):
    """For large logits, categorical cross-entropy is also exact."""
    logits = np.array([[1e4, 0.0, 0.0], [0.0, -1e4, 0.0]], np.float32)
    one_hot = np.array([[0, 1, 0], [0, 1, 0]], np.float32)
    loss = losses.CategoricalCrossentropy(from_logits=True, reduction="none")
    assert device(loss, one_hot, logits) == near([1e4, 1e4 + np.log(2)])


@holds("losses.from-logits")
def test_from_logits_is_off_by_default(device):
    """The function binary_crossentropy also takes from_logits; in the class BinaryCrossentropy it is off by default."""
    expected = oracle.binary_crossentropy(BINARY, oracle.sigmoid(LOGITS))
    assert device(lambda y, z: losses.binary_crossentropy(y, z, from_logits=True), BINARY, LOGITS) == near(
        expected, rtol=1e-4
    )
    assert losses.BinaryCrossentropy().get_config().get("from_logits", False) is False


@holds("losses.behind-activation")
@pytest.mark.parametrize(
    ("activation", "loss", "kernel", "label"),
    [
        ("sigmoid", "binary_crossentropy", [[100.0]], [[0.0]]),
        ("softmax", "categorical_crossentropy", [[100.0, 0.0]], [[0.0, 1.0]]),
        ("softmax", "sparse_categorical_crossentropy", [[100.0, 0.0]], [1]),
    ],
)
def test_logits_behind_an_activation(activation, loss, kernel, label):
    """In a graph, cross-entropy right behind a float32 sigmoid or softmax is that of the logits: a wrong logit of 100 costs 100."""
    model = linear(kernel, activation=activation)
    model.compile(optimizer="sgd", loss=loss)
    assert model.evaluate(batches(np.ones((1, 1), np.float32), np.array(label, np.float32)), verbose=0) == near(100.0)


def evaluated(loss, labels, activation):
    """The loss of a model with this activation for the logits above, from a loss object that expects logits."""
    model = compiled(echo(3, activation), optimizer="sgd", loss=loss(from_logits=True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.evaluate(batches(LOGITS, labels), verbose=0)


@holds("losses.logits-twice", when="tensorflow<2.4")
@pytest.mark.parametrize("name", LOGIT_LOSSES)
def test_activation_is_applied_twice(name):
    """from_logits=True after a softmax or sigmoid activation applies the activation twice."""
    loss, labels, activation, probabilities, value, oracle_labels = LOGIT_LOSSES[name]
    expected = value(oracle_labels, probabilities(probabilities(LOGITS))).mean()
    assert evaluated(loss, labels, probabilities.__name__) == near(expected, rtol=1e-4)


@changed(
    "losses.logits-twice",
    when="tensorflow>=2.4",
    instead="from_logits=True and no activation, or the activation and no from_logits",
    impact="silent",
    traces=[
        "tf.keras.Sequential(layers=[..., tf.keras.layers.$CLASS(activation=$ONE_OF('softmax', 'sigmoid'))])"
        ".compile(loss=tf.keras.losses.$LOSS(from_logits=True))",
        "$MODEL.add(tf.keras.layers.$CLASS(activation=$ONE_OF('softmax', 'sigmoid'))); not $MODEL.add(); "
        "$MODEL.compile(loss=tf.keras.losses.$LOSS(from_logits=True))",
    ],
)
@pytest.mark.parametrize("name", LOGIT_LOSSES)
def test_logits_are_found(name):
    """from_logits=True right after a softmax or sigmoid activation of Keras is corrected: the loss is that of the logits."""
    loss, labels, activation, probabilities, value, oracle_labels = LOGIT_LOSSES[name]
    expected = value(oracle_labels, probabilities(LOGITS)).mean()
    assert evaluated(loss, labels, probabilities.__name__) == near(expected, rtol=1e-4)
    for model, settings in ((echo(3), {"from_logits": True}), (echo(3, probabilities.__name__), {})):
        compiled(model, optimizer="sgd", loss=loss(**settings))
        assert model.evaluate(batches(LOGITS, labels), verbose=0) == near(expected, rtol=1e-4)
