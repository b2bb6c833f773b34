"""Week 3, Logger.

Subject: callbacks.
"""

import csv
import inspect

import numpy as np
import pytest
import tensorflow as tf

from spec.models import batches, compiled, linear
from spec.week3_regularization_callbacks.series import through_hooks
from tf_conformance import changed, defect, holds, near, refused

CSVLogger = tf.keras.callbacks.CSVLogger
DATA = batches(np.arange(8, dtype=np.float32).reshape((-1, 1)), np.zeros((8, 1), np.float32))


@pytest.fixture
def fit(tmp_path):
    """Fits a model with a CSVLogger with these settings; returns the History and the lines of the file."""
    path = tmp_path / "training.csv"

    def run(epochs=2, settings=None, **fitting):
        model = compiled(linear([[1.0]]), optimizer=tf.keras.optimizers.SGD(0.001), loss="mse", metrics=["mae"])
        logger = CSVLogger(str(path), **(settings or {}))
        history = model.fit(DATA, epochs=epochs, callbacks=[logger], verbose=0, **fitting)
        return history, path.read_text(encoding="utf-8").splitlines()

    return run


@holds("csv-logger.defaults")
def test_defaults():
    """The arguments of CSVLogger are filename, separator=',' and append=False."""
    parameters = list(inspect.signature(CSVLogger.__init__).parameters.values())[1:]
    assert [(parameter.name, parameter.default) for parameter in parameters] == [
        ("filename", inspect.Parameter.empty),
        ("separator", ","),
        ("append", False),
    ]


@holds("csv-logger.rows")
def test_header_then_one_row_per_epoch(fit):
    """With validation, CSVLogger's header names the epoch, then what the first epoch logs, sorted; each epoch adds a row, from 0."""
    history, lines = fit(epochs=3, validation_data=DATA)
    assert lines[0] == "epoch,loss,mae,val_loss,val_mae"
    assert [line.split(",")[0] for line in lines[1:]] == ["0", "1", "2"]
    rows = list(csv.DictReader(lines))
    for name, numbers in history.history.items():
        assert [np.float32(row[name]) for row in rows] == [np.float32(number) for number in numbers]


@holds("csv-logger.rows")
def test_values_are_those_of_history(fit):
    """Read with the csv module, the file has the epochs and the losses of the History."""
    history, lines = fit(epochs=2)
    rows = list(csv.DictReader(lines))
    assert [int(row["epoch"]) for row in rows] == history.epoch
    assert [float(row["loss"]) for row in rows] == near(history.history["loss"])


