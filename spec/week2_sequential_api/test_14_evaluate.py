"""Week 2, Evaluate Method.

Subject: training and evaluation.
"""

import io
import re
import sys

import numpy as np
import pytest
import tensorflow as tf

from spec.models import batches, compiled, echo, linear
from spec.oracles import losses as oracle
from tf_conformance import changed, defect, holds, misstated, near, refused

layers = tf.keras.layers

# evaluate


@pytest.fixture
def binary_task(rng):
    """A compiled model that echoes its inputs, ten predictions, their labels, and loss, accuracy and mae by NumPy."""
    predictions = rng.rand(10, 1).astype(np.float32)
    labels = (rng.rand(10, 1) > 0.5).astype(np.float32)
    expected = [
        oracle.binary_crossentropy(labels, predictions).mean(),
        np.mean((predictions > 0.5) == labels),
        np.abs(labels - predictions).mean(),
    ]
    model = compiled(echo(1), optimizer="sgd", loss="binary_crossentropy", metrics=["accuracy", "mae"])
    return model, predictions, labels, expected


@holds("evaluate.results")
@pytest.mark.parametrize("batch_size", [None, 5, 2])
def test_loss_then_metrics(binary_task, batch_size):
    """evaluate returns a list of the loss, the accuracy and the mean absolute error, each over all samples of the arrays."""
    model, predictions, labels, expected = binary_task
    results = model.evaluate(predictions, labels, batch_size=batch_size, verbose=0)
    assert isinstance(results, list)
    assert results == near(expected, rtol=1e-4)


@pytest.fixture
def results_with_mae_first(binary_task):
    """What evaluate returns if compile was given mae before accuracy, the model, and the expected values by name."""
    _, predictions, labels, (loss, accuracy, mae) = binary_task
    model = compiled(echo(1), optimizer="sgd", loss="binary_crossentropy", metrics=["mae", "accuracy"])
    results = model.evaluate(batches(predictions, labels), verbose=0)
    return results, model, {"loss": loss, "accuracy": accuracy, "mae": mae}


@pytest.fixture
def results_by_name(results_with_mae_first, binary_task):
    """What evaluate returns for the same model with return_dict=True."""
    _, model, _ = results_with_mae_first
    _, predictions, labels, _ = binary_task
    return model.evaluate(batches(predictions, labels), verbose=0, return_dict=True)


@holds("evaluate.metric-order", when="keras<3 or keras>=3.2")
def test_metrics_are_in_the_order_of_compile(results_with_mae_first):
    """evaluate returns the metrics in the order given to compile."""
    results, _, expected = results_with_mae_first
    assert results == near([expected["loss"], expected["mae"], expected["accuracy"]], rtol=1e-4)


@defect(
    "evaluate.metric-order",
    when="keras>=3 and keras<3.2",
    instead="return_dict=True",
    impact="silent",
    reported="keras-team/keras#19370",
    traces=["$MODEL.compile(metrics=[$METRIC1, $METRIC2]); $MODEL.evaluate(return_dict=$ONE_OF($ABSENT, False))"],
)
def test_metrics_are_in_alphabetical_order(results_with_mae_first, results_by_name):
    """evaluate returns the metrics in alphabetical order, not in the order given to compile."""
    results, _, expected = results_with_mae_first
    assert results == near([expected["loss"], expected["accuracy"], expected["mae"]], rtol=1e-4)
    assert [results_by_name[name] for name in expected] == near(list(expected.values()), rtol=1e-4)


@holds("evaluate.metrics-names", when="keras<3")
def test_metrics_names_are_those_of_the_results(results_with_mae_first):
    """After evaluate, model.metrics_names holds the names of the values that it returned, in their order."""
    results, model, expected = results_with_mae_first
    assert model.metrics_names == ["loss", "mae", "accuracy"]
    assert results == near([expected[name] for name in model.metrics_names], rtol=1e-4)


@changed(
    "evaluate.metrics-names",
    when="keras>=3",
    instead="return_dict=True",
    impact="silent",
    traces=["$MODEL.metrics_names"],
)
def test_metrics_names_are_the_containers(results_with_mae_first, results_by_name):
    """model.metrics_names is ['loss', 'compile_metrics'], without the names of the metrics."""
    _, model, expected = results_with_mae_first
    assert model.metrics_names == ["loss", "compile_metrics"]
    assert [results_by_name[name] for name in expected] == near(list(expected.values()), rtol=1e-4)


@holds("evaluate.results")
def test_loss_alone_is_a_number(binary_task):
    """Without metrics, evaluate returns the loss as a single number."""
    _, predictions, labels, (loss, _, _) = binary_task
    seen = compiled(echo(1), optimizer="sgd", loss="binary_crossentropy").evaluate(predictions, labels, verbose=0)
    assert np.ndim(seen) == 0
    assert seen == near(loss, rtol=1e-4)


