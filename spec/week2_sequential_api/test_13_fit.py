"""Week 2, Fit Method.

Subject: training and evaluation.
"""

import json

import numpy as np
import pytest
import tensorflow as tf

from spec.models import batches, compiled, linear
from tf_conformance import changed, defect, holds, misstated, near, refused

keras = tf.keras
InvalidArgumentError = tf.errors.InvalidArgumentError


# The arguments of fit


def regression(**settings):
    """A model with one weight and one bias, compiled with SGD and mean squared error unless ``settings`` say otherwise."""
    return compiled(linear([[0.0]], [0.0]), **{"optimizer": "sgd", "loss": "mean_squared_error", **settings})


ONES = np.ones((4, 1), np.float32)


@misstated("fit.signature", instead="epochs=10", impact="error")
def test_epoch_is_refused():
    """fit's argument is epochs; the notes' epoch is refused with an error that names it."""
    with refused(TypeError, naming="epoch"):
        regression().fit(ONES, ONES, epoch=10, batch_size=16)


@misstated("fit.signature", instead="epochs=10", impact="error")
def test_epochs_is_accepted():
    """epochs is the number of passes that fit makes over the data; it is 1 by default."""
    assert len(regression().fit(ONES, ONES, epochs=3, batch_size=16, verbose=0).history["loss"]) == 3
    assert len(regression().fit(ONES, ONES, verbose=0).history["loss"]) == 1


# Batches


@pytest.fixture
def batches_seen():
    """Runs fit or evaluate on numbered samples and returns their numbers, one list per batch."""
    seen = []

    def loss(labels, predictions):
        seen.append([int(label) for label in np.ravel(labels.numpy())])
        return tf.reduce_mean(tf.square(predictions))

    def run(method, samples, **settings):
        del seen[:]
        numbers = np.arange(samples, dtype=np.float32).reshape((-1, 1))
        getattr(regression(loss=loss), method)(np.zeros_like(numbers), numbers, verbose=0, **settings)
        return list(seen)

    return run


def sizes(batches):
    """The number of samples in each batch."""
    return [len(batch) for batch in batches]


@holds("fit.batches")
@pytest.mark.parametrize(
    ("samples", "batch_size", "expected"),
    [
        (40, 16, [16, 16, 8]),
        (32, 16, [16, 16]),
        (33, 16, [16, 16, 1]),
        (15, 16, [15]),
        (16, 16, [16]),
        (3, 1, [1, 1, 1]),
    ],
)
def test_last_batch_is_short(batches_seen, samples, batch_size, expected):
    """fit takes ceil(n / batch_size) steps per epoch; the last batch holds the samples that remain."""
    assert sizes(batches_seen("fit", samples, batch_size=batch_size)) == expected


@holds("fit.batches")
@pytest.mark.parametrize("method", ["fit", "evaluate"])
def test_batch_size_is_32_by_default(batches_seen, method):
    """The batch size of fit and evaluate is 32 by default."""
    assert sizes(batches_seen(method, 33)) == [32, 1]


@pytest.fixture
def two_epochs(batches_seen):
    """Runs fit on 40 samples for two epochs and returns the order in which each epoch took them."""

    def run():
        batches = batches_seen("fit", 40, batch_size=16, epochs=2)
        return sum(batches[:3], []), sum(batches[3:], [])

    return run


@holds("fit.batches")
def test_every_sample_once_per_epoch(two_epochs):
    """Each epoch takes every sample exactly once, by default in random order."""
    for order in two_epochs():
        assert sorted(order) == list(range(40))
        assert order != list(range(40))


@holds("fit.shuffled-anew", when="keras<3")
def test_each_epoch_has_a_new_order(two_epochs):
    """Each epoch takes the samples in a new order, even after tf.random.set_seed."""
    tf.random.set_seed(1)
    first, second = two_epochs()
    assert first != second


@defect(
    "fit.shuffled-anew",
    when="keras>=3",
    instead="model.fit(tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(x)).batch(32))",
    impact="silent",
)
def test_seed_repeats_the_order(two_epochs):
    """After tf.random.set_seed, every epoch takes the samples in the same order."""
    tf.random.set_seed(1)
    first, second = two_epochs()
    assert first == second


@holds("fit.batches")
def test_unshuffled_order(batches_seen):
    """With shuffle=False, and in evaluate, the samples are taken in the order given."""
    in_order = [list(range(0, 16)), list(range(16, 20))]
    assert batches_seen("fit", 20, batch_size=16, shuffle=False) == in_order
    assert batches_seen("evaluate", 20, batch_size=16) == in_order


@holds("fit.batches")
def test_features_stay_with_their_labels():
    """Shuffling keeps the features of each sample together with its label."""
    pairs = []

    def loss(labels, predictions):
        pairs.extend(zip(np.ravel(labels.numpy()).tolist(), np.ravel(predictions.numpy()).tolist()))
        return tf.reduce_mean(predictions * 0.0)

    model = compiled(linear([[1.0]]), optimizer="sgd", loss=loss)
    numbers = np.arange(20, dtype=np.float32).reshape((-1, 1))
    model.fit(numbers, numbers, batch_size=8, verbose=0)
    assert len(pairs) == 20
    assert all(label == prediction for label, prediction in pairs)


