"""Week 2, The Sequential model API: the listings.

Two listings are statements elsewhere: what prints the loss and the learning rate is compile.read-back, the printed summary
is summary.table.

Subject: the notes' listings.
"""

import numpy as np
import tensorflow as tf

from spec.listings import mended, run
from spec.models import echo
from spec.oracles import losses as oracle
from tf_conformance import defect, holds, misstated, near, refused

keras, layers = tf.keras, tf.keras.layers
NAMES = {
    "tf": tf,
    "Sequential": keras.Sequential,
    "Conv2D": layers.Conv2D,
    "Dense": layers.Dense,
    "Flatten": layers.Flatten,
    "MaxPooling2D": layers.MaxPooling2D,
}
# Of these, 1 is on the right side of 0.5, and 3 are on the right side of 0.7.
PROBABILITIES = np.array([[0.9], [0.6], [0.65], [0.8]], np.float32)
LABELS = np.array([[1], [0], [0], [0]], np.float32)

# Building

LIST = "model = Sequential([Dense(3, activatiion='relu', input_shape=(4,)])"


@misstated(
    "listing.sequential-list",
    instead="activation='relu', input_shape=(784,))])",
    impact="error",
    traces="none: it is a whole listing; the statements about its lines have traces",
)
def test_list_is_no_python():
    """As printed, the listing of Sequential([...]) is not valid Python: a bracket is missing; with it, activatiion is refused."""
    with refused(SyntaxError):
        run(LIST, {**NAMES})
    with refused(TypeError, ValueError, naming="activatiion"):
        run(mended(LIST, {"(4,)": "(4,))"}), {**NAMES})


@misstated("listing.sequential-list", instead="activation='relu', input_shape=(784,))])", impact="error")
def test_mended_list():
    """With the bracket and the spelling corrected, it builds a network of one layer with its weights."""
    model = run(mended(LIST, {"(4,)": "(4,))", "activatiion": "activation"}), {**NAMES})["model"]
    assert [type(layer).__name__ for layer in model.layers] == ["Dense"]
    assert model.count_params() == 4 * 3 + 3
    assert model(tf.constant([[1.0, -2.0, 3.0, -4.0]])).numpy().min() >= 0


ADD = """
model = Sequential()
model.add(Flatten(input_shape=(2, 2)))
model.add(Dense(3, activatiion='relu'))
"""


@misstated(
    "listing.sequential-add",
    instead="activation='relu'",
    impact="error",
    traces="none: it is a whole listing; the statements about its lines have traces",
)
def test_add_stops_at_its_last_line():
    """As printed, the listing with add() stops at activatiion, in its last line, and leaves a model with only Flatten."""
    names = {**NAMES}
    with refused(TypeError, ValueError, naming="activatiion"):
        run(ADD, names)
    assert [type(layer).__name__ for layer in names["model"].layers] == ["Flatten"]


@misstated("listing.sequential-add", instead="activation='relu'", impact="error")
def test_mended_add():
    """With the spelling corrected, it builds a network of both layers with its weights."""
    model = run(mended(ADD, {"activatiion": "activation"}), {**NAMES})["model"]
    assert [type(layer).__name__ for layer in model.layers] == ["Flatten", "Dense"]
    assert model.count_params() == 2 * 2 * 3 + 3


CONVOLUTION = """
model = Sequential()
model.add(Conv2D(2, (3, 3), activation='relu', input_shape=(11, 11, 3), data_format='channel_last'))
model.add(MaxPooling2D((3, 3)))
model.add(Flatten())
model.add(Dense(4, activation='relu'))
model.add(Dense(5, activation='softmax'))
"""


@misstated(
    "listing.convolution",
    instead="data_format='channels_last'",
    impact="error",
    traces="none: it is a whole listing; the statements about its lines have traces",
)
def test_convolution_stops_at_its_first_layer():
    """As printed, the listing of the CNN stops at 'channel_last', in its first layer, and leaves a model without layers."""
    names = {**NAMES}
    with refused(ValueError, naming="channels_last"):
        run(CONVOLUTION, names)
    assert names["model"].layers == []


@misstated("listing.convolution", instead="data_format='channels_last'", impact="error")
def test_mended_convolution():
    """With the spelling corrected, each layer has the shape that the comments of the listing compute."""
    model = run(mended(CONVOLUTION, {"channel_last": "channels_last"}), {**NAMES})["model"]
    shapes = [tuple(layer.output.shape) for layer in model.layers]
    assert shapes == [(None, 9, 9, 2), (None, 3, 3, 2), (None, 18), (None, 4), (None, 5)]


# Weights

INITIALIZER = """
def my_init(shape, dtype=None):
    return K.random_normal(shape, dtype=dtype)

model.add(Dense(50, kernel_initializer=my_init))
"""


def kernel_of(listing):
    """The kernel of the layer with 100 inputs that a listing adds to an empty model."""
    model = run(listing, {**NAMES, "K": keras.backend, "model": keras.Sequential()})["model"]
    model.build((None, 100))
    return model.get_weights()[0]


