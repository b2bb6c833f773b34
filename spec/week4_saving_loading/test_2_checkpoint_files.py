"""Week 4, Saving and loading model weights: the files.

Subject: saving and loading.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from spec.models import any_order, batches
from spec.week4_saving_loading.files import WRITTEN, X, as_bytes, every_layer, files_below, network, trained
from tf_conformance import changed, defect, holds, misstated, near, refused

keras, layers = tf.keras, tf.keras.layers
ROOT = str(Path(__file__).resolve().parent.parent.parent)
OpError = tf.errors.OpError


# save_weights


@holds("weights.save", when="keras<3")
def test_save_weights_writes_a_checkpoint(tmp_path):
    """model.save_weights('my_model') writes a TensorFlow checkpoint of three files, two of which are named my_model."""
    network().save_weights(str(tmp_path / "my_model"))
    assert files_below(tmp_path) == ["checkpoint", "my_model.data-00000-of-00001", "my_model.index"]


@changed(
    "weights.save",
    when="keras>=3",
    instead="model.save_weights('my_model.weights.h5')",
    impact="error",
    traces=["$MODEL.save_weights(filepath=$NONE_OF('*.weights.h5', '*.weights.json'))"],
)
def test_save_weights_needs_an_extension(tmp_path):
    """model.save_weights('my_model') raises a ValueError that asks for .weights.h5, with which it writes a single file."""
    with refused(ValueError, naming=".weights.h5"):
        network().save_weights(str(tmp_path / "my_model"))
    network().save_weights(str(tmp_path / "my_model.weights.h5"))
    assert files_below(tmp_path) == ["my_model.weights.h5"]


# A checkpoint's three files


@pytest.fixture
def checkpoint(tmp_path):
    """The prefix of a checkpoint of the small network, the only one in its folder."""
    return tf.train.Checkpoint(model=network()).save(str(tmp_path / "checkpoint"))


@holds("checkpoint.three-files")
def test_three_files(checkpoint, tmp_path):
    """A model's checkpoint consists of a small text file, an index and, on one machine, a single data file, which is larger."""
    assert files_below(tmp_path) == ["checkpoint", "checkpoint-1.data-00000-of-00001", "checkpoint-1.index"]
    sizes = {path.name.rpartition(".")[2]: path.stat().st_size for path in tmp_path.iterdir()}
    assert sizes["checkpoint"] < sizes["index"] < sizes["data-00000-of-00001"]


@misstated(
    "checkpoint.text-file",
    when="keras<3",
    instead="expect 77 bytes",
    impact="looks",
    traces="none: it is the size of a file, which no code reads",
)
def test_text_of_save_weights(tmp_path):
    """A checkpoint's text file names the latest checkpoint, then all; it has 77 bytes, not 87, and is the smallest file."""
    network().save_weights(str(tmp_path / "checkpoint"))
    text = (tmp_path / "checkpoint").read_bytes()
    assert text == b'model_checkpoint_path: "checkpoint"\nall_model_checkpoint_paths: "checkpoint"\n'
    assert len(text) == 77
    assert len(text) == min(path.stat().st_size for path in tmp_path.iterdir())


@misstated(
    "checkpoint.text-file",
    when="keras>=3",
    instead="tf.train.Checkpoint(model=model).save('checkpoint'); expect 81 bytes",
    impact="looks",
    traces="none: it is the size of a file, which no code reads",
)
def test_text_of_a_checkpoint(checkpoint, tmp_path):
    """A checkpoint's text file names the latest checkpoint, then all; for 'checkpoint-1', it has 81 bytes and is the smallest file."""
    text = (tmp_path / "checkpoint").read_bytes()
    assert text == b'model_checkpoint_path: "checkpoint-1"\nall_model_checkpoint_paths: "checkpoint-1"\n'
    assert len(text) == 81
    assert len(text) == min(path.stat().st_size for path in tmp_path.iterdir())


