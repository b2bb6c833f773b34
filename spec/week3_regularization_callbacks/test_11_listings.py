"""Week 3, Validation, regularization and callbacks: the listings.

Subject: the notes' listings.
"""

import numpy as np
import pytest
import tensorflow as tf

from spec.listings import mended, run
from spec.models import compiled, echo, linear
from spec.week3_regularization_callbacks.series import call_hooks, one_weight_model
from tf_conformance import changed, holds, misstated, near, refused

keras, layers = tf.keras, tf.keras.layers
ONES = np.ones((5, 1), np.float32)


def names_for_fit():
    """The names that the listings of callbacks need: a model whose loss and val_loss are 1 in every epoch, and its data."""
    model = compiled(linear([[2.0]]), optimizer=keras.optimizers.SGD(0.0), loss="mse")
    return {"tf": tf, "model": model, "x": ONES, "y": ONES}


# Layers

REGULARIZERS = """
layer = Dense(2, kernel_regularizer=tf.keras.regularizers.l2(0.001),  # a comment within the call
              bias_regularizer=tf.keras.regularizers.l1(0.005))
"""


@holds("listing.regularizers")
def test_regularizers_run():
    """The listing of regularizers runs as printed, comment included: the layer's losses are the penalties on kernel and bias."""
    layer = run(REGULARIZERS, {"tf": tf, "Dense": layers.Dense})["layer"]
    layer.build((None, 1))
    layer.set_weights([np.array([[1.0, -2.0]]), np.array([3.0, -4.0])])
    assert [float(loss) for loss in layer.losses] == near([0.001 * (1 + 4), 0.005 * (3 + 4)])


NORMALIZATION = "BatchNormalization(),  # a layer"


@holds("listing.batch-normalization")
def test_line_of_a_list():
    """BatchNormalization(), with its comma, works as printed as an item of Sequential's list and as the argument of add()."""
    names = {"Sequential": keras.Sequential, "BatchNormalization": layers.BatchNormalization}
    for listing in (
        f"model = Sequential([\n{NORMALIZATION}\n])",
        f"model = Sequential()\nmodel.add({NORMALIZATION}\n)",
    ):
        (layer,) = run(listing, {**names})["model"].layers
        assert type(layer).__name__ == "BatchNormalization"


@holds("listing.batch-normalization")
def test_line_on_its_own():
    """On its own, the line is a tuple because of its comma, and add() refuses a tuple."""
    model = keras.Sequential()
    names = {"model": model, "BatchNormalization": layers.BatchNormalization}
    with refused(TypeError, ValueError, naming="layer"):
        run(f"layer = {NORMALIZATION}\nmodel.add(layer)", names)
    assert model.layers == []


CUSTOM_NORMALIZATION = """
model.add(tf.keras.layers.BatchNormalization(
    momentum=0.95,
    epsilon=0.005,
    axis = -1,
    beta_initializer=tf.keras.initializers.RandomNormal(mean=0.0, stddev=0.05),
    gamma_initializer=tf.keras.initializers.Constant(value=0.9)
))
"""


@holds("listing.custom-batch-normalization")
def test_custom_normalization_runs():
    """The listing of a customized BatchNormalization runs as printed: the added layer starts at gamma 0.9 and a random beta."""
    model = run(CUSTOM_NORMALIZATION, {"tf": tf, "model": echo(100)})["model"]
    gamma, beta, mean, variance = model.get_weights()
    assert gamma == near([0.9] * 100)
    assert beta.std() == near(0.05, rtol=0.3)
    assert (mean.tolist(), variance.tolist()) == ([0.0] * 100, [1.0] * 100)
    x = np.arange(100, dtype=np.float32)[np.newaxis]
    assert model(x).numpy() == near(0.9 * x / np.sqrt(1 + 0.005) + beta, rtol=1e-4, atol=1e-5)


# Callbacks

CALLBACK = """
class my_callback(Callback):
    def on_train_begin(self, logs=None):
        # what is to be done first

    def on_train_begin(self, batch, logs=None):
        # what is to be done for a batch

model.fit(x, y, epochs=2, batch_size=3, callbacks=[my_callback()])
"""
BODIES = {
    "# what is to be done first": "calls.append('training')",
    "# what is to be done for a batch": "calls.append(batch)",
}


def calls_of(listing):
    """The calls that the callback of a listing keeps."""
    names = {**names_for_fit(), "Callback": keras.callbacks.Callback, "calls": []}
    return run(listing, names)["calls"]


@misstated(
    "listing.callback",
    instead="a statement in each body, such as pass, and on_train_batch_begin(self, batch, logs=None)",
    impact="error",
    traces="none: it is a whole listing; the statements about its lines have traces",
)
def test_comments_are_no_body():
    """As printed, the listing of a callback is not valid Python: its methods contain only comments, and two share a name."""
    with refused(IndentationError):
        calls_of(CALLBACK)
    assert calls_of(mended(CALLBACK, BODIES)) in ([{}], [None])