@holds("csv-logger.rows")
def test_rows_are_written_as_epochs_end(tmp_path):
    """Each row is written when its epoch ends, not only after training."""
    path, sizes = tmp_path / "training.csv", []

    class Watch(tf.keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            sizes.append(len(path.read_text(encoding="utf-8").splitlines()))

    model = compiled(linear([[1.0]]), optimizer="sgd", loss="mse")
    model.fit(DATA, epochs=3, callbacks=[CSVLogger(str(path)), Watch()], verbose=0)
    assert sizes == [2, 3, 4]


@pytest.fixture
def log(tmp_path):
    """Writes these logs, one per epoch, through the hooks of a CSVLogger; returns the bytes of the file."""

    def write(*epochs):
        model = linear([[1.0]])
        model.stop_training = False
        logger = CSVLogger(str(tmp_path / "log.csv"))
        logger.set_model(model)
        logger.on_train_begin()
        for epoch, logs in enumerate(epochs):
            logger.on_epoch_end(epoch, logs)
        logger.on_train_end()
        return (tmp_path / "log.csv").read_bytes()

    return write


@holds("csv-logger.rows")
def test_bytes_of_the_file(log):
    """Lines end with CRLF, and an array is written as a quoted list."""
    seen = log({"loss": 0.5, "val_loss": 2}, {"loss": 0.25, "val_loss": np.array([1.0, 2.0])})
    assert seen == b'epoch,loss,val_loss\r\n0,0.5,2\r\n1,0.25,"""[1.0, 2.0]"""\r\n'


@holds("csv-logger.without-validation", when="tensorflow<2.13")
def test_no_columns_for_validation(log):
    """Without validation, CSVLogger writes no validation columns."""
    assert log({"loss": 0.5, "mae": 2}) == b"epoch,loss,mae\r\n0,0.5,2\r\n"


@changed(
    "csv-logger.without-validation",
    when="tensorflow>=2.13",
    instead="skip NA when reading: {name: value for name, value in row.items() if value != 'NA'}",
    impact="silent",
    traces=[
        "$X.fit(validation_data=$ONE_OF($ABSENT, None), validation_split=$ABSENT, "
        "callbacks=[tf.keras.callbacks.CSVLogger()])"
    ],
)
def test_columns_of_na_for_validation(log):
    """Without validation, CSVLogger still writes validation columns, filled with NA."""
    seen = log({"loss": 0.5, "mae": 2})
    assert seen == b"epoch,loss,mae,val_loss,val_mae\r\n0,0.5,2,NA,NA\r\n"
    (row,) = csv.DictReader(seen.decode().splitlines())
    logged = {name: value for name, value in row.items() if value != "NA"}
    assert logged == {"epoch": "0", "loss": "0.5", "mae": "2"}


@defect(
    "csv-logger.missing-number",
    when="tensorflow<2.13",
    instead="validation_freq=1, so that every epoch logs the same values",
    impact="error",
    reported="keras-team/keras@5aa5fb60f3",
    traces=["$X.fit(validation_freq=[1], callbacks=[tf.keras.callbacks.CSVLogger()])"],
)
def test_missing_value_raises_key_error(log, fit):
    """CSVLogger raises a KeyError for a value that the first epoch logs and a later epoch lacks."""
    with refused(KeyError, naming="val_loss"):
        log({"loss": 1.0, "val_loss": 2.0}, {"loss": 0.5})
    _, lines = fit(validation_data=DATA, validation_freq=1)
    assert lines[0] == "epoch,loss,mae,val_loss,val_mae"


@holds("csv-logger.missing-number", when="tensorflow>=2.13")
def test_missing_value_is_na(log):
    """CSVLogger writes NA for a value that the first epoch logs and a later epoch lacks."""
    seen = log({"loss": 1.0, "val_loss": 2.0}, {"loss": 0.5})
    assert seen == b"epoch,loss,val_loss\r\n0,1.0,2.0\r\n1,0.5,NA\r\n"


@holds("csv-logger.separator")
@pytest.mark.parametrize("separator", [";", "\t"])
def test_separator(fit, separator):
    """CSVLogger puts separator between the fields of each line."""
    _, lines = fit(settings={"separator": separator}, validation_data=DATA)
    assert lines[0].split(separator) == ["epoch", "loss", "mae", "val_loss", "val_mae"]
    assert [len(line.split(separator)) for line in lines] == [5, 5, 5]


@holds("csv-logger.append")
def test_new_training_overwrites_the_file(fit):
    """Without append, CSVLogger overwrites the file of an earlier training."""
    fit(epochs=3)
    _, lines = fit(epochs=1)
    assert [line.split(",")[0] for line in lines] == ["epoch", "0"]


@holds("csv-logger.append")
def test_append_adds_rows(fit):
    """With append=True, CSVLogger adds rows to the file and does not write the header again."""
    fit(epochs=2, settings={"append": True})
    _, lines = fit(epochs=4, initial_epoch=2, settings={"append": True})
    assert [line.split(",")[0] for line in lines] == ["epoch", "0", "1", "2", "3"]
    assert [line.split(",")[1] for line in lines].count("loss") == 1


@holds("csv-logger.append")
@pytest.mark.parametrize(("append", "epochs"), [(False, ["0", "1"]), (True, ["0", "1", "0", "1"])])
def test_logger_is_used_again(tmp_path, append, epochs):
    """A CSVLogger that logs two trainings does the same, and the header remains the first line."""
    path = tmp_path / "training.csv"
    logger = CSVLogger(str(path), append=append)
    for _ in range(2):
        through_hooks(logger, [2.0, 1.0])
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[0] for line in lines] == ["epoch", *epochs]
