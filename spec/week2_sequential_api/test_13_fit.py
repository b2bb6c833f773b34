"""Week 2, Fit Method.

Subject: training and evaluation.
"""

import numpy as np
import pytest
import tensorflow as tf

from spec.models import batches, compiled, linear
from tf_conformance import changed, defect, holds, misstated, near, refused

keras = tf.keras
InvalidArgumentError = tf.errors.InvalidArgumentError


# fit's arguments


def regression(**settings):
    """A model of one weight and one bias, compiled with SGD and mean squared error unless said otherwise."""
    return compiled(linear([[0.0]], [0.0]), **{"optimizer": "sgd", "loss": "mean_squared_error", **settings})


ONES = np.ones((4, 1), np.float32)


@misstated("fit.signature", instead="epochs=10")
def test_epoch_is_refused():
    """fit's argument is epochs: the notes' epoch is refused by an error that names it."""
    with refused(TypeError, naming="epoch"):
        regression().fit(ONES, ONES, epoch=10, batch_size=16)


@misstated("fit.signature", instead="epochs=10")
def test_epochs_is_the_right_word():
    """epochs sets how often fit goes through the data; once by default."""
    assert len(regression().fit(ONES, ONES, epochs=3, batch_size=16, verbose=0).history["loss"]) == 3
    assert len(regression().fit(ONES, ONES, verbose=0).history["loss"]) == 1


# Batches


@pytest.fixture
def batches_seen():
    """Makes a model's calls visible: fit and evaluate a model on numbered samples; their numbers come back batch by batch."""
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
    """How many samples each batch has."""
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
    """fit makes ceil(n / batch_size) steps an epoch; the last batch holds what is left."""
    assert sizes(batches_seen("fit", samples, batch_size=batch_size)) == expected


@holds("fit.batches")
@pytest.mark.parametrize("method", ["fit", "evaluate"])
def test_batch_size_is_32_by_default(batches_seen, method):
    """The batch size is 32 by default."""
    assert sizes(batches_seen(method, 33)) == [32, 1]


@pytest.fixture
def two_epochs(batches_seen):
    """Runs fit on 40 samples for two epochs; returns the order in which each epoch took them."""

    def run():
        batches = batches_seen("fit", 40, batch_size=16, epochs=2)
        return sum(batches[:3], []), sum(batches[3:], [])

    return run


@holds("fit.batches")
def test_every_sample_once_an_epoch(two_epochs):
    """Each epoch takes every sample once, by default in random order."""
    for order in two_epochs():
        assert sorted(order) == list(range(40))
        assert order != list(range(40))


@holds("fit.shuffled-anew", when="keras<3")
def test_each_epoch_has_an_order_of_its_own(two_epochs):
    """Each epoch takes the samples in a new order, whether or not a seed is set."""
    tf.random.set_seed(1)
    first, second = two_epochs()
    assert first != second


@defect("fit.shuffled-anew", when="keras>=3", instead="a tf.data.Dataset with shuffle(), which does shuffle anew")
def test_a_seed_repeats_the_order(two_epochs):
    """Once tf.random.set_seed (or keras.utils.set_random_seed) was called, every epoch takes the samples in the same order."""
    tf.random.set_seed(1)
    first, second = two_epochs()
    assert first == second


@holds("fit.batches")
def test_unshuffled_order(batches_seen):
    """With shuffle=False, and in evaluate, samples are taken in their order."""
    in_order = [list(range(0, 16)), list(range(16, 20))]
    assert batches_seen("fit", 20, batch_size=16, shuffle=False) == in_order
    assert batches_seen("evaluate", 20, batch_size=16) == in_order


@holds("fit.batches")
def test_features_stay_with_their_labels():
    """Shuffling keeps each sample's features with its label."""
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
    """A compiled model of 4 features and 3 classes, which runs as a graph, as users have it."""
    model = linear(np.zeros((4, 3)), activation="softmax")
    model.compile(optimizer="sgd", loss="categorical_crossentropy")
    return model


@holds("fit.array-shapes")
def test_samples_by_features_and_classes(classifier):
    """x_train is (samples, features) and y_train, one-hot, (samples, classes)."""
    labels = np.eye(3, dtype=np.float32)[[0, 1, 2, 2, 1]]
    history = classifier.fit(np.zeros((5, 4), np.float32), labels, verbose=0)
    assert history.history["loss"] == near([np.log(3)])


@holds("fit.array-shapes")
@pytest.mark.parametrize(("x_shape", "y_shape"), [((6, 5), (6, 3)), ((6, 4), (6, 2)), ((6, 4), (6, 4))])
def test_wrong_width_is_refused(classifier, x_shape, y_shape):
    """An array with the wrong number of features or classes is refused."""
    with refused(ValueError, InvalidArgumentError):
        classifier.fit(np.ones(x_shape, np.float32), np.ones(y_shape, np.float32), verbose=0)


@holds("fit.array-shapes")
@pytest.mark.parametrize(("samples", "labels"), [(6, 5), (5, 6), (6, 1)])
def test_different_lengths_are_refused(classifier, samples, labels):
    """Arrays of different length are refused by an error that gives both lengths."""
    with refused(ValueError, naming=[str(samples), str(labels)]):
        classifier.fit(np.ones((samples, 4), np.float32), np.ones((labels, 3), np.float32), verbose=0)


@holds("fit.single-column-labels", when="tensorflow<2.2")
def test_single_column_is_no_match_for_three_outputs(classifier):
    """Labels of one column are refused for three outputs, with mean squared error too."""
    classifier.compile(optimizer="sgd", loss="mean_squared_error")
    with refused(ValueError, naming="shape"):
        classifier.fit(np.ones((6, 4), np.float32), np.ones((6, 1), np.float32), verbose=0)


