"""Code in sentences: names, calls and values are in backticks, words are not."""

from __future__ import annotations

import pytest

from reports.code_spans import with_code_spans
from tests import CATALOGUE


@pytest.mark.parametrize(
    "text",
    [
        "The biases of a Dense layer are zero by default.",
        "Flatten turns (28, 28) samples into 784 values.",
        "With momentum, RMSprop adds epsilon to the mean square, under the root.",
        "check coefficient >= 0 first",
        "nothing: expect a validation",
        "Keras 3.0.3 or later",
        "decay divides the learning rate at step t = 0, 1, ... by 1 + decay t.",
        "The layers of the notes' CNN have 448, 0, 0, 102,464 and 650 parameters.",
    ],
)
def test_words(text):
    """A sentence without code stays as it is."""
    assert with_code_spans(text) == text


@pytest.mark.parametrize(
    "code",
    [
        "pool_size=2",
        "lambda batch, logs: ...",
        "labels[:, np.newaxis]",
        "random.seed(5); tf.random.set_seed(5)",
        "self.model.optimizer.learning_rate = 0.5",
        "return tf.random.normal(shape, dtype=dtype)",
        "with keras.utils.custom_object_scope({...}):",
        "'my_model.{epoch}.weights.h5'",
        "sparse_categorical_crossentropy",
        "export LD_LIBRARY_PATH=$(python -c 'import nvidia.cusolver as c; print(c.__path__[0])')/lib:$LD_LIBRARY_PATH",
    ],
)
def test_code(code):
    """What is nothing but code is in backticks as a whole."""
    assert with_code_spans(code) == f"`{code}`"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("l2(0.005), for a weight decay of 0.01", "`l2(0.005)`, for a weight decay of 0.01"),
        ("np.array(x) and np.array(y)", "`np.array(x)` and `np.array(y)`"),
        ("either x or x[..., np.newaxis]", "either x or `x[..., np.newaxis]`"),
        ("activation=", "`activation=`"),
        ("Without it, a file in .h5 is 'min'.", "Without it, a file in `.h5` is `'min'`."),
        ("'acc' is accuracy and monitors val_acc: so.", "`'acc'` is accuracy and monitors `val_acc`: so."),
        (
            "model.metrics_names is ['loss', 'compile_metrics'].",
            "`model.metrics_names` is `['loss', 'compile_metrics']`.",
        ),
        ("an improvement is a decrease ('min') here", "an improvement is a decrease (`'min'`) here"),
        ("off by 2**-9 (a TPU keeps 7: 2**-6).", "off by `2**-9` (a TPU keeps 7: `2**-6`)."),
        ("floor((n - d (k - 1) - 1) / s) + 1, or less", "`floor((n - d (k - 1) - 1) / s) + 1`, or less"),
        ("Setting model.stop_training = True ends it", "Setting `model.stop_training = True` ends it"),
    ],
)
def test_code_among_words(text, marked):
    """Code that stands among words is marked, without the punctuation around it."""
    assert with_code_spans(text) == marked


def test_specification():
    """In every sentence and advice, marking adds backticks and changes nothing else."""
    texts = [text for each in CATALOGUE for form in each.forms for text in (each.says(form), form.instead)]
    assert [text for text in texts if with_code_spans(text).replace("`", "") != text.replace("`", "")] == []
