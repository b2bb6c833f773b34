"""Week 2, Compile Method.

Subject: compiling and optimizers.
"""

import numpy as np
import pytest
import tensorflow as tf

from spec.models import batches, compiled, echo, linear
from spec.oracles import losses as oracle
from tf_conformance import changed, defect, holds, near, refused

keras, layers = tf.keras, tf.keras.layers

HYPERPARAMETERS = {
    "sgd": ("SGD", {"learning_rate": 0.01, "momentum": 0.0, "nesterov": False}),
    "adam": ("Adam", {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": False}),
    "rmsprop": (
        "RMSprop",
        {"learning_rate": 0.001, "rho": 0.9, "momentum": 0.0, "epsilon": 1e-7, "centered": False},
    ),
}


def settings_of(optimizer):
    """An optimizer's configuration without its name, its float32 values wrapped in near() for the comparison."""
    config = optimizer.get_config()
    del config["name"]
    return {
        name: near(value, atol=0.0) if isinstance(value, (float, np.floating)) else value
        for name, value in config.items()
    }


# Names


@holds("compile.by-name")
@pytest.mark.parametrize("name", HYPERPARAMETERS)
def test_optimizer_by_name(name):
    """compile accepts 'sgd', 'adam' and 'rmsprop', or 'SGD', 'Adam' and 'RMSprop', for the optimizers with their documented defaults."""
    class_name, hyperparameters = HYPERPARAMETERS[name]
    for given in (name, class_name):
        model = echo(1)
        model.compile(optimizer=given, loss="mse")
        assert type(model.optimizer).__name__ == class_name
        assert isinstance(model.optimizer, getattr(keras.optimizers, class_name))
        settings = settings_of(model.optimizer)
        assert {setting: settings[setting] for setting in hyperparameters} == hyperparameters


@holds("compile.by-name")
@pytest.mark.parametrize("name", HYPERPARAMETERS)
def test_class_has_the_same_defaults(name):
    """SGD(), Adam() and RMSprop() have the documented default hyperparameters."""
    class_name, hyperparameters = HYPERPARAMETERS[name]
    settings = settings_of(getattr(keras.optimizers, class_name)())
    assert {setting: settings[setting] for setting in hyperparameters} == hyperparameters


PROBABILITIES = np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4], [0.05, 0.9, 0.05], [0.2, 0.6, 0.2]], np.float32)
ONE_HOT = np.array([[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]], np.float32)


@holds("compile.by-name")
@pytest.mark.parametrize("name", ["binary_crossentropy", "categorical_crossentropy", "mean_squared_error"])
def test_loss_by_name(name):
    """compile accepts 'binary_crossentropy', 'categorical_crossentropy' and 'mean_squared_error' for these losses."""
    model = compiled(echo(3), optimizer="sgd", loss=name)
    expected = getattr(oracle, name)(ONE_HOT, PROBABILITIES).mean()
    assert model.evaluate(batches(PROBABILITIES, ONE_HOT), verbose=0) == near(expected)


@holds("compile.by-name")
def test_metrics_by_name():
    """compile accepts 'accuracy' and 'mae' for accuracy and mean absolute error, which are reported under these names."""
    model = compiled(echo(3), optimizer="sgd", loss="categorical_crossentropy", metrics=["accuracy", "mae"])
    history = model.fit(batches(PROBABILITIES, ONE_HOT), verbose=0).history
    assert set(history) == {"loss", "accuracy", "mae"}
    assert history["accuracy"] == [0.5]
    assert history["mae"] == near([oracle.mean_absolute_error(ONE_HOT, PROBABILITIES).mean()])


@holds("compile.by-name")
@pytest.mark.parametrize("part", ["optimizer", "loss"])
def test_unknown_name_is_refused(part):
    """An unknown optimizer or loss name raises a ValueError that contains it, at the latest when training starts."""
    with refused(ValueError, naming="perplexety"):
        train_with(**{part: "perplexety"})


def train_with(**settings):
    """Compiles a model with these settings and trains it on one sample."""
    model = compiled(linear([[1.0]]), **{"optimizer": "sgd", "loss": "mean_squared_error", **settings})
    model.train_on_batch(np.ones((1, 1)), np.ones((1, 1)))


@holds("compile.unknown-metric", when="keras<2.13 or keras>=3")
def test_unknown_metric_is_refused():
    """An unknown metric name raises a ValueError that contains it, at the latest when training starts."""
    with refused(ValueError, naming="perplexety"):
        train_with(metrics=["perplexety"])