@holds("checkpoint.latest")
def test_latest_checkpoint(checkpoint, tmp_path):
    """tf.train.latest_checkpoint returns the path of the checkpoint that was saved last, or None if there is none."""
    assert tf.train.latest_checkpoint(str(tmp_path)) == checkpoint
    saver = tf.train.Checkpoint(model=network())
    saver.save_counter.assign(1)
    assert tf.train.latest_checkpoint(str(tmp_path)) == checkpoint
    assert saver.save(str(tmp_path / "checkpoint")) == str(tmp_path / "checkpoint-2")
    assert tf.train.latest_checkpoint(str(tmp_path)) == str(tmp_path / "checkpoint-2")
    assert tf.train.latest_checkpoint(str(tmp_path / "nowhere")) is None


@holds("checkpoint.index")
def test_index_lists_every_weight(checkpoint):
    """A checkpoint's index lists every weight with its shape and dtype, and each weight can be read by its name."""
    names = [name for name, _ in tf.train.list_variables(checkpoint) if name.startswith("model/")]
    reader = tf.train.load_checkpoint(checkpoint)
    read = [reader.get_tensor(name) for name in names]
    assert sorted(as_bytes(read)) == sorted(as_bytes(network().get_weights()))
    shapes, types = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    assert sorted(shapes[name] for name in names) == [[2], [3], [3, 2], [4, 3]]
    assert {types[name] for name in names} == {tf.float32}


@pytest.fixture
def bytes_per_weight(tmp_path):
    """A checkpoint of a model with 14,140 parameters, trained with Adam: the data file's bytes per parameter, the index's bytes."""
    model = keras.Sequential([layers.Dense(100, input_shape=(100,)), layers.Dense(40)])
    model.compile(optimizer="adam", loss="mse", run_eagerly=True)
    model.fit(batches(np.ones((1, 100), np.float32), np.ones((1, 40), np.float32)), verbose=0)
    assert model.count_params() == 100 * 100 + 100 + 100 * 40 + 40 == 14140
    tf.train.Checkpoint(model=model).save(str(tmp_path / "checkpoint"))
    sizes = [(tmp_path / ("checkpoint-1" + end)).stat().st_size for end in (".data-00000-of-00001", ".index")]
    return sizes[0] / model.count_params(), sizes[1]


@holds("checkpoint.data", when="keras<3 or keras>=3.1")
def test_twelve_bytes_per_weight(bytes_per_weight):
    """After training with Adam, a checkpoint's data file has about 12 bytes per weight and is far larger than the index."""
    data, index = bytes_per_weight
    assert data == near(12.0, rtol=0.02)
    assert 14140 * data > 100 * index


@defect(
    "checkpoint.data",
    when="keras>=3 and keras<3.1",
    instead="model.save('my_model.keras'), or Keras 3.1",
    impact="silent",
    reported="keras-team/keras#19321",
    traces=["$MODEL.fit(); tf.train.Checkpoint(model=$MODEL, optimizer=$ABSENT).save()"],
)
def test_four_bytes_per_weight(bytes_per_weight, tmp_path):
    """After training with Adam, a checkpoint's data file has only about 4 bytes per weight: the optimizer's variables are missing."""
    data, _ = bytes_per_weight
    assert data == near(4.0, rtol=0.02)
    trained().save(str(tmp_path / "my_model.keras"))
    assert int(keras.models.load_model(str(tmp_path / "my_model.keras")).optimizer.iterations.numpy()) == 2


# Loading


@holds("weights.load")
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_weights_come_back_bit_for_bit(tmp_path, dtype):
    """load_weights restores float16, float32 or float64 weights bit for bit in another model of the same architecture."""
    path = str(tmp_path / "my_model.weights.h5")
    model, other = network(seed=1, dtype=dtype), network(seed=2, dtype=dtype)
    model.save_weights(path)
    other.load_weights(path)
    assert as_bytes(other.get_weights()) == as_bytes(model.get_weights())
    assert {weight.dtype.name for weight in other.get_weights()} == {dtype}


@holds("weights.load")
def test_weights_of_every_layer(tmp_path, monkeypatch, rng):
    """So it does for all layers of the notes, and for a file in the current folder, which weights that are saved again replace."""
    monkeypatch.chdir(tmp_path)
    model, other = every_layer(), every_layer()
    for _ in range(2):
        model.set_weights([rng.rand(*weight.shape).astype(np.float32) for weight in model.get_weights()])
        model.save_weights("my_model.weights.h5")
    other.load_weights("my_model.weights.h5")
    assert as_bytes(other.get_weights()) == as_bytes(model.get_weights())


