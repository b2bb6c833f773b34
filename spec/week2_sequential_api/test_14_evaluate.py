"""Week 2, Evaluate Method.

Subject: training and evaluation.
"""

import numpy as np
import pytest
import tensorflow as tf

from spec.models import compiled, echo, linear
from spec.oracles import losses as oracle
from tf_conformance import changed, defect, holds, misstated, near, refused

layers = tf.keras.layers

# evaluate


@pytest.fixture
def judged(rng):
    """A compiled model that echoes its inputs, ten predictions and labels, and loss, accuracy and mae by NumPy."""
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
def test_loss_then_metrics(judged, batch_size):
    """evaluate returns the loss, the accuracy and the mean absolute error, each over the whole set."""
    model, predictions, labels, expected = judged
    results = model.evaluate(predictions, labels, batch_size=batch_size, verbose=0)
    assert isinstance(results, list)
    assert results == near(expected, rtol=1e-4)


@pytest.fixture
def results_the_other_way_round(judged):
    """What evaluate returns where compile was given mae before accuracy, the model, and each figure by name."""
    _, predictions, labels, (loss, accuracy, mae) = judged
    model = compiled(echo(1), optimizer="sgd", loss="binary_crossentropy", metrics=["mae", "accuracy"])
    return model.evaluate(predictions, labels, verbose=0), model, {"loss": loss, "accuracy": accuracy, "mae": mae}


@holds("evaluate.metric-order", when="keras<3 or keras>=3.2")
def test_order_is_that_of_compile(results_the_other_way_round):
    """evaluate returns the metrics in the order given to compile."""
    results, _, expected = results_the_other_way_round
    assert results == near([expected["loss"], expected["mae"], expected["accuracy"]], rtol=1e-4)


@defect("evaluate.metric-order", when="keras>=3 and keras<3.2", instead="return_dict=True")
def test_order_is_alphabetical(results_the_other_way_round):
    """evaluate returns the metrics in alphabetical order, whatever the order given to compile."""
    results, _, expected = results_the_other_way_round
    assert results == near([expected["loss"], expected["accuracy"], expected["mae"]], rtol=1e-4)


@holds("evaluate.metrics-names", when="keras<3")
def test_metrics_names_label_the_results(results_the_other_way_round):
    """model.metrics_names labels what evaluate returned."""
    results, model, expected = results_the_other_way_round
    assert model.metrics_names == ["loss", "mae", "accuracy"]
    assert results == near([expected[name] for name in model.metrics_names], rtol=1e-4)


@changed("evaluate.metrics-names", when="keras>=3", instead="return_dict=True")
def test_metrics_names_are_the_containers(results_the_other_way_round):
    """model.metrics_names is ['loss', 'compile_metrics']: it labels nothing that evaluate returned."""
    _, model, _ = results_the_other_way_round
    assert model.metrics_names == ["loss", "compile_metrics"]


@holds("evaluate.results")
def test_loss_alone_is_a_number(judged):
    """Without metrics evaluate returns the loss as a single number."""
    _, predictions, labels, (loss, _, _) = judged
    seen = compiled(echo(1), optimizer="sgd", loss="binary_crossentropy").evaluate(predictions, labels, verbose=0)
    assert np.ndim(seen) == 0
    assert seen == near(loss, rtol=1e-4)


@holds("evaluate.results")
def test_evaluate_changes_nothing():
    """evaluate trains nothing."""
    model = compiled(linear([[2.0]]), optimizer="sgd", loss="mean_squared_error")
    assert model.evaluate(np.ones((3, 1)), np.zeros((3, 1)), verbose=0) == near(4.0)
    assert model.get_weights()[0].tolist() == [[2.0]]


@holds("evaluate.return-dict", when="tensorflow<2.2")
def test_no_return_dict(judged):
    """evaluate has no return_dict."""
    model, predictions, labels, _ = judged
    with refused(TypeError, naming="return_dict"):
        model.evaluate(predictions, labels, verbose=0, return_dict=True)


@changed("evaluate.return-dict", when="tensorflow>=2.2", instead="return_dict=True, for names instead of an order")
def test_return_dict(judged):
    """With return_dict=True evaluate returns its results by name."""
    model, predictions, labels, expected = judged
    results = model.evaluate(predictions, labels, verbose=0, return_dict=True)
    assert set(results) == {"loss", "accuracy", "mae"}
    assert [results[name] for name in ("loss", "accuracy", "mae")] == near(expected, rtol=1e-4)