@defect(
    "compile.unknown-metric",
    when="keras>=2.13 and keras<3",
    instead="metrics=[tf.keras.metrics.MeanAbsoluteError()], an object rather than a name",
    impact="looks",
    reported="tensorflow/tensorflow#62345",
    traces="none: any name may be misspelled",
)
def test_unknown_metric_fails_obscurely():
    """An unknown metric name raises a TypeError that does not contain it, at the latest when training starts."""
    with refused(TypeError, naming="'str' object is not callable") as refusal:
        train_with(metrics=["perplexety"])
    assert "perplexety" not in str(refusal.error)
    train_with(metrics=[keras.metrics.MeanAbsoluteError()])


# 'accuracy'

SINGLE = np.array([[0.4], [0.6], [0.51], [0.9]], np.float32)


@holds("compile.accuracy-by-output")
@pytest.mark.parametrize(
    ("loss", "predictions", "labels", "expected"),
    [
        ("binary_crossentropy", SINGLE, [[0], [1], [0], [1]], 3 / 4),
        ("binary_crossentropy", SINGLE, [0, 1, 0, 1], 3 / 4),
        ("binary_crossentropy", SINGLE[:1], [0], 1.0),
        ("mean_squared_error", SINGLE, [[0], [1], [0], [1]], 3 / 4),
        ("categorical_crossentropy", PROBABILITIES, ONE_HOT, 2 / 4),
        ("sparse_categorical_crossentropy", PROBABILITIES, [[0], [1], [1], [2]], 2 / 4),
        ("sparse_categorical_crossentropy", PROBABILITIES, [0, 1, 1, 2], 2 / 4),
        ("sparse_categorical_crossentropy", PROBABILITIES[1:2], [1], 0.0),
    ],
    ids=["binary", "flat", "one-flat", "regression", "one-hot", "integer-column", "integer", "one-integer"],
)
def test_accuracy_follows_the_output(loss, predictions, labels, expected):
    """For one output, 'accuracy' is binary accuracy at 0.5; for several and a categorical loss, how often the label's output is largest."""
    labels = np.asarray(labels, np.float32)
    model = compiled(echo(predictions.shape[1]), optimizer="sgd", loss=loss, metrics=["accuracy"])
    assert model.evaluate(predictions, labels, verbose=0)[1] == near(expected)


def accuracy_of_binary_outputs(metric="accuracy"):
    """The metric for the four predictions above, with binary cross-entropy over three outputs."""
    model = compiled(echo(3), optimizer="sgd", loss="binary_crossentropy", metrics=[metric])
    return model.evaluate(batches(PROBABILITIES, ONE_HOT), verbose=0)[1]


BINARY_ACCURACY = np.mean((PROBABILITIES > 0.5) == ONE_HOT)
CATEGORICAL_ACCURACY = np.mean(PROBABILITIES.argmax(axis=1) == ONE_HOT.argmax(axis=1))


@holds("compile.accuracy-by-loss", when="tensorflow<2.2")
def test_binary_loss_makes_accuracy_binary():
    """With binary cross-entropy over several outputs, 'accuracy' is the fraction of outputs on the correct side of 0.5."""
    assert accuracy_of_binary_outputs() == near(BINARY_ACCURACY)


@changed(
    "compile.accuracy-by-loss",
    when="tensorflow>=2.2",
    instead="metrics=['binary_accuracy']",
    impact="silent",
    traces=[
        "tf.keras.Sequential(layers=[..., tf.keras.layers.Dense(units=$NONE_OF(1))])"
        ".compile(loss=$ONE_OF('binary_crossentropy', tf.keras.losses.BinaryCrossentropy()), "
        "metrics=[$ONE_OF('accuracy', 'acc')])"
    ],
)
def test_accuracy_ignores_the_loss():
    """With binary cross-entropy over several outputs, 'accuracy' is the fraction of samples whose largest output is the label's."""
    assert accuracy_of_binary_outputs() == near(CATEGORICAL_ACCURACY)
    assert accuracy_of_binary_outputs("binary_accuracy") == near(BINARY_ACCURACY)
    assert BINARY_ACCURACY != CATEGORICAL_ACCURACY


# Objects