@misstated(
    "listing.callback",
    instead="a statement in each body, such as pass, and on_train_batch_begin(self, batch, logs=None)",
    impact="error",
)
def test_mended_callback():
    """With bodies and the right name, one method is called at the start of training, the other at the start of each batch."""
    slips = {**BODIES, "on_train_begin(self, batch": "on_train_batch_begin(self, batch"}
    assert calls_of(mended(CALLBACK, slips)) == ["training", 0, 1, 0, 1]


EARLY_STOPPING = """
earlyStopping = EarlyStopping(monitor='val_loss', patience =1, min_delta=0.01, mode=min)

model.fit(x, y, validation_split=0.2, epochs=10, callbacks=[earlyStopping])
"""


def stopped_by(listing):
    """The index of the epoch after which the callback of a listing stops training."""
    names = {**names_for_fit(), "EarlyStopping": keras.callbacks.EarlyStopping}
    return run(listing, names)["earlyStopping"].stopped_epoch


@misstated(
    "listing.early-stopping",
    instead="mode='min'",
    impact="looks",
    traces="none: it is a whole listing; the statements about its lines have traces",
)
def test_early_stopping_warns(caplog, recwarn):
    """As printed, the listing of EarlyStopping runs and warns about mode=min; with mode='min', it does the same without a warning."""

    def warned():
        return "built-in function min" in " ".join([caplog.text, *(str(warning.message) for warning in recwarn)])

    assert stopped_by(mended(EARLY_STOPPING, {"=min)": "='min')"})) == 1
    assert not warned()
    assert stopped_by(EARLY_STOPPING) == 1
    assert warned()


CSV_LOGGER = "logger = tf.keras.callbacks.CSVLogger(filename, separator=',', append=False)"


@holds("listing.csv-logger")
def test_csv_logger_runs(tmp_path):
    """The listing of CSVLogger runs as printed: the file's first line begins with epoch and loss, and each epoch adds a line."""
    path = tmp_path / "training.csv"
    names = run(CSV_LOGGER, {**names_for_fit(), "filename": str(path)})
    names["model"].fit(ONES, ONES, epochs=2, callbacks=[names["logger"]], verbose=0)
    lines = [line.split(",")[:2] for line in path.read_text(encoding="utf-8").splitlines()]
    assert lines == [["epoch", "loss"], ["0", "1.0"], ["1", "1.0"]]


LAMBDA_CALLBACK = """
callback = tf.keras.callbacks.LambdaCallback(
    on_epoch_begin=None, on_epoch_end=None,
    on_batch_begin=None, on_batch_end=None,
    on_train_begin=None, on_train_end=None)
model.fit(x, y, epochs=2, callbacks=[callback])
"""


@holds("listing.lambda-callback", when="keras<3")
def test_lambda_callback_runs():
    """The listing of LambdaCallback runs as printed, with None for each function: training calls nothing."""
    names = run(LAMBDA_CALLBACK, names_for_fit())
    assert names["model"].history.history["loss"] == [1.0, 1.0]


@changed(
    "listing.lambda-callback",
    when="keras>=3",
    instead="LambdaCallback(on_epoch_begin=None, on_epoch_end=None, on_train_begin=None, on_train_end=None)",
    impact="error",
    traces="none: it is a whole listing; the statements about its lines have traces",
)
def test_none_for_a_batch_is_called():
    """As printed, the listing of LambdaCallback makes fit raise a TypeError: None for on_batch_begin is called at the first batch."""
    with refused(TypeError, naming="NoneType"):
        run(LAMBDA_CALLBACK, names_for_fit())
    without_batches = mended(LAMBDA_CALLBACK, {"on_batch_begin=None, on_batch_end=None,": ""})
    names = run(without_batches, names_for_fit())
    assert names["model"].history.history["loss"] == [1.0, 1.0]


REDUCE_LR = """
callback = tf.keras.callbacks.ReduceLROnPlateau(
    monitor='val_loss',
    factor=0.1,
    patience=2,
    verbose=0,
    mode='auto',
    min_delta=0.0001,
    cooldown=0,
    min_lr=0)
"""


@holds("listing.reduce-lr")
@pytest.mark.parametrize(("losses", "rate"), [([3.0, 2.0, 2.0], 1.0), ([3.0, 2.0, 2.0, 2.0], 0.1)], ids=["one", "two"])
def test_reduce_lr_runs(losses, rate):
    """The listing of ReduceLROnPlateau runs as printed: after patience epochs without improvement, the learning rate drops to a tenth."""
    model = one_weight_model(learning_rate=1.0)
    call_hooks(run(REDUCE_LR, {"tf": tf})["callback"], model, losses)
    assert float(model.optimizer.learning_rate.numpy()) == near(rate)