@holds("listing.initializer", when="keras<3.3 or keras>=3.3.2")
def test_initializer_runs():
    """The listing of an initializer runs as printed: the kernel of the layer that it adds is drawn from the normal distribution."""
    kernel = kernel_of(INITIALIZER)
    assert kernel.shape == (100, 50)
    assert (kernel.mean(), kernel.std()) == (near(0.0, atol=0.1), near(1.0, rtol=0.1))


@defect(
    "listing.initializer",
    when="keras>=3.3 and keras<3.3.2",
    instead="return tf.random.normal(shape, dtype=dtype)",
    impact="error",
    traces="none: it is a whole listing; the statements about its lines have traces",
)
def test_initializer_fails():
    """As printed, the listing of an initializer adds a layer that cannot be built: the backend has no random_normal."""
    with refused(AttributeError, naming="random_normal"):
        kernel_of(INITIALIZER)
    assert kernel_of(mended(INITIALIZER, {"K.random_normal": "tf.random.normal"})).std() == near(1.0, rtol=0.1)


# Compiling

COMPILE_BY_NAME = """
model.compile(optimizer='sgd',
              loss='binary_crossentropy',
              metrics=['accuracy', 'mae'])
"""


def evaluated(listing, outputs, labels):
    """What evaluate returns for these outputs, each of a sample, once the listing has compiled the model."""
    model = run(listing, {**NAMES, "model": echo(1)})["model"]
    model.run_eagerly = True
    return model.evaluate(outputs, labels, verbose=0)


@holds("listing.compile-by-name")
def test_compile_by_name_runs():
    """The listing of compile with names runs as printed: loss, accuracy and mean absolute error are evaluated."""
    loss = oracle.binary_crossentropy(LABELS, PROBABILITIES).mean()
    error = np.abs(LABELS - PROBABILITIES).mean()
    assert evaluated(COMPILE_BY_NAME, PROBABILITIES, LABELS) == near([loss, 1 / 4, error])


COMPILE_BY_OBJECT = """
model.compile(optimizer=tf.keras.optimizers.SGD(),
              loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
              metrics=[tf.keras.metrics.BinaryAccuracy(threshold=0.7)])
"""


@holds("listing.compile-by-object")
def test_compile_by_object_runs():
    """The listing of compile with objects runs as printed: the loss takes logits, and an output counts as 1 above 0.7."""
    loss = oracle.binary_crossentropy(LABELS, oracle.sigmoid(PROBABILITIES)).mean()
    assert evaluated(COMPILE_BY_OBJECT, PROBABILITIES, LABELS) == near([loss, 3 / 4])


# Training and evaluation

FIT = "history = model.fit(x_train, y_train, epoch=3, batch_size=2)"


@misstated(
    "listing.fit",
    instead="epochs=10",
    impact="error",
    traces="none: it is a whole listing; the statements about its lines have traces",
)
def test_fit_is_refused():
    """As printed, the listing of fit raises a TypeError; with the correct keyword, it trains for all epochs, and history has each loss."""
    model = echo(1)
    model.compile(optimizer="sgd", loss="binary_crossentropy", run_eagerly=True)
    names = {"model": model, "x_train": PROBABILITIES, "y_train": LABELS}
    with refused(TypeError, naming="epoch"):
        run(FIT, names)
    history = run(mended(FIT, {"epoch=": "epochs="}), names)["history"]
    loss = oracle.binary_crossentropy(LABELS, PROBABILITIES).mean()
    assert history.history["loss"] == near([loss] * 3)


EVALUATE = """
loss, accuracy, mae = model.evalute(x_test, y_test)
pred = model.predict(x_sample)
"""


@misstated(
    "listing.evaluate",
    instead="loss, accuracy, mae = model.evaluate(x_test, y_test)",
    impact="error",
    traces="none: it is a whole listing; the statements about its lines have traces",
)
def test_evaluate_is_refused():
    """As printed, the listing of evaluate and predict stops at evalute, before it predicts anything."""
    names = {"model": echo(1), "x_test": PROBABILITIES, "y_test": LABELS, "x_sample": PROBABILITIES}
    with refused(AttributeError, naming="evalute"):
        run(EVALUATE, names)
    assert "pred" not in names


@misstated("listing.evaluate", instead="loss, accuracy, mae = model.evaluate(x_test, y_test)", impact="error")
def test_mended_evaluate():
    """With the spelling corrected, the names get the loss, the accuracy and the mean absolute error, and the predictions."""
    model = run(COMPILE_BY_NAME, {"model": echo(1)})["model"]
    model.run_eagerly = True
    names = {"model": model, "x_test": PROBABILITIES, "y_test": LABELS, "x_sample": PROBABILITIES[:2]}
    run(mended(EVALUATE, {"evalute": "evaluate"}), names)
    assert names["loss"] == near(oracle.binary_crossentropy(LABELS, PROBABILITIES).mean())
    assert (names["accuracy"], names["mae"]) == (1 / 4, near(np.abs(LABELS - PROBABILITIES).mean()))
    assert names["pred"] == near(PROBABILITIES[:2])