@holds("compile.by-object")
def test_objects_are_used_as_they_are():
    """compile accepts objects, and model.optimizer and model.loss are the given objects."""
    optimizer, loss = keras.optimizers.SGD(), keras.losses.BinaryCrossentropy(from_logits=True)
    model = echo(1)
    model.compile(optimizer=optimizer, loss=loss, metrics=[keras.metrics.BinaryAccuracy(threshold=0.7)])
    assert model.optimizer is optimizer
    assert model.loss is loss
    assert model.optimizer.learning_rate.numpy() == near(0.01)


@holds("compile.by-object")
def test_objects_act_with_their_settings():
    """BinaryCrossentropy(from_logits=True) takes logits, and BinaryAccuracy(threshold=0.7) counts outputs above 0.7 as positive."""
    model = compiled(
        echo(1),
        optimizer=keras.optimizers.SGD(),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[keras.metrics.BinaryAccuracy(threshold=0.7)],
    )
    logits, labels = np.array([[0.65], [0.75], [0.6], [-2.0]], np.float32), np.array([[1], [1], [1], [0]], np.float32)
    loss, accuracy = model.evaluate(batches(logits, labels), verbose=0)
    assert loss == near(oracle.binary_crossentropy(labels, oracle.sigmoid(logits)).mean())
    assert accuracy == 2 / 4


@holds("compile.by-object")
def test_metric_objects_are_reported_by_name():
    """A metric is reported under the name of its class in snake case, the name that it was given, or that of the function."""

    def largest(labels, outputs):
        return tf.reduce_max(outputs, axis=-1)

    metrics = keras.metrics
    classes = [metrics.BinaryAccuracy, metrics.CategoricalAccuracy, metrics.TopKCategoricalAccuracy]
    chosen = [*(each() for each in classes), metrics.MeanAbsoluteError(), metrics.MeanSquaredError("error"), largest]
    model = compiled(echo(3), optimizer="sgd", loss="categorical_crossentropy", metrics=chosen)
    names = ["binary_accuracy", "categorical_accuracy", "top_k_categorical_accuracy", "mean_absolute_error"]
    history = model.fit(batches(PROBABILITIES, ONE_HOT), verbose=0).history
    assert set(history) == {"loss", *names, "error", "largest"}


@holds("compile.numbered-metrics")
@pytest.mark.parametrize("class_name", ["AUC", "Precision", "Recall"])
def test_later_metrics_are_numbered(class_name):
    """Unless they are given names, AUC, Precision and Recall are numbered from the second of a session on: auc, auc_1, auc_2.

    Report: tensorflow/tensorflow#43645.
    """
    make, name = getattr(keras.metrics, class_name), class_name.lower()
    for _ in range(2):
        keras.backend.clear_session()
        assert [make().name, make().name, make(name=name).name, make().name] == [name, f"{name}_1", name, f"{name}_2"]


# Reading back


@holds("compile.loss-read-back")
@pytest.mark.parametrize(
    "loss",
    ["mse", keras.losses.binary_crossentropy, keras.losses.MeanSquaredError()],
    ids=["name", "function", "object"],
)
def test_loss_is_what_was_given(loss):
    """model.loss is the loss that was passed to compile."""
    model = echo(1)
    model.compile(optimizer="sgd", loss=loss)
    assert model.loss is loss


@holds("compile.read-back", when="keras<3")
def test_lr_is_the_learning_rate(capsys):
    """model.loss is the loss that was passed to compile, and model.optimizer.lr is the learning rate."""
    model = echo(1)
    model.compile(optimizer=keras.optimizers.SGD(0.25), loss="binary_crossentropy")
    print(model.loss)
    print(model.optimizer.lr)
    assert capsys.readouterr().out.startswith("binary_crossentropy\n<tf.Variable")
    assert model.optimizer.lr.numpy() == model.optimizer.learning_rate.numpy() == 0.25


@changed(
    "compile.read-back",
    when="keras>=3",
    instead="model.optimizer.learning_rate",
    impact="error",
    traces=["$X.optimizer.lr", "$OPTIMIZER.lr"],
)
def test_lr_is_gone():
    """model.loss is the loss that was passed to compile, and model.optimizer has learning_rate but not lr."""
    model = echo(1)
    model.compile(optimizer=keras.optimizers.SGD(0.25), loss="binary_crossentropy")
    assert model.loss == "binary_crossentropy"
    with refused(AttributeError, naming="lr"):
        print(model.optimizer.lr)
    assert model.optimizer.learning_rate.numpy() == 0.25