@holds("weights.load-checkpoint", when="keras<3")
def test_load_weights_reads_a_checkpoint(tmp_path):
    """load_weights('my_model') loads the weights from the checkpoint of that name."""
    model, other = network(seed=1), network(seed=2)
    model.save_weights(str(tmp_path / "my_model"))
    other.load_weights(str(tmp_path / "my_model"))
    assert as_bytes(other.get_weights()) == as_bytes(model.get_weights())


@changed(
    "weights.load-checkpoint",
    when="keras>=3",
    instead="tf.train.Checkpoint(model=model).restore(path)",
    impact="error",
    traces=[
        "$MODEL.load_weights(filepath=tf.train.latest_checkpoint())",
        "$MODEL.load_weights(filepath=$NONE_OF('*.h5', '*.hdf5', '*.keras', '*.weights.json'))",
    ],
)
def test_load_weights_refuses_a_checkpoint(checkpoint):
    """load_weights raises a ValueError for a TensorFlow checkpoint, which tf.train.Checkpoint restores."""
    other = network(seed=2)
    with refused(ValueError, naming=".weights.h5"):
        other.load_weights(checkpoint)
    tf.train.Checkpoint(model=other).restore(checkpoint)
    assert as_bytes(other.get_weights()) == as_bytes(network().get_weights())


FRESH_PROCESS = """
import sys
from spec.week4_saving_loading.files import X, network
from tf_conformance.statements.precision import full_float32
model = network(seed=2)
model.load_weights(sys.argv[1])
with full_float32():
    sys.stdout.write(model(X).numpy().tobytes().hex())
"""


@pytest.mark.subprocess
@holds("weights.load")
def test_weights_come_back_in_a_fresh_process(tmp_path):
    """In a fresh process, the model with the loaded weights computes the same outputs up to rounding."""
    # Slow: a second process imports TensorFlow, which is the point.
    path = str(tmp_path / "my_model.weights.h5")
    model = network(seed=1)
    model.save_weights(path)
    command = [sys.executable, "-W", "ignore", "-c", FRESH_PROCESS, path]
    ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    expected = model(X).numpy()
    seen = np.frombuffer(bytes.fromhex(ran.stdout.decode()), np.float32).reshape(expected.shape)
    assert seen == near(expected, rtol=0, atol=any_order(X, *model.get_weights()))


# Types of weights


@pytest.fixture
def weights():
    """The weights of a layer named first with 3 inputs and 2 units, in a model named net."""
    return keras.Sequential([layers.Dense(2, input_shape=(3,), name="first")], name="net").weights


@holds("weights.type", when="keras<3")
def test_weights_are_variables_of_tensorflow(weights):
    """A weight is a tf.Variable."""
    assert all(isinstance(weight, tf.Variable) for weight in weights)
    assert weights[0].value().numpy().tolist() == weights[0].numpy().tolist()


@changed(
    "weights.type",
    when="keras>=3",
    instead="weight.value, without parentheses",
    impact="error",
    traces=[
        "$ONE_OF($MODEL.weights, $MODEL.variables, $MODEL.trainable_weights, $MODEL.trainable_variables)[...].value()",
        "$ONE_OF($LAYER.weights, $LAYER.variables, $LAYER.trainable_weights, $LAYER.trainable_variables)[...].value()",
        "isinstance($ONE_OF($MODEL.weights, $MODEL.variables, $MODEL.trainable_weights, "
        "$MODEL.trainable_variables)[...], tf.Variable)",
        "isinstance($ONE_OF($LAYER.weights, $LAYER.variables, $LAYER.trainable_weights, "
        "$LAYER.trainable_variables)[...], tf.Variable)",
        "$ONE_OF($LAYER.kernel, $LAYER.bias).value()",
    ],
)
def test_weights_are_variables_of_keras(weights):
    """A weight is not a tf.Variable; its attribute value, without parentheses, is one."""
    assert not any(isinstance(weight, tf.Variable) for weight in weights)
    assert all(isinstance(weight.value, tf.Variable) for weight in weights)
    with refused(TypeError, naming="callable"):
        weights[0].value()