@misstated("evaluate.misspelt", instead="model.evaluate")
def test_evalute_is_no_method():
    """The method is evaluate: the notes' evalute is an AttributeError that names it."""
    with refused(AttributeError, naming="evalute"):
        getattr(echo(1), "evalute")  # noqa: B009 - the attribute is what is checked
    assert callable(echo(1).evaluate)


# predict


@holds("predict.results")
@pytest.mark.parametrize("samples", [1, 10, 33])
def test_one_row_a_sample(rng, samples):
    """predict returns a NumPy array of float32 with a row a sample, in order, whatever the batches."""
    kernel, bias = rng.randn(4, 3), rng.randn(3)
    x = rng.randn(samples, 4).astype(np.float32)
    seen = linear(kernel, bias).predict(x, batch_size=4, verbose=0)
    assert type(seen) is np.ndarray
    assert seen.dtype == np.float32
    assert seen == near(x @ kernel + bias, rtol=1e-4, atol=1e-5)


@holds("predict.results")
def test_predict_is_a_call_in_inference_mode(rng):
    """predict equals calling the model with training=False: dropout and batch statistics are off."""
    model = tf.keras.Sequential(
        [layers.Dropout(0.5, input_shape=(6,)), layers.BatchNormalization(), layers.Dense(2, activation="softmax")]
    )
    x = rng.randn(7, 6).astype(np.float32)
    seen = model.predict(x, verbose=0)
    assert seen == near(model(x, training=False).numpy())
    assert seen.tolist() != model(x, training=True).numpy().tolist()


# The channel axis


@pytest.fixture
def grey_images():
    """A model of one 3x3 filter of ones for 8x8 images of one channel."""
    convolution = layers.Conv2D(1, 3, kernel_initializer="ones", use_bias=False, input_shape=(8, 8, 1))
    return tf.keras.Sequential([convolution])


SAMPLE = np.ones((8, 8), np.float32)


@holds("predict.channel-axis", when="tensorflow<2.7")
def test_channel_axis_is_needed(grey_images):
    """x[..., np.newaxis] adds the channel: without it the model refuses the images."""
    batch = SAMPLE[np.newaxis]
    with refused(ValueError, naming="dim"):
        grey_images.predict(batch, verbose=0)
    assert batch[..., np.newaxis].shape == (1, 8, 8, 1)
    assert grey_images.predict(batch[..., np.newaxis], verbose=0).tolist() == np.full((1, 6, 6, 1), 9.0).tolist()


@changed(
    "predict.channel-axis", when="tensorflow>=2.7", instead="nothing for one channel; x[..., np.newaxis] is clearer"
)
@pytest.mark.parametrize("images", [SAMPLE[np.newaxis], SAMPLE[np.newaxis, ..., np.newaxis]], ids=["without", "with"])
def test_channel_axis_is_added(grey_images, images):
    """x[..., np.newaxis] adds the channel; without it the model adds it by itself, if there is one channel."""
    assert grey_images.predict(images, verbose=0).tolist() == np.full((1, 6, 6, 1), 9.0).tolist()


@holds("predict.either-rank", when="tensorflow<2.7")
def test_right_images_after_refused_ones(grey_images):
    """A model that has refused images without the channel axis still takes those that have it."""
    with refused(ValueError, naming="dim"):
        grey_images.predict(SAMPLE[np.newaxis], verbose=0)
    assert grey_images.predict(SAMPLE[np.newaxis, ..., np.newaxis], verbose=0).shape == (1, 6, 6, 1)


@changed("predict.either-rank", when="tensorflow>=2.7 and keras<3", instead="either, as you like")
def test_either_rank_by_turns(grey_images):
    """One model takes images with and without the channel axis by turns."""
    for images in (SAMPLE[np.newaxis], SAMPLE[np.newaxis, ..., np.newaxis], SAMPLE[np.newaxis]):
        assert grey_images.predict(images, verbose=0).shape == (1, 6, 6, 1)


@defect("predict.either-rank", when="keras>=3", instead="always x[..., np.newaxis]")
def test_second_rank_is_refused(grey_images):
    """A model that has predicted images without the channel axis refuses images that have it: its graph is traced for no rank."""
    grey_images.predict(SAMPLE[np.newaxis], verbose=0)
    with refused(ValueError, naming="unknown rank"):
        grey_images.predict(SAMPLE[np.newaxis, ..., np.newaxis], verbose=0)


@holds("predict.sample-without-batch")
def test_sample_without_batch_is_refused(grey_images):
    """A single image without batch and channel axis is refused."""
    with refused(ValueError):
        grey_images.predict(SAMPLE, verbose=0)