# Layers frozen after compile


@pytest.fixture
def two_layers():
    """A model of two layers with one weight each, and a function that says which of them a step of training moves."""
    settings = {"use_bias": False, "kernel_initializer": "ones"}
    model = keras.Sequential([layers.Dense(1, input_shape=(1,), **settings), layers.Dense(1, **settings)])

    def moved():
        before = model.get_weights()
        model.train_on_batch(np.ones((1, 1)), np.full((1, 1), 3.0))
        return [new.item() != old.item() for new, old in zip(model.get_weights(), before)]

    return model, moved


@holds("compile.frozen-later", when="keras<3")
@pytest.mark.parametrize("run_eagerly", [True, False], ids=["eager", "graph"])
def test_freezing_waits_for_compile(two_layers, run_eagerly):
    """A layer that is frozen between compile and the first training is still trained until the model is compiled again."""
    model, moved = two_layers
    model.compile(optimizer="sgd", loss="mean_squared_error", run_eagerly=run_eagerly)
    model.layers[0].trainable = False
    assert moved() == [True, True]
    compiled(model, optimizer="sgd", loss="mean_squared_error")
    assert moved() == [False, True]


@changed(
    "compile.frozen-later",
    when="keras>=3",
    instead="model.compile(...) after layer.trainable",
    impact="silent",
    traces=[
        "$MODEL.compile(); $LAYER.trainable = False; not $MODEL.compile(); not '$LAYER.trainable = True'; $MODEL.fit()",
        "$MODEL.compile(); $MODEL.trainable = False; not $MODEL.compile(); not '$MODEL.trainable = True'; "
        "$MODEL.train_on_batch()",
    ],
)
@pytest.mark.parametrize("run_eagerly", [True, False], ids=["eager", "graph"])
def test_freezing_does_not_wait_for_compile(two_layers, run_eagerly):
    """A layer that is frozen between compile and the first training is not trained."""
    model, moved = two_layers
    model.compile(optimizer="sgd", loss="mean_squared_error", run_eagerly=run_eagerly)
    model.layers[0].trainable = False
    assert moved() == [False, True]
    compiled(model, optimizer="sgd", loss="mean_squared_error")
    assert moved() == [False, True]


@holds("compile.frozen-after-training")
def test_freezing_after_training_waits_for_compile(two_layers):
    """A layer frozen after training in graph mode keeps training, with batches of the same size, until the model is compiled again."""
    model, moved = two_layers
    model.compile(optimizer="sgd", loss="mean_squared_error")
    assert moved() == [True, True]
    model.layers[0].trainable = False
    assert moved() == [True, True]
    compiled(model, optimizer="sgd", loss="mean_squared_error")
    assert moved() == [False, True]


# Metrics as users write them

ONE_BATCH = batches(np.ones((1, 1), np.float32), np.ones((1, 1), np.float32))


def history_with(metrics, **settings):
    """What history.history holds after an epoch with these metrics."""
    model = compiled(linear([[1.0]]), optimizer="sgd", loss="mean_squared_error", metrics=metrics)
    return model.fit(ONE_BATCH, verbose=0, **settings).history


def metric_keys(metrics):
    """The keys of that history without the loss."""
    return set(history_with(metrics)) - {"loss"}


@holds("compile.acc")
@pytest.mark.parametrize(("name", "other"), [("acc", "accuracy"), ("accuracy", "acc")])
def test_metric_is_reported_as_it_was_named(name, other):
    """history.history has the metric 'acc' as acc and val_acc, 'accuracy' as accuracy and val_accuracy; it has no key of the other name.

    Reports: mrtkp9993/DeepLearningExamples#1, fchollet/deep-learning-with-python-notebooks#119.
    """
    history = history_with([name], validation_data=ONE_BATCH)
    assert set(history) == {"loss", "val_loss", name, f"val_{name}"}
    for key in (other, f"val_{other}"):
        with refused(KeyError, naming=key):
            print(history[key])


WITHOUT_LIST = [lambda: "accuracy", lambda: keras.metrics.BinaryAccuracy(name="accuracy")]


@holds("compile.metrics-without-list", when="tensorflow<2.2")
@pytest.mark.parametrize("metric", WITHOUT_LIST, ids=["name", "object"])
def test_metrics_need_a_list(metric):
    """compile raises a TypeError for a metric that is not in a list."""
    with refused(TypeError, naming="metrics"):
        metric_keys(metric())