# Files of another version


def loaded_weights(*names):
    """The weights of a network of seed 1 after load_weights from this file below written/."""
    model = network(seed=1)
    model.load_weights(str(WRITTEN.joinpath(*names)))
    return as_bytes(model.get_weights())


@holds("weights.hdf5-of-tensorflow-2-0")
def test_weights_in_hdf5_of_tensorflow_2_0():
    """load_weights reads the weights, bit for bit, from an .h5 file of a whole model that TensorFlow 2.0 saved."""
    assert loaded_weights("tensorflow-2.0.4", "my_model.h5") == as_bytes(network().get_weights())


@holds("weights.of-keras-2-13", when="tensorflow<2.12")
def test_later_weights_of_keras_2_13_are_refused():
    """load_weights raises an error for a .weights.h5 file that Keras 2.13 saved."""
    with refused(ValueError, KeyError):
        loaded_weights("keras-2.13.1", "my_model.weights.h5")


@holds("weights.of-keras-2-13", when="tensorflow>=2.12 and tensorflow<2.14")
def test_weights_of_keras_2_13():
    """load_weights reads, bit for bit, a .weights.h5 file that Keras 2.13 saved."""
    assert loaded_weights("keras-2.13.1", "my_model.weights.h5") == as_bytes(network().get_weights())


@defect(
    "weights.of-keras-2-13",
    when="tensorflow>=2.14",
    instead="model.save('my_model.h5') on the older version; load_weights reads that",
    impact="error",
    reported="keras-team/keras#18830",
    traces="none: it depends on which version saved the file",
)
def test_weights_of_keras_2_13_are_refused():
    """load_weights raises a ValueError for a .weights.h5 file of several Dense layers that Keras 2.13 saved."""
    with refused(ValueError, naming="expected 2 variables"):
        loaded_weights("keras-2.13.1", "my_model.weights.h5")
    assert loaded_weights("keras-2.13.1", "my_model.h5") == as_bytes(network().get_weights())


@holds("weights.of-keras-2-15", when="tensorflow<2.15")
def test_later_weights_of_keras_2_15_are_refused():
    """load_weights raises an error for a .weights.h5 file that Keras 2.15 saved."""
    with refused(ValueError, KeyError):
        loaded_weights("keras-2.15.0", "my_model.weights.h5")


@holds("weights.of-keras-2-15", when="tensorflow>=2.15")
@pytest.mark.parametrize("ending", [".weights.h5", ".keras"])
def test_weights_of_keras_2_15(ending):
    """load_weights reads, bit for bit, a .weights.h5 file and a .keras file that Keras 2.15 saved."""
    assert loaded_weights("keras-2.15.0", f"my_model{ending}") == as_bytes(network().get_weights())


@holds("checkpoint.of-another-version", when="keras<3")
def test_checkpoint_of_tensorflow_2_0():
    """A checkpoint and an HDF5 file of a whole model that TensorFlow 2.0 saved are loaded bit for bit."""
    model = network(seed=1)
    tf.train.Checkpoint(model=model).restore(str(WRITTEN / "tensorflow-2.0.4" / "checkpoint-1")).expect_partial()
    assert as_bytes(model.get_weights()) == as_bytes(network().get_weights())
    whole = keras.models.load_model(str(WRITTEN / "tensorflow-2.0.4" / "my_model.h5"))
    assert as_bytes(whole.get_weights()) == as_bytes(network().get_weights())


@changed(
    "checkpoint.of-another-version",
    when="keras>=3",
    instead="tf.train.load_checkpoint(path).get_tensor(name) for each weight, then model.set_weights",
    impact="silent",
    traces="none: it depends on which version saved the checkpoint",
)
def test_weights_of_keras_3_0():
    """A weights file that Keras 3.0 saved is loaded bit for bit; a checkpoint that Keras 2 saved restores no weights."""
    assert loaded_weights("keras-3.0.0", "my_model.weights.h5") == as_bytes(network().get_weights())
    model, path = network(seed=1), str(WRITTEN / "tensorflow-2.0.4" / "checkpoint-1")
    tf.train.Checkpoint(model=model).restore(path).expect_partial()
    assert as_bytes(model.get_weights()) == as_bytes(network(seed=1).get_weights())
    reader = tf.train.load_checkpoint(path)
    names = [f"model/layer_with_weights-{layer}/{weight}" for layer in (0, 1) for weight in ("kernel", "bias")]
    model.set_weights([reader.get_tensor(f"{name}/.ATTRIBUTES/VARIABLE_VALUE") for name in names])
    assert as_bytes(model.get_weights()) == as_bytes(network().get_weights())


