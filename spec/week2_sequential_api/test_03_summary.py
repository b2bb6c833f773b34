"""Week 2, Print the model summary.

Subject: models and layers.
"""

import numpy as np
import pytest
import tensorflow as tf

from spec.models import linear, notes_cnn
from tf_conformance import changed, defect, holds, refused

keras, layers = tf.keras, tf.keras.layers


@pytest.fixture(autouse=True)
def terminal_of_80_columns(monkeypatch):
    """Sets the width of the terminal, to which summaries adapt, wherever the specification runs."""
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def printed(capsys):
    """Prints a model's summary and returns the printed lines."""

    def summarize(model, **settings):
        capsys.readouterr()
        assert model.summary(**settings) is None
        return [line.rstrip() for line in capsys.readouterr().out.rstrip().splitlines()]

    return summarize


def totals(lines):
    """The first three words of each line of a summary that gives a total."""
    return [line.split()[:3] for line in lines if "params:" in line]


def text(table):
    """The lines of an expected table, without trailing spaces."""
    return [line.rstrip() for line in table.strip("\n").splitlines()]


# The table


@holds("summary.table", when="tensorflow<2.7")
def test_table_of_the_notes(printed):
    """summary() prints each layer's name, class, output shape and parameter count, then the totals, and returns None."""
    assert printed(notes_cnn()) == text(
        """
Model: "sequential_4"
_________________________________________________________________
Layer (type)                 Output Shape              Param #
=================================================================
conv2d_1 (Conv2D)            (None, 30, 30, 16)        448
_________________________________________________________________
max_pooling2d_1 (MaxPooling2 (None, 10, 10, 16)        0
_________________________________________________________________
flatten_1 (Flatten)          (None, 1600)              0
_________________________________________________________________
dense_5 (Dense)              (None, 64)                102464
_________________________________________________________________
dense_6 (Dense)              (None, 10)                650
=================================================================
Total params: 103,562
Trainable params: 103,562
Non-trainable params: 0
_________________________________________________________________
"""
    )


@changed(
    "summary.table",
    when="tensorflow>=2.7 and keras<2.13",
    instead="layer.name, layer.output_shape and layer.count_params() rather than the printed table",
    impact="looks",
    traces="none: every summary looks different; code that reads it is found for summary.print-fn",
)
def test_table_with_wrapped_names(printed):
    """The summary's rows are indented and separated by blank lines, and a name that is too long is wrapped instead of truncated."""
    model = notes_cnn()
    assert [(layer.name, layer.output_shape, layer.count_params()) for layer in model.layers[:2]] == [
        ("conv2d_1", (None, 30, 30, 16), 448),
        ("max_pooling2d_1", (None, 10, 10, 16), 0),
    ]
    assert printed(model) == text(
        """
Model: "sequential_4"
_________________________________________________________________
 Layer (type)                Output Shape              Param #
=================================================================
 conv2d_1 (Conv2D)           (None, 30, 30, 16)        448

 max_pooling2d_1 (MaxPooling  (None, 10, 10, 16)       0
 2D)

 flatten_1 (Flatten)         (None, 1600)              0

 dense_5 (Dense)             (None, 64)                102464

 dense_6 (Dense)             (None, 10)                650

=================================================================
Total params: 103,562
Trainable params: 103,562
Non-trainable params: 0
_________________________________________________________________
"""
    )


@changed(
    "summary.table",
    when="keras>=2.13 and keras<3",
    instead="model.count_params() for the number of parameters",
    impact="looks",
    traces="none: every summary looks different; code that reads it is found for summary.print-fn",
)
def test_table_with_sizes(printed):
    """The summary's totals include the size in memory and have no thousands separators."""
    model = notes_cnn()
    assert model.count_params() == 103562
    assert printed(model) == text(
        """
Model: "sequential_4"
_________________________________________________________________
 Layer (type)                Output Shape              Param #
=================================================================
 conv2d_1 (Conv2D)           (None, 30, 30, 16)        448

 max_pooling2d_1 (MaxPoolin  (None, 10, 10, 16)        0
 g2D)

 flatten_1 (Flatten)         (None, 1600)              0

 dense_5 (Dense)             (None, 64)                102464

 dense_6 (Dense)             (None, 10)                650

=================================================================
Total params: 103562 (404.54 KB)
Trainable params: 103562 (404.54 KB)
Non-trainable params: 0 (0.00 Byte)
_________________________________________________________________
"""
    )