@changed(
    "compile.metrics-without-list",
    when="tensorflow>=2.2 and keras<3",
    instead="metrics=['accuracy']",
    impact="looks",
    traces=["$MODEL.compile(metrics=$STRING)", "$MODEL.compile(metrics=tf.keras.metrics.$CLASS())"],
)
@pytest.mark.parametrize("metric", WITHOUT_LIST, ids=["name", "object"])
def test_metrics_need_no_list(metric):
    """compile takes a single metric without a list."""
    assert metric_keys(metric()) == metric_keys([metric()]) == {"accuracy"}


@changed(
    "compile.metrics-without-list",
    when="keras>=3",
    instead="metrics=['accuracy']",
    impact="error",
    traces=["$MODEL.compile(metrics=$STRING)", "$MODEL.compile(metrics=tf.keras.metrics.$CLASS())"],
)
@pytest.mark.parametrize("metric", WITHOUT_LIST, ids=["name", "object"])
def test_metrics_need_a_list_again(metric):
    """compile raises a ValueError for a metric that is not in a list."""
    with refused(ValueError, naming="metrics"):
        metric_keys(metric())
    assert metric_keys([metric()]) == {"accuracy"}


LOGITS = np.array([[-0.4], [0.2], [0.3], [0.9]], np.float32)
LABELS_OF_LOGITS = np.array([[0], [1], [1], [1]], np.float32)


@holds("compile.accuracy-of-logits")
def test_threshold_of_logits_is_a_half():
    """For one linear output, 'accuracy' counts logits above 0.5, not above 0, as 1, even with from_logits=True in the loss."""
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model = compiled(echo(1), optimizer="sgd", loss=loss, metrics=["accuracy"])
    assert model.evaluate(batches(LOGITS, LABELS_OF_LOGITS), verbose=0)[1] == 2 / 4


@holds("compile.accuracy-object")
def test_accuracy_object_compares_exactly():
    """An Accuracy() object counts outputs that equal their label exactly, so probabilities score 0."""
    metrics = [keras.metrics.Accuracy(), keras.metrics.BinaryAccuracy()]
    model = compiled(echo(1), optimizer="sgd", loss="mean_squared_error", metrics=metrics)
    zeros_and_ones = batches(SINGLE, np.array([[0], [1], [0], [1]], np.float32))
    assert model.evaluate(zeros_and_ones, verbose=0)[1:] == near([0.0, 3 / 4])
    assert model.evaluate(batches(np.ones((2, 1)), np.array([[1.0], [0.0]])), verbose=0)[1] == 1 / 2


def names_after_compile():
    """model.metrics_names right after compile."""
    return compiled(echo(1), optimizer="sgd", loss="mean_squared_error", metrics=["mae"]).metrics_names


@holds("compile.metrics-names", when="tensorflow<2.2")
def test_names_are_there_after_compile():
    """Right after compile, model.metrics_names holds the names of the loss and the metrics."""
    assert names_after_compile() == ["loss", "mae"]


@changed(
    "compile.metrics-names",
    when="tensorflow>=2.2 and keras<3",
    instead="model.metrics_names after the first training or evaluation",
    impact="silent",
    traces=[
        "$MODEL.compile(); not $MODEL.fit(); not $MODEL.evaluate(); not $MODEL.train_on_batch(); $MODEL.metrics_names"
    ],
)
def test_names_are_empty_after_compile():
    """Right after compile, model.metrics_names is empty; the first training or evaluation fills it."""
    assert names_after_compile() == []
    model = compiled(echo(1), optimizer="sgd", loss="mean_squared_error", metrics=["mae"])
    model.evaluate(batches(SINGLE, SINGLE), verbose=0)
    assert model.metrics_names == ["loss", "mae"]


@changed(
    "compile.metrics-names",
    when="keras>=3",
    instead="list(model.evaluate(x, y, return_dict=True))",
    impact="silent",
    traces=[
        "$MODEL.compile(); not $MODEL.fit(); not $MODEL.evaluate(); not $MODEL.train_on_batch(); $MODEL.metrics_names"
    ],
)
def test_names_are_those_of_containers():
    """Right after compile, model.metrics_names is ['loss', 'compile_metrics']."""
    assert names_after_compile() == ["loss", "compile_metrics"]
    model = compiled(echo(1), optimizer="sgd", loss="mean_squared_error", metrics=["mae"])
    assert sorted(model.evaluate(batches(SINGLE, SINGLE), verbose=0, return_dict=True)) == ["loss", "mae"]