# Shapes of the arrays


@pytest.fixture
def classifier():
    """A compiled model for 4 features and 3 classes that runs as a graph, as users' models do."""
    model = linear(np.zeros((4, 3)), activation="softmax")
    model.compile(optimizer="sgd", loss="categorical_crossentropy")
    return model


@holds("fit.array-shapes")
def test_samples_by_features_and_classes(classifier):
    """fit takes x_train of shape (samples, features) and one-hot y_train of shape (samples, classes)."""
    labels = np.eye(3, dtype=np.float32)[[0, 1, 2, 2, 1]]
    history = classifier.fit(np.zeros((5, 4), np.float32), labels, verbose=0)
    assert history.history["loss"] == near([np.log(3)])


@holds("fit.array-shapes")
@pytest.mark.parametrize(("x_shape", "y_shape"), [((6, 5), (6, 3)), ((6, 4), (6, 2)), ((6, 4), (6, 4))])
def test_wrong_width_is_refused(classifier, x_shape, y_shape):
    """fit refuses an array with the wrong number of features or classes."""
    with refused(ValueError, InvalidArgumentError):
        classifier.fit(np.ones(x_shape, np.float32), np.ones(y_shape, np.float32), verbose=0)


@holds("fit.array-shapes")
@pytest.mark.parametrize(("samples", "labels"), [(6, 5), (5, 6), (6, 1)])
def test_different_lengths_are_refused(classifier, samples, labels):
    """fit refuses arrays of different lengths with an error that gives both lengths."""
    with refused(ValueError, naming=[str(samples), str(labels)]):
        classifier.fit(np.ones((samples, 4), np.float32), np.ones((labels, 3), np.float32), verbose=0)


@holds("fit.single-column-labels", when="tensorflow<2.2")
def test_single_column_is_refused(classifier):
    """With mean squared error, fit refuses labels with one column for a model with three outputs."""
    classifier.compile(optimizer="sgd", loss="mean_squared_error")
    with refused(ValueError, naming="shape"):
        classifier.fit(np.ones((6, 4), np.float32), np.ones((6, 1), np.float32), verbose=0)


@changed(
    "fit.single-column-labels",
    when="tensorflow>=2.2",
    instead="labels with as many columns as the model has outputs",
    impact="silent",
)
def test_single_column_is_compared_with_each_output(classifier):
    """With mean squared error, fit compares labels with one column to each of three outputs."""
    classifier.compile(optimizer="sgd", loss="mean_squared_error")
    history = classifier.fit(np.ones((6, 4), np.float32), np.ones((6, 1), np.float32), verbose=0)
    assert history.history["loss"] == near([(1 - 1 / 3) ** 2])


# History


@pytest.fixture
def history():
    """The History that fit returns after two epochs with a metric and validation, and the model."""
    model = regression(metrics=["mae"])
    return model.fit(ONES, 2 * ONES, validation_data=(ONES, ONES), batch_size=2, epochs=2, verbose=0), model


@holds("fit.history")
def test_history_of_each_epoch(history):
    """fit returns a History with the loss, each metric and their val_ counterparts, one number per epoch."""
    returned, model = history
    assert isinstance(returned, keras.callbacks.History)
    assert set(returned.history) == {"loss", "mae", "val_loss", "val_mae"}
    assert [len(series) for series in returned.history.values()] == [2, 2, 2, 2]
    assert returned.epoch == [0, 1]
    assert model.history is returned


@holds("fit.history")
def test_history_values(history):
    """The training values in History are means over the epoch's batches; the val_ values are computed at the end of the epoch."""
    returned, _ = history
    # With x = 1, w and b move alike: each step multiplies the gap between w + b and the target 2 by 1 - 4 lr.
    gaps = [2 * 0.96**step for step in range(5)]
    assert returned.history["loss"] == near([(gaps[0] ** 2 + gaps[1] ** 2) / 2, (gaps[2] ** 2 + gaps[3] ** 2) / 2])
    assert returned.history["mae"] == near([(gaps[0] + gaps[1]) / 2, (gaps[2] + gaps[3]) / 2])
    assert returned.history["val_mae"] == near([abs(2 - gaps[2] - 1), abs(2 - gaps[4] - 1)])


@holds("fit.history")
def test_each_fit_returns_a_new_history():
    """Each call of fit returns a new History, whose epochs are numbered from initial_epoch."""
    model = regression()
    first = model.fit(ONES, ONES, epochs=1, verbose=0)
    second = model.fit(ONES, ONES, initial_epoch=1, epochs=3, verbose=0)
    assert (first.epoch, second.epoch) == ([0], [1, 2])
    assert len(second.history["loss"]) == 2


