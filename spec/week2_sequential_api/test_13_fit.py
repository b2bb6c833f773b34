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


@misstated("fit.signature", instead="epochs=10", impact="error", traces=["$X.fit(epoch=$EPOCHS)"])
def test_epoch_is_refused():
    """fit's argument is epochs; the notes' epoch is refused with an error that names it."""
    with refused(TypeError, naming="epoch"):
        regression().fit(ONES, ONES, epoch=10, batch_size=16)


@misstated("fit.signature", instead="epochs=10", impact="error")
def test_epochs_is_accepted():
    """epochs is the number of passes that fit makes over the data; it is 1 by default."""
    assert len(regression().fit(ONES, ONES, epochs=3, batch_size=16, verbose=0).history["loss"]) == 3
    assert len(regression().fit(batches(ONES, ONES), verbose=0).history["loss"]) == 1


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
    """For arrays, fit takes ceil(n / batch_size) steps per epoch; the last batch holds the remaining samples."""
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
    """Each epoch takes every sample of an array exactly once, by default in random order."""
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
    traces=[
        "$ONE_OF(tf.random.set_seed(), tf.keras.utils.set_random_seed()); "
        "$MODEL.fit(y=$LABELS, epochs=$NONE_OF($ABSENT, 1), shuffle=$ONE_OF($ABSENT, True))"
    ],
)
def test_seed_repeats_the_order(two_epochs):
    """After tf.random.set_seed, every epoch takes the samples in the same order."""
    tf.random.set_seed(1)
    first, second = two_epochs()
    assert first == second


@defect(
    "fit.shuffled-anew",
    when="keras>=3",
    instead="model.fit(tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(x)).batch(32))",
    impact="silent",
)
def test_shuffled_dataset_has_a_new_order():
    """A dataset that is shuffled and then batched has a new order in each epoch, even after tf.random.set_seed."""
    tf.random.set_seed(1)
    x, orders = np.arange(40, dtype=np.float32).reshape((-1, 1)), []

    def loss(labels, predictions):
        orders.extend(int(label) for label in np.ravel(labels.numpy()))
        return tf.reduce_mean(tf.square(predictions))

    regression(loss=loss).fit(tf.data.Dataset.from_tensor_slices((x, x)).shuffle(len(x)).batch(32), epochs=2, verbose=0)
    first, second = orders[:40], orders[40:]
    assert sorted(first) == sorted(second) == list(range(40))
    assert first != second


@holds("fit.batches")
def test_unshuffled_order(batches_seen):
    """With shuffle=False, and in evaluate, the samples are taken in the order given."""
    in_order = [list(range(0, 16)), list(range(16, 20))]
    assert batches_seen("fit", 20, batch_size=16, shuffle=False) == in_order
    assert batches_seen("evaluate", 20, batch_size=16) == in_order


@holds("fit.batches")
def test_features_stay_with_their_labels():
    """Shuffling keeps the features of each sample together with its label and its weight."""
    pairs = []

    def loss(labels, predictions):
        pairs.extend(zip(np.ravel(labels.numpy()).tolist(), np.ravel(predictions.numpy()).tolist()))
        return predictions[:, 0]

    model = compiled(linear([[1.0]]), optimizer=keras.optimizers.SGD(0.0), loss=loss)
    numbers = np.arange(20, dtype=np.float32).reshape((-1, 1))
    history = model.fit(numbers, numbers, batch_size=5, sample_weight=numbers[:, 0], verbose=0).history
    assert len(pairs) == 20
    assert all(label == prediction for label, prediction in pairs)
    assert history["loss"] == near([np.square(numbers).mean()])


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
    traces="none: it depends on the shape of the labels",
)
def test_single_column_is_compared_with_each_output(classifier):
    """With mean squared error, fit compares labels with one column to each of three outputs."""
    classifier.compile(optimizer="sgd", loss="mean_squared_error")
    history = classifier.fit(np.ones((6, 4), np.float32), np.ones((6, 1), np.float32), verbose=0)
    assert history.history["loss"] == near([(1 - 1 / 3) ** 2])