@holds("evaluate.results")
def test_evaluate_leaves_the_weights():
    """evaluate leaves the weights unchanged."""
    model = compiled(linear([[2.0]]), optimizer="sgd", loss="mean_squared_error")
    assert model.evaluate(np.ones((3, 1)), np.zeros((3, 1)), verbose=0) == near(4.0)
    assert model.get_weights()[0].tolist() == [[2.0]]


@holds("evaluate.return-dict", when="tensorflow<2.2")
def test_no_return_dict(binary_task):
    """evaluate has no argument return_dict."""
    model, predictions, labels, _ = binary_task
    with refused(TypeError, naming="return_dict"):
        model.evaluate(predictions, labels, verbose=0, return_dict=True)


@changed(
    "evaluate.return-dict",
    when="tensorflow>=2.2",
    instead="return_dict=True, for results by name",
    impact="looks",
    traces="none: code for older versions has no such argument",
)
def test_return_dict(binary_task):
    """With return_dict=True, evaluate returns its results by name."""
    model, predictions, labels, expected = binary_task
    results = model.evaluate(predictions, labels, verbose=0, return_dict=True)
    assert set(results) == {"loss", "accuracy", "mae"}
    assert [results[name] for name in ("loss", "accuracy", "mae")] == near(expected, rtol=1e-4)


@misstated("evaluate.misspelled", instead="model.evaluate", impact="error", traces=["$MODEL.evalute"])
def test_evalute_is_refused():
    """The method is evaluate; the notes' evalute raises an AttributeError that names it."""
    with refused(AttributeError, naming="evalute"):
        getattr(echo(1), "evalute")  # noqa: B009 - the attribute is what is checked
    assert callable(echo(1).evaluate)


# predict


@holds("predict.results")
@pytest.mark.parametrize("samples", [1, 10, 33])
def test_one_row_per_sample(rng, samples):
    """For a model with one float32 output, predict returns a float32 NumPy array with one row per sample, in order, across batches."""
    kernel, bias = rng.randn(4, 3), rng.randn(3)
    x = rng.randn(samples, 4).astype(np.float32)
    seen = linear(kernel, bias).predict(x, batch_size=4, verbose=0)
    assert type(seen) is np.ndarray
    assert seen.dtype == np.float32
    assert seen == near(x @ kernel + bias, rtol=1e-4, atol=1e-5)


@holds("predict.results")
def test_predict_is_a_call_in_inference_mode(rng):
    """predict equals calling the model with training=False: without dropout or batch statistics."""
    model = tf.keras.Sequential(
        [layers.Dropout(0.5, input_shape=(6,)), layers.BatchNormalization(), layers.Dense(2, activation="softmax")]
    )
    x = rng.randn(7, 6).astype(np.float32)
    seen = model.predict(x, verbose=0)
    assert seen == near(model(x, training=False).numpy())
    assert seen.tolist() != model(x, training=True).numpy().tolist()


# The channel axis


@pytest.fixture
def one_channel_model():
    """A model with one 3x3 filter of ones, for 8x8 images with one channel."""
    convolution = layers.Conv2D(1, 3, kernel_initializer="ones", use_bias=False, input_shape=(8, 8, 1))
    return tf.keras.Sequential([convolution])


SAMPLE = np.ones((8, 8), np.float32)


@holds("predict.channel-axis", when="tensorflow<2.7")
def test_channel_axis_is_needed(one_channel_model):
    """x[..., np.newaxis] adds the channel axis, without which a model refuses the images."""
    batch = SAMPLE[np.newaxis]
    with refused(ValueError, naming="dim"):
        one_channel_model.predict(batch, verbose=0)
    assert batch[..., np.newaxis].shape == (1, 8, 8, 1)
    assert one_channel_model.predict(batch[..., np.newaxis], verbose=0) == near(np.full((1, 6, 6, 1), 9.0))


@changed(
    "predict.channel-axis",
    when="tensorflow>=2.7",
    instead="x[..., np.newaxis], which is optional for one channel",
    impact="looks",
    traces="none: the same code does the same",
)
@pytest.mark.parametrize("images", [SAMPLE[np.newaxis], SAMPLE[np.newaxis, ..., np.newaxis]], ids=["without", "with"])
def test_channel_axis_is_added(one_channel_model, images):
    """x[..., np.newaxis] adds the channel axis, which predict otherwise adds by itself for a model with one channel."""
    assert one_channel_model.predict(images, verbose=0) == near(np.full((1, 6, 6, 1), 9.0))