# Damaged files


def shortened(data):
    """The first half of the data."""
    return data[: len(data) // 2]


def with_a_flipped_bit(data):
    """The data with a bit in the middle flipped."""
    place = len(data) // 2
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


@pytest.fixture
def large_checkpoint(tmp_path):
    """The prefix of a checkpoint whose data file consists mostly of the first layer's weights."""
    return tf.train.Checkpoint(model=network(units=500)).save(str(tmp_path / "checkpoint"))


@holds("checkpoint.damaged")
@pytest.mark.parametrize("damage", [shortened, with_a_flipped_bit])
@pytest.mark.parametrize("ending", [".index", ".data-00000-of-00001"])
def test_damaged_checkpoint_is_refused(large_checkpoint, ending, damage):
    """A checkpoint whose index or data file is truncated or has a bit flipped in the middle raises an error and changes no weights."""
    path = Path(large_checkpoint + ending)
    path.write_bytes(damage(path.read_bytes()))
    model = network(units=500, seed=2)
    with refused(OpError, IndexError, OSError):
        tf.train.Checkpoint(model=model).restore(large_checkpoint)
    assert as_bytes(model.get_weights()) == as_bytes(network(units=500, seed=2).get_weights())


@holds("checkpoint.damaged")
def test_missing_index_is_refused(large_checkpoint):
    """Restoring a checkpoint without its index raises an error that names the checkpoint."""
    Path(large_checkpoint + ".index").unlink()
    with refused(OpError, naming="checkpoint-1"):
        tf.train.Checkpoint(model=network(units=500)).restore(large_checkpoint)


@defect(
    "checkpoint.missing-shard",
    when="tensorflow<2.1",
    instead="tf.train.Checkpoint(model=model).restore(path).assert_consumed()",
    impact="silent",
    traces="none: it depends on which files there are",
)
def test_missing_shard_is_ignored(large_checkpoint):
    """Restoring a checkpoint without its data file raises no error and restores no weights."""
    Path(large_checkpoint + ".data-00000-of-00001").unlink()
    model = network(units=500, seed=2)
    status = tf.train.Checkpoint(model=model).restore(large_checkpoint)
    assert as_bytes(model.get_weights()) == as_bytes(network(units=500, seed=2).get_weights())
    with refused(AssertionError):
        status.assert_consumed()


@holds("checkpoint.missing-shard", when="tensorflow>=2.1")
def test_missing_shard_is_refused(large_checkpoint):
    """Restoring a checkpoint without its data file raises an error that names the file."""
    Path(large_checkpoint + ".data-00000-of-00001").unlink()
    with refused(OpError, OSError, naming="data-00000-of-00001"):
        tf.train.Checkpoint(model=network(units=500)).restore(large_checkpoint)


@holds("checkpoint.wrong-architecture")
def test_wrong_shapes_are_refused(checkpoint):
    """If shapes differ from the first layer on, restoring a checkpoint raises a ValueError that mentions shapes and changes no weights."""
    model = network(units=7, seed=2)
    with refused(ValueError, naming=["shape", "3"]):
        tf.train.Checkpoint(model=model).restore(checkpoint)
    assert as_bytes(model.get_weights()) == as_bytes(network(units=7, seed=2).get_weights())


def check_layers_before_the_head(model):
    """Asserts that only the last layer of a network of seed 2 with another number of outputs has kept its weights."""
    assert as_bytes(model.get_weights()[:2]) == as_bytes(network().get_weights()[:2])
    assert as_bytes(model.get_weights()[2:]) == as_bytes(network(outputs=5, seed=2).get_weights()[2:])


@holds("checkpoint.new-head")
def test_layers_before_a_new_head_are_restored(checkpoint):
    """If only the last layer's shape differs from the checkpoint, restore raises a ValueError after it has restored the other layers."""
    model = network(outputs=5, seed=2)
    with refused(ValueError, naming="shape"):
        tf.train.Checkpoint(model=model).restore(checkpoint)
    check_layers_before_the_head(model)


@holds("checkpoint.other-layers")
def test_fewer_layers_than_in_the_checkpoint(checkpoint):
    """Restoring a checkpoint that has more layers than the model raises no error and restores the layers that the model has."""
    model = keras.Sequential([layers.Dense(3, input_shape=(4,))])
    tf.train.Checkpoint(model=model).restore(checkpoint).expect_partial()
    assert as_bytes(model.get_weights()) == as_bytes(network().get_weights()[:2])


@holds("checkpoint.other-layers")
def test_more_layers_than_in_the_checkpoint(checkpoint):
    """If the model has more layers, restore raises no error, but assert_existing_objects_matched raises an AssertionError."""
    model = keras.Sequential([layers.Dense(3, input_shape=(4,)), layers.Dense(2), layers.Dense(2)])
    status = tf.train.Checkpoint(model=model).restore(checkpoint)
    assert as_bytes(model.get_weights()[:4]) == as_bytes(network().get_weights())
    with refused(AssertionError):
        status.assert_existing_objects_matched()


@pytest.fixture
def weights_file(tmp_path):
    """The path of a weights file of the small network."""
    path = str(tmp_path / "my_model.weights.h5")
    network().save_weights(path)
    return path


@holds("weights.wrong-architecture")
def test_wrong_shapes_in_hdf5_are_refused(weights_file):
    """load_weights raises a ValueError for a file whose shapes differ in all layers, and leaves the first kernel unchanged."""
    model = network(units=7, seed=2)
    with refused(ValueError):
        model.load_weights(weights_file)
    assert as_bytes(model.get_weights())[0] == as_bytes(network(units=7, seed=2).get_weights())[0]


@holds("weights.new-head")
def test_layers_before_a_new_head_are_loaded(weights_file):
    """If only the last layer's shape differs from a .weights.h5 file, load_weights raises a ValueError after it has loaded the others."""
    model = network(outputs=5, seed=2)
    with refused(ValueError):
        model.load_weights(weights_file)
    check_layers_before_the_head(model)


@holds("weights.wrong-architecture")
def test_more_layers_than_in_the_file(weights_file):
    """load_weights raises a ValueError for a .weights.h5 file with fewer Dense layers than the model."""
    model = keras.Sequential([layers.Dense(3, input_shape=(4,)), layers.Dense(2), layers.Dense(2)])
    with refused(ValueError):
        model.load_weights(weights_file)


@holds("weights.fewer-layers", when="tensorflow<2.12")
def test_fewer_layers_than_in_the_file_are_refused(weights_file):
    """load_weights raises a ValueError that mentions layers for a .weights.h5 file with more Dense layers than the model."""
    with refused(ValueError, naming="layer"):
        keras.Sequential([layers.Dense(3, input_shape=(4,))]).load_weights(weights_file)


@defect(
    "weights.fewer-layers",
    when="tensorflow>=2.12",
    instead="model.save('my_model.keras'), which saves the layers with the weights",
    impact="silent",
    traces="none: it depends on the layers in the file",
)
def test_fewer_layers_than_in_the_file_are_accepted(weights_file, tmp_path):
    """load_weights accepts a .weights.h5 file with more Dense layers than the model and loads the layers that the model has."""
    model = keras.Sequential([layers.Dense(3, input_shape=(4,))])
    model.load_weights(weights_file)
    assert as_bytes(model.get_weights()) == as_bytes(network().get_weights()[:2])
    network().save(str(tmp_path / "my_model.keras"))
    whole = keras.models.load_model(str(tmp_path / "my_model.keras"))
    assert as_bytes(whole.get_weights()) == as_bytes(network().get_weights())


# Some layers of a file


def named_network(outputs=2, seed=0, head="head"):
    """The network with names for its layers: body, and the one of its last layer."""
    model = keras.Sequential([layers.Dense(3, input_shape=(4,), name="body"), layers.Dense(outputs, name=head)])
    model.set_weights(network(outputs=outputs, seed=seed).get_weights())
    return model


def with_new_head(path, **settings):
    """A network of seed 2 with another number of outputs, after load_weights from a file of the first network."""
    model = named_network(outputs=5, seed=2)
    model.load_weights(path, **settings)
    return model


@pytest.fixture
def named_files(tmp_path):
    """The paths of a .weights.h5 file and of an .h5 file of the network with names."""
    weights, whole = str(tmp_path / "my_model.weights.h5"), str(tmp_path / "my_model.h5")
    named_network().save_weights(weights)
    named_network().save(whole)
    return weights, whole


@holds("weights.skip-mismatch", when="tensorflow<2.1")
def test_no_skip_mismatch(weights_file):
    """load_weights has no argument skip_mismatch."""
    with refused(TypeError, naming="skip_mismatch"):
        with_new_head(weights_file, skip_mismatch=True)


@changed(
    "weights.skip-mismatch",
    when="tensorflow>=2.1 and tensorflow<2.12",
    instead="load_weights(path, by_name=True, skip_mismatch=True)",
    impact="looks",
    traces="none: older versions do not have it",
)
def test_skip_mismatch_needs_by_name(named_files):
    """With by_name=True, skip_mismatch=True makes load_weights load the layers whose shapes agree; without it, it raises a ValueError."""
    path, _ = named_files
    with refused(ValueError, naming=["skip_mismatch", "by_name"]):
        with_new_head(path, skip_mismatch=True)
    check_layers_before_the_head(with_new_head(path, by_name=True, skip_mismatch=True))


@changed(
    "weights.skip-mismatch",
    when="tensorflow>=2.12",
    instead="load_weights('my_model.weights.h5', skip_mismatch=True), without by_name",
    impact="looks",
    traces="none: what other versions accept has the same effect",
)
def test_skip_mismatch(weights_file):
    """With skip_mismatch=True, load_weights loads from a .weights.h5 file the layers whose shapes agree and leaves the others unchanged."""
    check_layers_before_the_head(with_new_head(weights_file, skip_mismatch=True))


@holds("weights.skip-mismatch-hdf5", when="keras<3")
def test_skip_mismatch_is_refused_for_hdf5(named_files):
    """Without by_name, load_weights raises an error for skip_mismatch=True and an .h5 file of a whole model."""
    with refused(TypeError, ValueError, naming="skip_mismatch"):
        with_new_head(named_files[1], skip_mismatch=True)


@defect(
    "weights.skip-mismatch-hdf5",
    when="keras>=3 and keras<3.11",
    instead="load_weights('my_model.h5', by_name=True, skip_mismatch=True)",
    impact="error",
    reported="keras-team/keras#21404",
    traces=[
        "$MODEL.load_weights(filepath=$NONE_OF('*.weights.h5', '*.keras'), skip_mismatch=True, "
        "by_name=$ONE_OF($ABSENT, False))"
    ],
)
def test_skip_mismatch_is_ignored_for_hdf5(named_files):
    """Without by_name, load_weights ignores skip_mismatch=True for an .h5 file: weights of another shape raise a ValueError."""
    with refused(ValueError, naming="shape"):
        with_new_head(named_files[1], skip_mismatch=True)
    check_layers_before_the_head(with_new_head(named_files[1], by_name=True, skip_mismatch=True))


@holds("weights.skip-mismatch-hdf5", when="keras>=3.11")
def test_skip_mismatch_for_hdf5(named_files):
    """With skip_mismatch=True, load_weights loads from an .h5 file the weights whose shapes agree, even if it is a layer's bias alone."""
    _, path = named_files
    check_layers_before_the_head(with_new_head(path, skip_mismatch=True))
    check_layers_before_the_head(with_new_head(path, by_name=True, skip_mismatch=True))
    more_inputs = keras.Sequential([layers.Dense(3, input_shape=(6,), name="body"), layers.Dense(2, name="head")])
    kernel = more_inputs.get_weights()[0]
    more_inputs.load_weights(path, skip_mismatch=True)
    assert as_bytes(more_inputs.get_weights()) == as_bytes([kernel, *network().get_weights()[1:]])


def with_renamed_head(path):
    """Which layers of a network with another name for the last one load_weights loads by name."""
    model = named_network(seed=2, head="renamed")
    model.load_weights(path, by_name=True)
    pairs = zip(model.get_weights()[::2], network().get_weights()[::2])
    return [as_bytes([seen]) == as_bytes([saved]) for seen, saved in pairs]


@holds("weights.by-name", when="tensorflow<2.12")
def test_layers_are_found_by_name(named_files):
    """With by_name=True, load_weights loads from a .weights.h5 file only the layers whose names are in it."""
    assert with_renamed_head(named_files[0]) == [True, False]


@changed(
    "weights.by-name",
    when="tensorflow>=2.12 and keras<3",
    instead="save('my_model.h5'), then load_weights('my_model.h5', by_name=True)",
    impact="silent",
    traces=["$MODEL.load_weights(filepath='*.weights.h5', by_name=True)"],
)
def test_by_name_is_ignored(named_files):
    """load_weights ignores by_name=True for a .weights.h5 file and loads layers of other names, too."""
    assert with_renamed_head(named_files[0]) == [True, True]
    assert with_renamed_head(named_files[1]) == [True, False]


@changed(
    "weights.by-name",
    when="keras>=3",
    instead="save('my_model.h5'), then load_weights('my_model.h5', by_name=True, skip_mismatch=True)",
    impact="error",
    traces=["$MODEL.load_weights(filepath='*.weights.h5', by_name=True)"],
)
def test_by_name_is_refused(named_files):
    """load_weights raises a ValueError for by_name=True and a .weights.h5 file."""
    with refused(ValueError, naming="by_name"):
        with_renamed_head(named_files[0])
    check_layers_before_the_head(with_new_head(named_files[1], by_name=True, skip_mismatch=True))


@holds("weights.by-name-shapes")
def test_shapes_of_layers_found_by_name(named_files):
    """With by_name=True, load_weights raises a ValueError that names the layer if its shape differs from that in an .h5 file.

    Reports: matterport/Mask_RCNN#2272, ybkscht/EfficientPose#32.
    """
    with refused(ValueError, naming=["head", "(3, 5)", "(3, 2)"]):
        with_new_head(named_files[1], by_name=True)


@holds("weights.new-folder")
def test_missing_folder_is_refused(tmp_path):
    """save_weights raises an OSError for a name in .weights.h5 whose folder does not exist."""
    with refused(OSError, naming="new"):
        network().save_weights(str(tmp_path / "new" / "my_model.weights.h5"))


@holds("weights.damaged")
def test_shortened_hdf5_is_refused(tmp_path):
    """load_weights raises an OSError for a truncated HDF5 file and changes no weights."""
    path = tmp_path / "my_model.weights.h5"
    network(units=500).save_weights(str(path))
    path.write_bytes(shortened(path.read_bytes()))
    model = network(units=500, seed=2)
    with refused(OSError, naming="truncated"):
        model.load_weights(str(path))
    assert as_bytes(model.get_weights()) == as_bytes(network(units=500, seed=2).get_weights())


@holds("weights.damaged")
def test_missing_file_is_refused(tmp_path):
    """load_weights raises an OSError that names the file if it is missing."""
    with refused(OSError, naming="nowhere.weights.h5"):
        network().load_weights(str(tmp_path / "nowhere.weights.h5"))


@misstated(
    "weights.flipped-bit",
    instead="hashlib.sha256(file.read()).hexdigest(), saved with the file and compared before loading",
    impact="silent",
    traces="none: it depends on the file",
)
def test_flipped_bit_in_hdf5_goes_unnoticed(tmp_path):
    """An HDF5 weights file has no checksum: a weight with a flipped bit is loaded without an error."""
    path = tmp_path / "my_model.weights.h5"
    model = trained(units=500)
    model.save_weights(str(path))
    data = path.read_bytes()
    place = data.index(model.get_weights()[0].tobytes())
    path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
    assert hashlib.sha256(path.read_bytes()).hexdigest() != hashlib.sha256(data).hexdigest()
    other = network(units=500)
    other.load_weights(str(path))
    assert as_bytes(other.get_weights()) != as_bytes(model.get_weights())
    assert other.get_weights()[0] == near(model.get_weights()[0])