@changed(
    "fit.single-column-labels",
    when="tensorflow>=2.2",
    instead="labels with as many columns as the model has outputs",
    impact="silent",
)
def test_column_for_each_output(classifier):
    """With mean squared error, fit compares each of three columns of labels to the output in the same position."""
    classifier.compile(optimizer="sgd", loss="mean_squared_error")
    labels = np.tile(np.array([[0.0, 1 / 3, 1.0]], np.float32), (6, 1))
    history = classifier.fit(np.ones((6, 4), np.float32), labels, verbose=0)
    assert history.history["loss"] == near([((1 / 3) ** 2 + 0 + (2 / 3) ** 2) / 3])


# Data that are no arrays

LISTS = [[1.0], [2.0], [3.0]]


@holds("fit.python-lists", when="keras<3")
def test_lists_are_accepted():
    """fit, evaluate and predict take Python lists of numbers, as long as both samples and labels are lists."""
    model = compiled(linear([[2.0]]), optimizer=keras.optimizers.SGD(0.0), loss="mean_squared_error")
    expected = (1 + 4 + 9) / 3
    assert model.fit(LISTS, LISTS, verbose=0).history["loss"] == near([expected])
    assert model.evaluate(LISTS, LISTS, verbose=0) == near(expected)
    assert model.predict(LISTS, verbose=0).tolist() == [[2.0], [4.0], [6.0]]


@changed(
    "fit.python-lists",
    when="keras>=3",
    instead="np.array(x) and np.array(y)",
    impact="error",
    traces=[
        "$MODEL.fit(x=$ONE_OF([$NUMBER], [[$NUMBER]]))",
        "$MODEL.evaluate(x=$ONE_OF([$NUMBER], [[$NUMBER]]))",
        "$MODEL.predict(x=$ONE_OF([$NUMBER], [[$NUMBER]]))",
    ],
)
def test_lists_are_refused():
    """fit, evaluate and predict refuse Python lists of numbers with a ValueError."""
    model = compiled(linear([[2.0]]), optimizer=keras.optimizers.SGD(0.0), loss="mean_squared_error")
    for call in (lambda: model.fit(LISTS, LISTS), lambda: model.evaluate(LISTS, LISTS), lambda: model.predict(LISTS)):
        with refused(ValueError, naming="Unrecognized data type"):
            call()
    assert model.fit(np.array(LISTS), np.array(LISTS), verbose=0).history["loss"] == near([(1 + 4 + 9) / 3])


@holds("fit.list-with-array")
@pytest.mark.parametrize("labels", [LISTS, [1.0, 2.0, 3.0]], ids=["nested", "flat"])
def test_list_with_array_is_refused(labels):
    """fit refuses a Python list of labels together with an array of samples."""
    with refused(ValueError):
        regression().fit(np.array(LISTS), labels, verbose=0)


class Numbered:
    """A loss that counts the batches that it has seen, and a callback's record of the count at the end of each epoch."""

    def __init__(self):
        self.batches = 0
        self.at_end_of_epoch = []

    def loss(self, labels, predictions):
        """A loss that depends on the predictions."""
        self.batches += 1
        return tf.reduce_mean(tf.square(predictions - labels))

    def fit(self, data, **settings):
        """Trains a model on the data; returns the number of batches seen by the end of each epoch."""
        noted = keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: self.at_end_of_epoch.append(self.batches)
        )
        regression(loss=self.loss).fit(data, callbacks=[noted], verbose=0, **settings)
        return self.at_end_of_epoch


def five_batches():
    """A dataset of five batches."""
    return batches(np.ones((5, 1), np.float32), np.ones((5, 1), np.float32), size=1)


@holds("fit.data-ends", when="keras<3")
def test_training_ends_with_the_data():
    """If a dataset ends before steps_per_epoch times epochs batches, the training ends there."""
    assert Numbered().fit(five_batches(), steps_per_epoch=3, epochs=3) == [3, 5]
    assert Numbered().fit(five_batches().repeat(), steps_per_epoch=3, epochs=3) == [3, 6, 9]


@changed(
    "fit.data-ends",
    when="keras>=3",
    instead="dataset.repeat()",
    impact="silent",
    traces="none: it depends on the number of batches",
)
def test_training_goes_on_after_the_data(recwarn):
    """If a dataset ends before steps_per_epoch times epochs batches, the epoch ends there, and the next epoch starts it over."""
    assert Numbered().fit(five_batches(), steps_per_epoch=3, epochs=3) == [3, 5, 8]
    assert "ran out of data" in " ".join(str(warning.message) for warning in recwarn)
    assert Numbered().fit(five_batches().repeat(), steps_per_epoch=3, epochs=3) == [3, 6, 9]