@changed("fit.single-column-labels", when="tensorflow>=2.2", instead="labels as wide as the outputs")
def test_single_column_is_compared_with_every_output(classifier):
    """With mean squared error, labels of one column are compared with each of three outputs; nothing warns."""
    classifier.compile(optimizer="sgd", loss="mean_squared_error")
    history = classifier.fit(np.ones((6, 4), np.float32), np.ones((6, 1), np.float32), verbose=0)
    assert history.history["loss"] == near([(1 - 1 / 3) ** 2])


# History


@pytest.fixture
def history():
    """What fit returns after two epochs with a metric and validation, and the model."""
    model = regression(metrics=["mae"])
    return model.fit(ONES, 2 * ONES, validation_data=(ONES, ONES), batch_size=2, epochs=2, verbose=0), model


@holds("fit.history")
def test_history_of_each_epoch(history):
    """fit returns a History that holds the loss, each metric and their val_ counterparts, one number an epoch."""
    returned, model = history
    assert isinstance(returned, keras.callbacks.History)
    assert set(returned.history) == {"loss", "mae", "val_loss", "val_mae"}
    assert [len(series) for series in returned.history.values()] == [2, 2, 2, 2]
    assert returned.epoch == [0, 1]
    assert model.history is returned


@holds("fit.history")
def test_history_values(history):
    """The numbers are the means over the epoch's batches; val_ ones are taken at its end."""
    returned, _ = history
    # The prediction w + b for x = 1 nears the target 2 by the factor 1 - 4 lr each step, w and b moving alike.
    gaps = [2 * 0.96**step for step in range(5)]
    assert returned.history["loss"] == near([(gaps[0] ** 2 + gaps[1] ** 2) / 2, (gaps[2] ** 2 + gaps[3] ** 2) / 2])
    assert returned.history["mae"] == near([(gaps[0] + gaps[1]) / 2, (gaps[2] + gaps[3]) / 2])
    assert returned.history["val_mae"] == near([abs(2 - gaps[2] - 1), abs(2 - gaps[4] - 1)])


@holds("fit.history")
def test_each_fit_has_its_own_history():
    """A second fit starts a new history; initial_epoch numbers its epochs."""
    model = regression()
    first = model.fit(ONES, ONES, epochs=1, verbose=0)
    second = model.fit(ONES, ONES, initial_epoch=1, epochs=3, verbose=0)
    assert (first.epoch, second.epoch) == ([0], [1, 2])
    assert len(second.history["loss"]) == 2


def keys_in_order():
    """The keys of the history of a model with metrics mae and accuracy, in this order."""
    model = regression(metrics=["mae", "accuracy"])
    return list(model.fit(ONES, ONES, validation_data=(ONES, ONES), verbose=0).history)


@holds("fit.history-order", when="keras<3")
def test_loss_comes_first():
    """A history's keys stand in the order loss, metrics as given to compile, then the same with val_."""
    assert keys_in_order() == ["loss", "mae", "accuracy", "val_loss", "val_mae", "val_accuracy"]


@changed("fit.history-order", when="keras>=3", instead="history.history[name], never a position")
def test_keys_stand_in_alphabetical_order():
    """A history's keys stand in alphabetical order, then the same with val_."""
    assert keys_in_order() == ["accuracy", "loss", "mae", "val_accuracy", "val_loss", "val_mae"]


def types_of_numbers(history):
    """The types of a history's numbers."""
    return {type(number) for series in history.history.values() for number in series}


@holds("fit.history-floats", when="tensorflow<2.2")
def test_numbers_are_numpys(history):
    """The numbers of a history are NumPy's: float64 for the loss, float32 for metrics."""
    assert types_of_numbers(history[0]) == {np.float64, np.float32}


@changed("fit.history-floats", when="tensorflow>=2.2", instead="json.dumps(history.history), which works now")
def test_numbers_are_python_floats(history):
    """The numbers of a history are Python floats."""
    assert types_of_numbers(history[0]) == {float}


@holds("fit.history-params", when="tensorflow<2.2")
def test_params_name_sizes_and_metrics(history):
    """History.params tells the epochs, steps and verbosity, and also the batch size, samples, metrics and whether there is validation."""
    assert history[0].params == {
        "verbose": 0,
        "epochs": 2,
        "steps": 2,
        "batch_size": 2,
        "samples": 4,
        "metrics": ["loss", "mae", "val_loss", "val_mae"],
        "do_validation": True,
    }


@changed("fit.history-params", when="tensorflow>=2.2", instead="keep the other settings yourself")
def test_params_are_three(history):
    """History.params tells the epochs, the steps an epoch and the verbosity, and no more."""
    assert history[0].params == {"verbose": 0, "epochs": 2, "steps": 2}


# Learning


@holds("fit.learns")
def test_loss_falls_on_a_learnable_task(rng):
    """Training lowers the loss on a task that can be learnt, and finds its solution."""
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
    """A batch of SGD moves each weight by minus the learning rate times the gradient of the mean loss."""
    x, y = rng.randn(8, 3).astype(np.float32), rng.randn(8, 2).astype(np.float32)
    kernel, bias = rng.randn(3, 2), rng.randn(2)
    model = linear(kernel, bias)
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mean_squared_error", run_eagerly=run_eagerly)
    model.fit(x, y, batch_size=8, epochs=1, verbose=0)
    slope = 2 * (x @ kernel + bias - y) / y.size
    seen_kernel, seen_bias = model.get_weights()
    assert seen_kernel == near(kernel - 0.1 * x.T @ slope)
    assert seen_bias == near(bias - 0.1 * slope.sum(axis=0))