# Several outputs


def history_of_two_outputs(metrics=None):
    """The History of an epoch of a model with outputs a and b, which are 1 and 2 where the labels say 0; one number for each name."""
    inputs = keras.Input(shape=(1,))
    outputs = [
        layers.Dense(1, use_bias=False, kernel_initializer=keras.initializers.Constant(value), name=name)(inputs)
        for name, value in (("a", 1.0), ("b", 2.0))
    ]
    model = compiled(
        keras.Model(inputs, outputs), optimizer=keras.optimizers.SGD(0.0), loss="mean_squared_error", metrics=metrics
    )
    ones = np.ones((4, 1), np.float32)
    history = model.fit(batches(ones, (0 * ones, 0 * ones)), verbose=0).history
    return {name: float(number) for name, (number,) in history.items()}


def metrics_of_two_outputs(metrics):
    """The part of that History that is not about losses."""
    return {name: number for name, number in history_of_two_outputs(metrics).items() if not name.endswith("loss")}


@holds("compile.losses-of-outputs", when="keras<3 or keras>=3.5")
def test_loss_of_each_output():
    """For a model with several outputs, the logs also hold the loss of each output, such as a_loss."""
    assert history_of_two_outputs() == {"loss": near(5.0), "a_loss": near(1.0), "b_loss": near(4.0)}


@changed(
    "compile.losses-of-outputs",
    when="keras>=3 and keras<3.5",
    instead="metrics={'a': ['mse'], 'b': ['mse']}, and logs['a_mse']",
    impact="error",
    traces=[
        "$MODEL.compile(loss={$OUTPUT: ...}); $MODEL.fit().history['val_*_loss']",
        "$MODEL.compile(loss={$OUTPUT: ...}); $MODEL.fit(callbacks=[tf.keras.callbacks.$CLASS(monitor='val_*_loss')])",
    ],
)
def test_total_loss_of_outputs():
    """For a model with several outputs, the logs hold the total loss, but not the loss of each output.

    Reports: keras-team/keras#18993, keras-team/keras#19219.
    """
    assert history_of_two_outputs() == {"loss": near(5.0)}
    assert metrics_of_two_outputs({"a": ["mse"], "b": ["mse"]}) == {"a_mse": near(1.0), "b_mse": near(4.0)}


@holds("compile.metric-of-all-outputs", when="keras<3")
def test_metric_is_of_each_output():
    """For a model with several outputs, metrics=['mae'] applies to every output."""
    assert metrics_of_two_outputs(["mae"]) == {"a_mae": near(1.0), "b_mae": near(2.0)}


@changed(
    "compile.metric-of-all-outputs",
    when="keras>=3",
    instead="metrics={'a': ['mae'], 'b': ['mae']}",
    impact="error",
    traces=[
        "tf.keras.Model(outputs=[$OUTPUT1, $OUTPUT2]).compile(..., ..., [$METRIC], "
        "metrics=$NONE_OF([$EACH1, $EACH2], [$BOTH, $BOTH]))"
    ],
)
def test_metrics_are_by_output():
    """For a model with two outputs, metrics=['mae'] raises a ValueError: a list must have one entry for each output.

    Reports: tensorflow/tensorflow#100319, keras-team/keras#21259.
    """
    with refused(ValueError, naming="metrics"):
        history_of_two_outputs(["mae"])
    assert metrics_of_two_outputs({"a": ["mae"], "b": ["mae"]}) == {"a_mae": near(1.0), "b_mae": near(2.0)}


@holds("compile.metrics-by-position", when="keras<3")
def test_both_metrics_are_of_each_output():
    """For a model with two outputs, both entries of metrics=['mae', 'mse'] apply to each output."""
    expected = {"a_mae": near(1.0), "a_mse": near(1.0), "b_mae": near(2.0), "b_mse": near(4.0)}
    assert metrics_of_two_outputs(["mae", "mse"]) == expected