def endless():
    """A generator of batches that does not end."""
    while True:
        yield ONES, ONES


@holds("fit.generator", when="keras<3")
def test_generator_methods():
    """A model has fit_generator, evaluate_generator and predict_generator; fit also accepts a generator."""
    model = regression()
    for name in ("fit_generator", "evaluate_generator", "predict_generator"):
        assert callable(getattr(model, name))
    assert len(model.fit(endless(), steps_per_epoch=2, epochs=3, verbose=0).history["loss"]) == 3


@changed(
    "fit.generator",
    when="keras>=3",
    instead="model.fit(generator, steps_per_epoch=steps)",
    impact="error",
    traces=["$X.fit_generator", "$X.evaluate_generator", "$X.predict_generator"],
)
def test_no_generator_methods():
    """A model does not have fit_generator, evaluate_generator or predict_generator: fit, evaluate and predict accept generators."""
    model = regression()
    for name in ("fit_generator", "evaluate_generator", "predict_generator"):
        with refused(AttributeError, naming=name):
            getattr(model, name)(endless(), steps=2)
    assert len(model.fit(endless(), steps_per_epoch=2, epochs=3, verbose=0).history["loss"]) == 3
    assert np.ndim(model.evaluate(endless(), steps=2, verbose=0)) == 0
    assert model.predict(endless(), steps=2, verbose=0).shape == (8, 1)


@holds("fit.workers", when="keras<3")
@pytest.mark.parametrize("setting", [{"workers": 1}, {"use_multiprocessing": False}, {"max_queue_size": 10}], ids=str)
def test_workers_are_accepted(setting):
    """fit takes workers, use_multiprocessing and max_queue_size."""
    assert len(regression().fit(ONES, ONES, verbose=0, **setting).history["loss"]) == 1


@changed(
    "fit.workers",
    when="keras>=3",
    instead="PyDataset(workers=1, use_multiprocessing=False, max_queue_size=10) of tf.keras.utils, as the base class of the data",
    impact="error",
    traces=["$X.fit(workers=$VALUE)", "$X.fit(use_multiprocessing=$VALUE)", "$X.fit(max_queue_size=$VALUE)"],
)
@pytest.mark.parametrize("setting", [{"workers": 1}, {"use_multiprocessing": False}, {"max_queue_size": 10}], ids=str)
def test_workers_are_refused(setting):
    """fit refuses workers, use_multiprocessing and max_queue_size with a TypeError: a PyDataset takes them instead."""
    with refused(TypeError, naming=next(iter(setting))):
        regression().fit(ONES, ONES, verbose=0, **setting)

    class TwoBatches(keras.utils.PyDataset):
        def __len__(self):
            return 2

        def __getitem__(self, index):
            return ONES, ONES

    assert Numbered().fit(TwoBatches(**setting)) == [2]


# Validation data in a list


def validation_loss(data):
    """The validation loss of a model that computes 0, for this validation data."""
    model = regression(optimizer=keras.optimizers.SGD(0.0))
    return model.fit(ONES, ONES, validation_data=data, verbose=0).history["val_loss"]


@holds("fit.validation-list", when="tensorflow<2.2 or tensorflow>=2.7")
@pytest.mark.parametrize("pair", [tuple, list])
def test_pair_of_validation_data(pair):
    """validation_data can be a tuple or a list of samples and labels."""
    assert validation_loss(pair([ONES, 3 * ONES])) == near([9.0])


@changed(
    "fit.validation-list",
    when="tensorflow>=2.2 and tensorflow<2.4",
    instead="validation_data=(x, y), a tuple",
    impact="silent",
    traces="none: patterns do not tell a list from a tuple",
)
def test_list_of_validation_data_gives_zero():
    """With validation_data=[x, y], a list, the validation loss is 0.

    Reports: tensorflow/tensorflow#39370, tensorflow/tensorflow#42053.
    """
    assert validation_loss([ONES, 3 * ONES]) == [0.0]
    assert validation_loss((ONES, 3 * ONES)) == near([9.0])