BOX_OF_KERAS_3_0 = """
Model: "sequential_4"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape              ┃    Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━┩
│ conv2d_1 (Conv2D)               │ (None, 30, 30, 16)        │        448 │
├─────────────────────────────────┼───────────────────────────┼────────────┤
│ max_pooling2d_1 (MaxPooling2D)  │ (None, 10, 10, 16)        │          0 │
├─────────────────────────────────┼───────────────────────────┼────────────┤
│ flatten_1 (Flatten)             │ (None, 1600)              │          0 │
├─────────────────────────────────┼───────────────────────────┼────────────┤
│ dense_5 (Dense)                 │ (None, 64)                │    102,464 │
├─────────────────────────────────┼───────────────────────────┼────────────┤
│ dense_6 (Dense)                 │ (None, 10)                │        650 │
└─────────────────────────────────┴───────────────────────────┴────────────┘
 Total params: 103,562 (404.54 KB)
 Trainable params: 103,562 (404.54 KB)
 Non-trainable params: 0 (0.00 B)
"""


@changed(
    "summary.table",
    when="keras>=3 and keras<3.0.5",
    instead="model.count_params() for the number of parameters",
    impact="looks",
    traces="none: every summary looks different; code that reads it is found for summary.print-fn",
)
def test_table_in_a_box_of_other_widths(printed):
    """The summary is a table of box-drawing characters with thousands separators, and its totals include the size in memory."""
    model = notes_cnn()
    assert model.count_params() == 103562
    assert printed(model) == text(BOX_OF_KERAS_3_0)


@changed(
    "summary.table",
    when="keras>=3.0.5",
    instead="model.count_params() for the number of parameters",
    impact="looks",
    traces="none: every summary looks different; code that reads it is found for summary.print-fn",
)
def test_table_in_a_box(printed):
    """The summary is a table of box-drawing characters with thousands separators, and its totals include the size in memory."""
    model = notes_cnn()
    assert model.count_params() == 103562
    assert printed(model) == text(
        """
Model: "sequential_4"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ conv2d_1 (Conv2D)               │ (None, 30, 30, 16)     │           448 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ max_pooling2d_1 (MaxPooling2D)  │ (None, 10, 10, 16)     │             0 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ flatten_1 (Flatten)             │ (None, 1600)           │             0 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense_5 (Dense)                 │ (None, 64)             │       102,464 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense_6 (Dense)                 │ (None, 10)             │           650 │
└─────────────────────────────────┴────────────────────────┴───────────────┘
 Total params: 103,562 (404.54 KB)
 Trainable params: 103,562 (404.54 KB)
 Non-trainable params: 0 (0.00 B)
"""
    )


@holds("summary.print-fn", when="keras<3")
def test_print_fn_gets_each_line(printed):
    """summary() calls print_fn with each line of the table and prints nothing."""
    lines = []
    assert printed(notes_cnn(), print_fn=lines.append) == []
    assert [line.rstrip() for line in lines] == printed(notes_cnn())


@defect(
    "summary.print-fn",
    when="keras>=3 and keras<3.2",
    instead="print_fn=lambda text, line_break: ...",
    impact="error",
    reported="keras-team/keras#19371",
    traces=["$MODEL.summary(print_fn=$NONE_OF($ABSENT, print))"],
)
def test_print_fn_gets_an_undocumented_keyword():
    """summary() calls print_fn with an undocumented keyword argument, line_break, so a plain function fails."""
    with refused(TypeError, naming="keyword argument"):
        notes_cnn().summary(print_fn=[].append)
    texts = []
    notes_cnn().summary(print_fn=lambda text, line_break: texts.append(text))
    assert ["103,562" in text for text in texts] == [True]


@changed(
    "summary.print-fn",
    when="keras>=3.2",
    instead="print_fn=lambda text: lines.extend(text.rstrip().splitlines())",
    impact="silent",
    traces=["$MODEL.summary(print_fn=$NONE_OF($ABSENT, print))"],
)
def test_print_fn_gets_the_whole_text(printed):
    """summary() calls print_fn once with the whole table and prints nothing."""
    texts, lines = [], []
    assert printed(notes_cnn(), print_fn=texts.append) == []
    assert len(texts) == 1
    notes_cnn().summary(print_fn=lambda text: lines.extend(text.rstrip().splitlines()))
    assert [line.rstrip() for line in lines] == printed(notes_cnn())


@holds("summary.line-length", when="keras<3")
@pytest.mark.parametrize("length", [70, 100])
def test_line_length_sets_the_width(printed, length):
    """line_length sets the width of the printed table."""
    lines = printed(notes_cnn(), line_length=length)
    assert max(len(line) for line in lines) == length
    assert sum("102464" in line for line in lines) == 1