@changed(
    "compile.metrics-by-position",
    when="keras>=3",
    instead="metrics={'a': ['mae', 'mse'], 'b': ['mae', 'mse']}",
    impact="silent",
    traces=[
        "tf.keras.Model(..., [$OUTPUT1, $OUTPUT2], outputs=$NONE_OF([$OUT1, $OUT2, $OUT3]))"
        ".compile(..., ..., [$STRING1, $STRING2], metrics=$NONE_OF([$EACH1, $EACH2, $EACH3]))"
    ],
)
def test_each_metric_is_of_one_output():
    """For a model with two outputs, the first entry of metrics=['mae', 'mse'] applies to the first output and the second to the second.

    Reports: nibtehaz/RamanNet#2, tensorflow/tensorflow#100319.
    """
    assert metrics_of_two_outputs(["mae", "mse"]) == {"a_mae": near(1.0), "b_mse": near(4.0)}
    expected = {"a_mae": near(1.0), "a_mse": near(1.0), "b_mae": near(2.0), "b_mse": near(4.0)}
    assert metrics_of_two_outputs({"a": ["mae", "mse"], "b": ["mae", "mse"]}) == expected


# Weights of time steps


def loss_of_steps(**settings):
    """The loss of outputs 0 and 0 for labels 1 and 3 of two time steps, the second of which has a weight of 0."""
    model = keras.Sequential([layers.Dense(1, use_bias=False, kernel_initializer="zeros", input_shape=(2, 1))])
    compiled(model, optimizer="sgd", loss="mean_squared_error", **settings)
    labels, weights = np.array([[[1.0], [3.0]]]), np.array([[1.0, 0.0]])
    return model.evaluate(np.ones((1, 2, 1)), labels, sample_weight=weights, verbose=0)


@holds("compile.sample-weight-mode", when="tensorflow<2.2")
def test_temporal_weights_need_the_mode():
    """Sample weights of shape (samples, steps) need sample_weight_mode='temporal' in compile."""
    assert loss_of_steps(sample_weight_mode="temporal") == near((1 + 0) / 2)
    with refused(ValueError, naming="temporal"):
        loss_of_steps()


@changed(
    "compile.sample-weight-mode",
    when="tensorflow>=2.2 and keras<3",
    instead="compile without sample_weight_mode",
    impact="looks",
    traces=["$MODEL.compile(sample_weight_mode=$X)"],
)
def test_temporal_weights_need_no_mode():
    """Sample weights of shape (samples, steps) need no sample_weight_mode, which compile accepts and ignores."""
    assert loss_of_steps(sample_weight_mode="temporal") == near((1 + 0) / 2)
    assert loss_of_steps() == near((1 + 0) / 2)


@changed(
    "compile.sample-weight-mode",
    when="keras>=3",
    instead="compile without sample_weight_mode",
    impact="error",
    traces=["$MODEL.compile(sample_weight_mode=$X)"],
)
def test_sample_weight_mode_is_refused():
    """compile refuses sample_weight_mode with a TypeError; sample weights of shape (samples, steps) need no mode.

    Reports: janclemenslab/das#80, henrysky/astroNN#28.
    """
    with refused(TypeError, naming="sample_weight_mode"):
        loss_of_steps(sample_weight_mode="temporal")
    assert loss_of_steps() == near((1 + 0) / 2)


# Before compile


def not_compiled():
    """The calls of a model that was not compiled, by name."""
    model, data = linear([[1.0]]), (np.ones((1, 1)), np.ones((1, 1)))
    return {
        "fit": lambda: model.fit(*data, verbose=0),
        "evaluate": lambda: model.evaluate(*data, verbose=0),
        "train_on_batch": lambda: model.train_on_batch(*data),
    }


@holds("compile.needed", when="keras<3")
@pytest.mark.parametrize("name", not_compiled())
def test_training_needs_compile(name):
    """fit, evaluate and train_on_batch raise a RuntimeError if the model was not compiled.

    Report: ageron/handson-ml2#175.
    """
    with refused(RuntimeError, naming="must compile"):
        not_compiled()[name]()


@changed(
    "compile.needed",
    when="keras>=3",
    instead="nothing: only the type of the error differs",
    impact="looks",
    traces="none: code that works compiles its model",
)
@pytest.mark.parametrize("name", not_compiled())
def test_training_needs_compile_with_a_value_error(name):
    """fit, evaluate and train_on_batch raise a ValueError, not a RuntimeError, if the model was not compiled."""
    with refused(ValueError, naming="compile()"):
        not_compiled()[name]()