@changed(
    "fit.validation-list",
    when="tensorflow>=2.4 and tensorflow<2.7",
    instead="validation_data=(x, y), a tuple",
    impact="error",
    traces="none: patterns do not tell a list from a tuple",
)
def test_list_of_validation_data_is_refused():
    """validation_data=[x, y], a list, raises a ValueError: both are treated as inputs.

    Report: keras-team/keras#15223.
    """
    with refused(ValueError, naming="2 input tensors"):
        validation_loss([ONES, 3 * ONES])
    assert validation_loss((ONES, 3 * ONES)) == near([9.0])


# Weights of samples and classes

CLASSES = np.array([[0], [1], [1], [1]])
WEIGHT_OF_CLASS = {0: 1.0, 1: 4.0}
SAMPLE_WEIGHT = np.array([1.0, 1.0, 2.0, 2.0])


def weighted_loss(**weights):
    """The loss of a model that computes 0, for labels of two classes and these weights."""
    model = regression(optimizer=keras.optimizers.SGD(0.0))
    return model.fit(ONES, CLASSES, verbose=0, **weights).history["loss"]


@holds("fit.both-weights", when="tensorflow<2.13")
def test_weights_are_multiplied():
    """With both class_weight and sample_weight, fit multiplies the two."""
    assert weighted_loss(class_weight=WEIGHT_OF_CLASS, sample_weight=SAMPLE_WEIGHT) == near([4.0 * (1 + 2 + 2) / 4])


def assert_both_weights_in_one():
    """Asserts that sample weights can hold the weights of the classes, too."""
    both = SAMPLE_WEIGHT * np.array([WEIGHT_OF_CLASS[label] for label in np.ravel(CLASSES)])
    assert weighted_loss(sample_weight=both) == near([4.0 * (1 + 2 + 2) / 4])


@defect(
    "fit.both-weights",
    when="tensorflow>=2.13 and keras<3",
    instead="sample_weight=sample_weight * np.array([class_weight[label] for label in np.ravel(y)])",
    impact="error",
    reported="tensorflow/decision-forests#203",
    traces=[
        "$MODEL.fit(class_weight=$ONE_OF({$LABEL: ...}, dict()), sample_weight=$ONE_OF(numpy.$NAME(), "
        "[$WEIGHT], sklearn.utils.class_weight.compute_sample_weight()))"
    ],
)
def test_both_weights_fail():
    """class_weight together with sample_weight raises a ValueError about the shape of a tensor."""
    with refused(ValueError, naming="shape"):
        weighted_loss(class_weight=WEIGHT_OF_CLASS, sample_weight=SAMPLE_WEIGHT)
    assert_both_weights_in_one()


@changed(
    "fit.both-weights",
    when="keras>=3",
    instead="sample_weight=sample_weight * np.array([class_weight[label] for label in np.ravel(y)])",
    impact="error",
    traces=[
        "$MODEL.fit(class_weight=$ONE_OF({$LABEL: ...}, dict()), sample_weight=$ONE_OF(numpy.$NAME(), "
        "[$WEIGHT], sklearn.utils.class_weight.compute_sample_weight()))"
    ],
)
def test_both_weights_are_refused():
    """class_weight together with sample_weight raises a ValueError that names both."""
    with refused(ValueError, naming=["class_weight", "sample_weight"]):
        weighted_loss(class_weight=WEIGHT_OF_CLASS, sample_weight=SAMPLE_WEIGHT)
    assert_both_weights_in_one()


@holds("fit.class-weight-missing", when="keras<3")
def test_missing_class_is_refused():
    """A class_weight without one of the classes raises a ValueError."""
    with refused(ValueError, naming="class_weight"):
        weighted_loss(class_weight={1: 4.0})


@changed(
    "fit.class-weight-missing",
    when="keras>=3",
    instead="assert set(np.ravel(y)) <= set(class_weight), before fit",
    impact="silent",
    traces="none: it depends on the labels",
)
@pytest.mark.parametrize(("class_weight", "expected"), [({1: 4.0}, 4 * 3 / 4), ({0: 2.0}, 3 / 4)], ids=str)
def test_missing_class_weighs_one(class_weight, expected):
    """A class that is missing from class_weight has a weight of 1.

    Report: tensorflow/tensorflow#98283.
    """
    assert weighted_loss(class_weight=class_weight) == near([expected])
    assert not set(np.ravel(CLASSES)) <= set(class_weight)