@defect(
    "summary.line-length",
    when="keras>=3",
    instead="os.environ['COLUMNS'] = '100' with line_length=100, or a wider terminal",
    impact="looks",
    reported="keras-team/keras#21107",
    traces=["$MODEL.summary(line_length=$NUMBER > 80)"],
)
def test_line_length_beyond_the_terminal_loses_columns(printed):
    """A line_length greater than the terminal's width truncates the table there, so the parameter counts are lost."""
    lines = printed(notes_cnn(), line_length=100)
    assert max(len(line) for line in lines) == 80
    assert not any("102,464" in line for line in lines)
    assert max(len(line) for line in printed(notes_cnn(), line_length=70)) == 70


@defect(
    "summary.line-length",
    when="keras>=3",
    instead="os.environ['COLUMNS'] = '100' with line_length=100, or a wider terminal",
    impact="looks",
    reported="keras-team/keras#21107",
)
def test_wider_terminal_keeps_all_columns(printed, monkeypatch):
    """In a wide enough terminal, line_length sets the width of the printed table."""
    monkeypatch.setenv("COLUMNS", "100")
    lines = printed(notes_cnn(), line_length=100)
    assert max(len(line) for line in lines) == 100
    assert sum("102,464" in line for line in lines) == 1


# The totals


def partly_frozen():
    """A model with 8 trainable parameters and 12 non-trainable ones: a frozen Dense layer and moving averages."""
    frozen = layers.Dense(2, input_shape=(3,), name="frozen")
    model = keras.Sequential([frozen, layers.BatchNormalization(), layers.Dense(2, use_bias=False)])
    frozen.trainable = False
    return model


@holds("summary.totals", when="keras<2.13 or keras>=3")
def test_totals_of_the_notes(printed):
    """Before training, the summary of the notes' CNN counts 103,562 parameters, all trainable, with thousands separators."""
    model = notes_cnn()
    assert totals(printed(model)) == [
        ["Total", "params:", "103,562"],
        ["Trainable", "params:", "103,562"],
        ["Non-trainable", "params:", "0"],
    ]
    assert model.count_params() == 103562


@changed(
    "summary.totals",
    when="keras>=2.13 and keras<3",
    instead="model.count_params() for the number of parameters",
    impact="looks",
    traces="none: the same call prints a number in another way",
)
def test_totals_without_separators(printed):
    """Before training, the summary of the notes' CNN counts 103562 parameters, all trainable, without thousands separators."""
    model = notes_cnn()
    assert totals(printed(model)) == [
        ["Total", "params:", "103562"],
        ["Trainable", "params:", "103562"],
        ["Non-trainable", "params:", "0"],
    ]
    assert model.count_params() == 103562


@holds("summary.non-trainable")
def test_frozen_weights_and_moving_averages_are_not_trainable(printed):
    """The summary counts frozen layers and the moving averages of BatchNormalization as non-trainable parameters."""
    model = partly_frozen()
    assert totals(printed(model)) == [
        ["Total", "params:", str((3 * 2 + 2) + 4 * 2 + 2 * 2)],
        ["Trainable", "params:", str(2 * 2 + 2 * 2)],
        ["Non-trainable", "params:", str((3 * 2 + 2) + 2 * 2)],
    ]


def summarized(printed, model):
    """The totals of the model's summary before and after it is trained for a step."""
    model.compile(optimizer="adam", loss="mean_squared_error", run_eagerly=True)
    before = totals(printed(model))
    model.train_on_batch(np.ones((2, 3)), np.ones((2, 2)))
    return before, totals(printed(model))


@holds("summary.after-training", when="keras<3")
def test_training_leaves_the_summary(printed):
    """The summary counts the parameters of the layers, before and after training."""
    before, after = summarized(printed, linear(np.zeros((3, 2)), np.zeros(2)))
    assert after == before
    assert [line[2] for line in after] == ["8", "8", "0"]


@changed(
    "summary.after-training",
    when="keras>=3",
    instead="model.count_params() for the number of parameters",
    impact="silent",
    traces=["$ONE_OF($MODEL.fit(), $MODEL.train_on_batch()); not $MODEL.compile(); $MODEL.summary()"],
)
def test_summary_counts_the_optimizer(printed):
    """After training, the summary's total also counts the optimizer's variables, which have a line of their own."""
    model = linear(np.zeros((3, 2)), np.zeros(2))
    before, after = summarized(printed, model)
    of_adam = 2 * 8 + 2  # two moments of each weight, the learning rate and the number of steps
    assert [line[2] for line in before] == ["8", "8", "0"]
    assert after == [
        ["Total", "params:", str(8 + of_adam)],
        ["Trainable", "params:", "8"],
        ["Non-trainable", "params:", "0"],
        ["Optimizer", "params:", str(of_adam)],
    ]
    assert model.count_params() == 8