def keys_in_order():
    """The keys of the History of a model compiled with the metrics mae and accuracy, in this order."""
    model = regression(metrics=["mae", "accuracy"])
    return list(model.fit(ONES, ONES, validation_data=(ONES, ONES), verbose=0).history)


@holds("fit.history-order", when="keras<3")
def test_loss_comes_first():
    """The keys of History are the loss, the metrics in the order given to compile, then the same with val_."""
    assert keys_in_order() == ["loss", "mae", "accuracy", "val_loss", "val_mae", "val_accuracy"]


@changed("fit.history-order", when="keras>=3", instead="history.history[name], not a position", impact="silent")
def test_keys_are_in_alphabetical_order():
    """The keys of History are in alphabetical order, first those of training, then those with val_."""
    assert keys_in_order() == ["accuracy", "loss", "mae", "val_accuracy", "val_loss", "val_mae"]


def types_of_numbers(history):
    """The types of the numbers in a History."""
    return {type(number) for series in history.history.values() for number in series}


@holds("fit.history-floats", when="tensorflow<2.2")
def test_numbers_are_numpy_floats(history):
    """The losses and metrics in History are of NumPy's types float64 and float32."""
    assert types_of_numbers(history[0]) == {np.float64, np.float32}


@changed(
    "fit.history-floats",
    when="tensorflow>=2.2",
    instead="json.dumps(history.history), unless it has the learning rate under 'lr': float(number) for that",
    impact="looks",
)
def test_numbers_are_python_floats(history):
    """The losses and metrics in History are Python floats."""
    assert types_of_numbers(history[0]) == {float}
    assert json.loads(json.dumps(history[0].history)) == history[0].history


@changed(
    "fit.history-floats",
    when="tensorflow>=2.2",
    instead="json.dumps(history.history), unless it has the learning rate under 'lr': float(number) for that",
    impact="looks",
)
def test_learning_rates_can_be_made_floats():
    """The learning rates that ReduceLROnPlateau and LearningRateScheduler add can be made Python floats."""
    halved = keras.callbacks.LearningRateScheduler(lambda epoch: 0.5)
    history = regression().fit(batches(ONES, ONES), callbacks=[halved], verbose=0).history
    floats = {name: [float(number) for number in numbers] for name, numbers in history.items()}
    assert json.loads(json.dumps(floats)) == floats
    assert 0.5 in [numbers[0] for numbers in floats.values()]


@holds("fit.history-params", when="tensorflow<2.2")
def test_params_hold_sizes_and_metrics(history):
    """History.params holds epochs, steps and verbose, and also batch_size, samples, metrics and do_validation."""
    assert history[0].params == {
        "verbose": 0,
        "epochs": 2,
        "steps": 2,
        "batch_size": 2,
        "samples": 4,
        "metrics": ["loss", "mae", "val_loss", "val_mae"],
        "do_validation": True,
    }


@changed(
    "fit.history-params",
    when="tensorflow>=2.2",
    instead="your own variables for batch_size, samples and metrics",
    impact="error",
)
def test_params_hold_three_settings(history):
    """History.params holds only epochs, steps and verbose."""
    assert history[0].params == {"verbose": 0, "epochs": 2, "steps": 2}


# Learning


@holds("fit.learns")
def test_loss_falls_on_a_learnable_task(rng):
    """Training lowers the loss on a learnable task and finds its solution."""
    x = rng.randn(32, 2).astype(np.float32)
    y = x @ np.float32([[2.0], [-1.0]]) + np.float32(0.5)
    model = compiled(linear(np.zeros((2, 1)), [0.0]), optimizer=keras.optimizers.SGD(0.2), loss="mean_squared_error")
    loss = model.fit(batches(x, y, 16), epochs=15, verbose=0).history["loss"]
    assert loss[-1] < 0.01 * loss[0]
    kernel, bias = model.get_weights()
    assert kernel == near([[2.0], [-1.0]], atol=0.1)
    assert bias == near([0.5], atol=0.1)


@holds("fit.learns")
@pytest.mark.parametrize("run_eagerly", [True, False], ids=["eager", "graph"])
def test_one_step_by_hand(rng, run_eagerly):
    """One batch of SGD changes each weight by minus the learning rate times the gradient of the mean loss."""
    x, y = rng.randn(8, 3).astype(np.float32), rng.randn(8, 2).astype(np.float32)
    kernel, bias = rng.randn(3, 2), rng.randn(2)
    model = linear(kernel, bias)
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mean_squared_error", run_eagerly=run_eagerly)
    model.fit(x, y, batch_size=8, epochs=1, verbose=0)
    slope = 2 * (x @ kernel + bias - y) / y.size
    seen_kernel, seen_bias = model.get_weights()
    assert seen_kernel == near(kernel - 0.1 * x.T @ slope)
    assert seen_bias == near(bias - 0.1 * slope.sum(axis=0))