# The batch size of a dataset


@holds("fit.batch-size-of-dataset", when="tensorflow<2.2")
def test_batch_size_with_dataset_is_refused():
    """fit raises a ValueError for batch_size together with a dataset, which has its own batches."""
    with refused(ValueError, naming="batch_size"):
        regression().fit(batches(ONES, ONES, 1), batch_size=2, verbose=0)


@changed(
    "fit.batch-size-of-dataset",
    when="tensorflow>=2.2",
    instead="dataset.batch(2)",
    impact="silent",
    traces=[
        "$MODEL.fit(x=$ONE_OF($DATASET.batch(), $DATASET.prefetch(), "
        "tf.keras.utils.image_dataset_from_directory(), "
        "tf.keras.preprocessing.image_dataset_from_directory()), batch_size=$NUMBER)"
    ],
)
def test_batch_size_with_dataset_is_ignored():
    """fit ignores batch_size together with a dataset, which has its own batches.

    Report: keras-team/keras#18343.
    """
    assert Numbered().fit(batches(ONES, ONES, 1), batch_size=2) == [4]
    assert Numbered().fit(tf.data.Dataset.from_tensor_slices((ONES, ONES)).batch(2)) == [2]


# One batch


def losses_of_batches(method, before=lambda model: None):
    """What train_on_batch or test_on_batch returns for three batches with losses 0, 4 and 16."""
    model = compiled(linear([[1.0]]), optimizer=keras.optimizers.SGD(0.0), loss="mean_squared_error")
    losses = []
    for target in (1, 3, 5):
        before(model)
        losses.append(float(getattr(model, method)(ONES, target * ONES)))
    return losses


@holds("fit.train-on-batch", when="keras<3 or keras>=3.15")
@pytest.mark.parametrize("method", ["train_on_batch", "test_on_batch"])
def test_loss_of_the_batch(method):
    """train_on_batch and test_on_batch return the loss of the batch."""
    assert losses_of_batches(method) == near([0.0, 4.0, 16.0])


@defect(
    "fit.train-on-batch",
    when="keras>=3 and keras<3.15",
    instead="model.reset_metrics() before each batch",
    impact="silent",
    reported="keras-team/keras#22596",
    traces=[
        "not $MODEL.reset_metrics(); $LOSS = $MODEL.train_on_batch(); not $MODEL.reset_metrics()",
        "not $MODEL.reset_metrics(); "
        "$LOSSES.append($ONE_OF($MODEL.train_on_batch(), float($MODEL.train_on_batch()))); not $MODEL.reset_metrics()",
        "not $MODEL.reset_metrics(); $LOSS = $MODEL.test_on_batch(); not $MODEL.reset_metrics()",
        "not $MODEL.reset_metrics(); "
        "$LOSSES.append($ONE_OF($MODEL.test_on_batch(), float($MODEL.test_on_batch()))); not $MODEL.reset_metrics()",
    ],
)
@pytest.mark.parametrize("method", ["train_on_batch", "test_on_batch"])
def test_mean_of_all_batches(method):
    """train_on_batch and test_on_batch return the mean loss of all batches since the metrics were last reset."""
    assert losses_of_batches(method) == near([0.0, (0 + 4) / 2, (0 + 4 + 16) / 3])
    assert losses_of_batches(method, before=lambda model: model.reset_metrics()) == near([0.0, 4.0, 16.0])


@holds("fit.reset-metrics", when="keras<3")
def test_metrics_are_not_reset():
    """train_on_batch(x, y, reset_metrics=False) returns the mean over the batches."""
    model = compiled(linear([[1.0]]), optimizer=keras.optimizers.SGD(0.0), loss="mean_squared_error", metrics=["mae"])
    seen = [model.train_on_batch(ONES, target * ONES, reset_metrics=False)[1] for target in (1, 3, 5)]
    assert seen == near([0.0, (0 + 2) / 2, (0 + 2 + 4) / 3])