@holds("predict.either-rank", when="tensorflow<2.7")
def test_images_with_channel_after_refused_ones(one_channel_model):
    """A model that has refused images without the channel axis still accepts images with it."""
    with refused(ValueError, naming="dim"):
        one_channel_model.predict(SAMPLE[np.newaxis], verbose=0)
    assert one_channel_model.predict(SAMPLE[np.newaxis, ..., np.newaxis], verbose=0).shape == (1, 6, 6, 1)


@changed(
    "predict.either-rank",
    when="tensorflow>=2.7 and keras<3",
    instead="either x or x[..., np.newaxis]",
    impact="looks",
    traces="none: it depends on the shapes of the images",
)
def test_either_rank_is_accepted(one_channel_model):
    """The same model accepts images with and without the channel axis, in any order."""
    for images in (SAMPLE[np.newaxis], SAMPLE[np.newaxis, ..., np.newaxis], SAMPLE[np.newaxis]):
        assert one_channel_model.predict(images, verbose=0).shape == (1, 6, 6, 1)


@defect(
    "predict.either-rank",
    when="keras>=3",
    instead="always x[..., np.newaxis]",
    impact="error",
    traces="none: it depends on the shapes of the images",
)
def test_second_rank_is_refused(one_channel_model):
    """A model that has predicted images without the channel axis refuses images with it: its graph is traced for an unknown rank."""
    one_channel_model.predict(SAMPLE[np.newaxis], verbose=0)
    with refused(ValueError, naming="unknown rank"):
        one_channel_model.predict(SAMPLE[np.newaxis, ..., np.newaxis], verbose=0)


@defect("predict.either-rank", when="keras>=3", instead="always x[..., np.newaxis]", impact="error")
def test_same_rank_is_accepted(one_channel_model):
    """A model that has predicted images with the channel axis accepts more of them, even in batches of another size."""
    images = SAMPLE[np.newaxis, ..., np.newaxis]
    assert one_channel_model.predict(images, verbose=0).shape == (1, 6, 6, 1)
    assert one_channel_model.predict(np.concatenate([images, images]), verbose=0).shape == (2, 6, 6, 1)


@holds("predict.sample-without-batch")
def test_sample_without_batch_is_refused(one_channel_model):
    """predict refuses a single image without batch and channel axes."""
    with refused(ValueError):
        one_channel_model.predict(SAMPLE, verbose=0)


# What is printed


@pytest.fixture
def printed(monkeypatch):
    """What predict prints with verbose=1 where the standard output has this encoding."""

    def run(encoding):
        output = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        monkeypatch.setattr(sys, "stdout", output)
        echo(3).predict(np.eye(3, dtype=np.float32), verbose=1)
        output.flush()
        return output.buffer.getvalue().decode(encoding)

    return run


@holds("predict.progress-bar", when="keras<3 or keras>=3.7")
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_progress_bar(printed, encoding):
    """With verbose=1, predict prints a progress bar, whatever the encoding of the standard output."""
    assert re.search("[=\u2501]{20}", printed(encoding))


@defect(
    "predict.progress-bar",
    when="keras>=3 and keras<3.7",
    instead="sys.stdout.reconfigure(encoding='utf-8'), or verbose=0",
    impact="error",
    reported="keras-team/keras#19386",
    traces="none: it depends on the terminal",
)
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_progress_bar_cannot_be_encoded(printed, encoding):
    """With verbose=1, predict raises a UnicodeEncodeError if the encoding of the standard output lacks the signs of the progress bar."""
    with refused(UnicodeEncodeError):
        printed(encoding)
    assert re.search("\u2501{20}", printed("utf-8"))


# Classes

EXPECTED_CLASSES = [2, 0, 1]


def three_classes():
    """A classifier whose outputs are its inputs, and three inputs."""
    return echo(3), np.eye(3, dtype=np.float32)[EXPECTED_CLASSES]


@holds("predict.classes", when="tensorflow<2.6")
def test_predict_classes():
    """predict_classes of a Sequential model returns the index of the largest output of each sample."""
    model, x = three_classes()
    assert model.predict_classes(x).tolist() == EXPECTED_CLASSES


@changed(
    "predict.classes",
    when="tensorflow>=2.6",
    instead="np.argmax(model.predict(x), axis=-1)",
    impact="error",
    traces=["$X.predict_classes", "$MODEL.predict_proba"],
)
def test_no_predict_classes():
    """A Sequential model has neither predict_classes nor predict_proba."""
    model, x = three_classes()
    for name in ("predict_classes", "predict_proba"):
        with refused(AttributeError, naming=name):
            getattr(model, name)(x)
    assert np.argmax(model.predict(x, verbose=0), axis=-1).tolist() == EXPECTED_CLASSES