@holds("summary.unbuilt", when="keras<3")
def test_unbuilt_model_has_no_summary():
    """summary() of a Sequential model that has not been built raises a ValueError that says so."""
    with refused(ValueError, naming="not yet been built"):
        keras.Sequential([layers.Dense(3)]).summary()


@changed(
    "summary.unbuilt",
    when="keras>=3",
    instead="model.build((None, 4)) before model.summary()",
    impact="silent",
    traces="none: whether a model is built depends on all that was done with it before",
)
def test_unbuilt_model_has_a_summary_without_numbers(printed):
    """summary() of a Sequential model that has not been built prints a table without shapes and with totals of 0."""
    model = keras.Sequential([layers.Dense(3)])
    assert totals(printed(model))[0] == ["Total", "params:", "0"]
    model.build((None, 4))
    assert totals(printed(model))[0] == ["Total", "params:", str(4 * 3 + 3)]


# Shapes and names that are read instead of the table


@holds("layer.output-shape", when="keras<3")
def test_layer_has_its_output_shape():
    """A layer of a model has input_shape and output_shape."""
    layer = notes_cnn().layers[0]
    assert (layer.input_shape, layer.output_shape) == ((None, 32, 32, 3), (None, 30, 30, 16))


@changed(
    "layer.output-shape",
    when="keras>=3",
    instead="layer.output.shape, and layer.input.shape",
    impact="error",
    traces=[
        "$LAYER.output_shape",
        "$LAYER.input_shape",
        "$X.layers[...].output_shape",
        "$X.layers[...].input_shape",
    ],
)
@pytest.mark.parametrize("name", ["input_shape", "output_shape"])
def test_layer_has_no_output_shape(name):
    """A layer of a model has neither input_shape nor output_shape; the model still has both."""
    model = notes_cnn()
    with refused(AttributeError, naming=name):
        getattr(model.layers[0], name)
    assert hasattr(model, name)
    assert tuple(model.layers[0].input.shape) == (None, 32, 32, 3)
    assert tuple(model.layers[0].output.shape) == (None, 30, 30, 16)


@holds("model.input-names", when="keras<3")
def test_model_has_names_of_inputs_and_outputs():
    """model.input_names and model.output_names hold one name for each input and output."""
    model = notes_cnn()
    assert model.input_names == ["conv2d_1_input"]
    assert model.output_names == ["dense_6"]


@changed(
    "model.input-names",
    when="keras>=3",
    instead="[tensor.name for tensor in model.inputs], and model.layers[-1].name",
    impact="error",
    traces=["$MODEL.input_names", "tf.keras.Sequential().output_names"],
)
def test_model_has_no_names_of_inputs_and_outputs():
    """A Sequential model has neither input_names nor output_names."""
    model = notes_cnn()
    for name in ("input_names", "output_names"):
        with refused(AttributeError, naming=name):
            getattr(model, name)
    assert [isinstance(tensor.name, str) for tensor in model.inputs] == [True]
    assert model.layers[-1].name == "dense_6"


# Automatic names


@pytest.fixture
def fresh_names():
    """Resets the counters of automatic names before and after the case."""
    keras.backend.clear_session()
    yield
    keras.backend.clear_session()


@holds("naming.counters")
def test_counters_by_class(fresh_names):
    """Except for InputLayer, a layer's automatic name is its class in snake case, numbered from the second layer on: conv2d, conv2d_1."""
    made = [
        layers.Conv2D(1, 1),
        layers.Dense(1),
        layers.Conv2D(1, 1),
        layers.MaxPooling2D(),
        layers.Dense(1),
        layers.Dense(1),
    ]
    assert [layer.name for layer in made] == ["conv2d", "dense", "conv2d_1", "max_pooling2d", "dense_1", "dense_2"]
    assert [layer.name for layer in (layers.ReLU(), layers.Conv2DTranspose(1, 1))] == ["re_lu", "conv2d_transpose"]


@holds("naming.counters")
def test_counters_of_models(fresh_names):
    """Models are numbered like layers: the fifth Sequential of a session is named sequential_4."""
    assert [keras.Sequential().name for _ in range(5)][::4] == ["sequential", "sequential_4"]


@holds("naming.counters")
def test_given_names_do_not_count(fresh_names):
    """A layer with a given name keeps that name and is not counted."""
    names = [layers.Dense(1).name, layers.Dense(1, name="head").name, layers.Dense(1).name]
    assert names == ["dense", "head", "dense_1"]


@holds("naming.counters")
def test_clear_session_resets_the_counters(fresh_names):
    """clear_session resets the counters of automatic names."""
    before = [layers.BatchNormalization().name for _ in range(2)]
    keras.backend.clear_session()
    assert before == ["batch_normalization", "batch_normalization_1"]
    assert layers.BatchNormalization().name == "batch_normalization"