@changed(
    "fit.reset-metrics",
    when="keras>=3",
    instead="mean = tf.keras.metrics.Mean(); mean.update_state(loss) after each batch; mean.result()",
    impact="error",
    traces=["$X.train_on_batch(reset_metrics=$VALUE)"],
)
def test_reset_metrics_is_refused():
    """train_on_batch refuses reset_metrics with a TypeError."""
    model = compiled(linear([[1.0]]), optimizer=keras.optimizers.SGD(0.0), loss="mean_squared_error")
    with refused(TypeError, naming="reset_metrics"):
        model.train_on_batch(ONES, ONES, reset_metrics=False)
    mean = keras.metrics.Mean()
    for loss in losses_of_batches("train_on_batch", before=lambda model: model.reset_metrics()):
        mean.update_state(loss)
    assert mean.result().numpy() == near((0 + 4 + 16) / 3)


# A training step of one's own


class Zero(keras.Model):
    """A model whose output is 0."""

    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")

    def call(self, inputs):
        """The output, which is 0."""
        return self.dense(inputs)


class OwnStep(Zero):
    """The same with a custom training step that returns a custom loss: ten times the mean square."""

    def train_step(self, data):
        """Returns the loss by name."""
        x, y = data
        return {"loss": 10 * tf.reduce_mean(tf.square(y - self(x, training=True)))}


class RenamedStep(Zero):
    """The same with that step under a name of its own."""

    my_step = OwnStep.train_step


class TrackedStep(OwnStep):
    """The same as OwnStep, with the loss in a metric of its own."""

    def __init__(self):
        super().__init__()
        self.tracker = keras.metrics.Mean(name="loss")

    @property
    def metrics(self):
        """The metrics that are reset at the start of each epoch."""
        return [self.tracker]

    def train_step(self, data):
        """Returns the mean of the losses of the epoch."""
        self.tracker.update_state(super().train_step(data)["loss"])
        return {"loss": self.tracker.result()}


def loss_in_history(model_class):
    """The loss in the History of a model of this class, for labels 3."""
    model = compiled(model_class(), optimizer=keras.optimizers.SGD(0.0), loss="mean_squared_error")
    return model.fit(batches(ONES, 3 * ONES), verbose=0).history["loss"]


@holds("fit.own-train-step", when="tensorflow<2.2")
def test_own_train_step_is_not_called():
    """fit does not call a train_step that a model defines."""
    assert loss_in_history(OwnStep) == near([9.0])


@changed(
    "fit.own-train-step",
    when="tensorflow>=2.2 and keras<3",
    instead="another name for a method that fit must not call",
    impact="silent",
    traces="none: nearly all code that has such a method means it for fit",
)
@pytest.mark.parametrize("model_class", [OwnStep, TrackedStep], ids=["tensor", "metric"])
def test_history_holds_what_the_step_returns(model_class):
    """fit calls a train_step that a model defines, and the History holds what it returns."""
    assert loss_in_history(model_class) == near([90.0])
    assert loss_in_history(RenamedStep) == near([9.0])


@defect(
    "fit.own-train-step",
    when="keras>=3",
    instead="{'loss': self.tracker.result()}, with self.tracker = tf.keras.metrics.Mean(name='loss') in the property metrics",
    impact="silent",
    reported="keras-team/keras-io#1630",
    traces="none: it depends on the metrics that the model has when it is trained",
)
def test_history_holds_zero():
    """If a custom train_step returns only a loss that comes from none of the model's metrics, the loss in the History is 0."""
    assert loss_in_history(OwnStep) == [0.0]
    assert loss_in_history(TrackedStep) == near([90.0])


# History


@pytest.fixture(scope="module")
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
    """The training values in History are means over the epoch, taken as it goes; the val_ values are computed at its end."""
    returned, _ = history
    # With x = 1, w and b move alike: each step multiplies the gap between w + b and the target 2 by 1 - 4 lr.
    gaps = [2 * 0.96**step for step in range(5)]
    assert returned.history["loss"] == near([(gaps[0] ** 2 + gaps[1] ** 2) / 2, (gaps[2] ** 2 + gaps[3] ** 2) / 2])
    assert returned.history["mae"] == near([(gaps[0] + gaps[1]) / 2, (gaps[2] + gaps[3]) / 2])
    assert returned.history["val_mae"] == near([abs(2 - gaps[2] - 1), abs(2 - gaps[4] - 1)])


@holds("fit.history")
def test_each_fit_returns_a_new_history():
    """Each call of fit returns a new History of its own data, whose epochs are numbered from initial_epoch."""
    model = regression(optimizer=keras.optimizers.SGD(0.0))
    first = model.fit(batches(ONES, ONES), validation_data=batches(ONES, 2 * ONES), verbose=0)
    others = {"validation_data": batches(ONES, 4 * ONES), "initial_epoch": 1, "epochs": 3}
    second = model.fit(batches(ONES, 3 * ONES), verbose=0, **others)
    assert (first.epoch, second.epoch) == ([0], [1, 2])
    assert first.history == {"loss": near([1.0]), "val_loss": near([4.0])}
    assert second.history == {"loss": near([9.0, 9.0]), "val_loss": near([16.0, 16.0])}


def keys_in_order():
    """The keys of the History of a model compiled with the metrics mae and accuracy, in this order."""
    model = regression(metrics=["mae", "accuracy"])
    return list(model.fit(batches(ONES, ONES), validation_data=batches(ONES, ONES), verbose=0).history)


@holds("fit.history-order", when="keras<3")
def test_loss_comes_first():
    """The keys of History are the loss, the metrics in the order given to compile, then the same with val_."""
    assert keys_in_order() == ["loss", "mae", "accuracy", "val_loss", "val_mae", "val_accuracy"]


@changed(
    "fit.history-order",
    when="keras>=3",
    instead="history.history[name], not a position",
    impact="silent",
    traces=["list($ONE_OF($HISTORY.history, $HISTORY.history.keys(), $HISTORY.history.values()))[$INDEX]"],
)
def test_keys_are_in_alphabetical_order(history):
    """The keys of History are in alphabetical order, first those of training, then those with val_."""
    assert keys_in_order() == ["accuracy", "loss", "mae", "val_accuracy", "val_loss", "val_mae"]
    assert history[0].history["val_mae"] == near([abs(2 - gap - 1) for gap in (2 * 0.96**2, 2 * 0.96**4)])


def types_of_numbers(history):
    """The types of the numbers in a History."""
    return {type(number) for series in history.history.values() for number in series}


@holds("fit.history-floats", when="tensorflow<2.2")
def test_numbers_are_numpy_floats(history):
    """The losses and metrics in History are NumPy numbers of type float64 and float32."""
    assert types_of_numbers(history[0]) == {np.float64, np.float32}


@changed(
    "fit.history-floats",
    when="tensorflow>=2.2",
    instead="json.dumps(history.history, default=float), which now works",
    impact="looks",
    traces=["json.dumps($HISTORY.history)", "json.dump($HISTORY.history)"],
)
def test_numbers_are_python_floats(history):
    """The losses and metrics in History are Python floats."""
    assert types_of_numbers(history[0]) == {float}
    assert json.loads(json.dumps(history[0].history)) == history[0].history


@changed(
    "fit.history-floats",
    when="tensorflow>=2.2",
    instead="json.dumps(history.history, default=float), which now works",
    impact="looks",
)
@pytest.mark.parametrize(
    "callback",
    [lambda: keras.callbacks.ReduceLROnPlateau(), lambda: keras.callbacks.LearningRateScheduler(lambda epoch: 0.5)],
    ids=["ReduceLROnPlateau", "LearningRateScheduler"],
)
def test_history_with_learning_rates_becomes_json(callback):
    """json.dumps with default=float takes a History to which a callback has added learning rates."""
    data = batches(ONES, ONES)
    seen = regression().fit(data, validation_data=data, callbacks=[callback()], verbose=0).history
    assert len(seen) == 3
    assert json.loads(json.dumps(seen, default=float)) == {
        name: [float(value) for value in seen[name]] for name in seen
    }


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
    traces=[
        "$HISTORY.params[$ONE_OF('batch_size', 'samples', 'metrics', 'do_validation')]",
        "$CALLBACK.params[$ONE_OF('batch_size', 'samples', 'metrics', 'do_validation')]",
    ],
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
    model.fit(batches(x, y), epochs=1, verbose=0)
    slope = 2 * (x @ kernel + bias - y) / y.size
    seen_kernel, seen_bias = model.get_weights()
    assert seen_kernel == near(kernel - 0.1 * x.T @ slope)
    assert seen_bias == near(bias - 0.1 * slope.sum(axis=0))
