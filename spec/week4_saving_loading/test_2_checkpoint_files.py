"""Week 4, Saving and loading model weights: the files.

Subject: saving and loading.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from spec.week4_saving_loading.files import X, as_bytes, listed, network, trained
from tf_conformance import changed, defect, holds, misstated, near, refused

keras, layers = tf.keras, tf.keras.layers
ROOT = str(Path(__file__).resolve().parent.parent.parent)
OpError = tf.errors.OpError


# save_weights


@holds("weights.save", when="keras<3")
def test_save_weights_writes_a_checkpoint(tmp_path):
    """model.save_weights('my_model') writes a checkpoint of TensorFlow: three files, two of them named after it."""
    network().save_weights(str(tmp_path / "my_model"))
    assert listed(tmp_path) == ["checkpoint", "my_model.data-00000-of-00001", "my_model.index"]


@changed("weights.save", when="keras>=3", instead="model.save_weights('my_model.weights.h5')")
def test_save_weights_needs_an_ending(tmp_path):
    """model.save_weights takes names that end in .weights.h5 alone, and refuses others by an error that says so."""
    with refused(ValueError, naming=".weights.h5"):
        network().save_weights(str(tmp_path / "my_model"))
    network().save_weights(str(tmp_path / "my_model.weights.h5"))
    assert listed(tmp_path) == ["my_model.weights.h5"]


# A checkpoint's three files


@pytest.fixture
def checkpoint(tmp_path):
    """The prefix of a checkpoint of the small network in a folder of its own."""
    return tf.train.Checkpoint(model=network()).save(str(tmp_path / "checkpoint"))


@holds("checkpoint.three-files")
def test_three_files(checkpoint, tmp_path):
    """A checkpoint is a text file, an index, and the data, in one shard for one machine."""
    assert listed(tmp_path) == ["checkpoint", "checkpoint-1.data-00000-of-00001", "checkpoint-1.index"]
    sizes = {path.name.rpartition(".")[2]: path.stat().st_size for path in tmp_path.iterdir()}
    assert sizes["checkpoint"] < sizes["index"] < sizes["data-00000-of-00001"]


@misstated("checkpoint.text-file", when="keras<3", instead="expect 77 bytes")
def test_text_of_save_weights(tmp_path):
    """The text that the notes print names the latest checkpoint, then all; it has 77 bytes, not 87, and is the smallest file."""
    network().save_weights(str(tmp_path / "checkpoint"))
    text = (tmp_path / "checkpoint").read_bytes()
    assert text == b'model_checkpoint_path: "checkpoint"\nall_model_checkpoint_paths: "checkpoint"\n'
    assert len(text) == 77
    assert len(text) == min(path.stat().st_size for path in tmp_path.iterdir())


@misstated(
    "checkpoint.text-file",
    when="keras>=3",
    instead="tf.train.Checkpoint(model=model).save('checkpoint'); expect 81 bytes",
)
def test_text_of_a_checkpoint(checkpoint, tmp_path):
    """The text names the latest checkpoint, then all; it has 81 bytes for the notes' name, and is the smallest file."""
    text = (tmp_path / "checkpoint").read_bytes()
    assert text == b'model_checkpoint_path: "checkpoint-1"\nall_model_checkpoint_paths: "checkpoint-1"\n'
    assert len(text) == 81
    assert len(text) == min(path.stat().st_size for path in tmp_path.iterdir())


@holds("checkpoint.latest")
def test_latest_checkpoint(checkpoint, tmp_path):
    """tf.train.latest_checkpoint reads the text: it is the one saved last."""
    assert tf.train.latest_checkpoint(str(tmp_path)) == checkpoint
    saver = tf.train.Checkpoint(model=network())
    saver.save_counter.assign(1)
    assert tf.train.latest_checkpoint(str(tmp_path)) == checkpoint
    assert saver.save(str(tmp_path / "checkpoint")) == str(tmp_path / "checkpoint-2")
    assert tf.train.latest_checkpoint(str(tmp_path)) == str(tmp_path / "checkpoint-2")
    assert tf.train.latest_checkpoint(str(tmp_path / "nowhere")) is None


@holds("checkpoint.index")
def test_index_lists_every_weight(checkpoint):
    """The index says which weight is stored where: every variable is listed with its shape, and can be read by its name."""
    listed_weights = [name for name, _ in tf.train.list_variables(checkpoint) if name.startswith("model/")]
    reader = tf.train.load_checkpoint(checkpoint)
    read = [reader.get_tensor(name) for name in listed_weights]
    assert sorted(as_bytes(read)) == sorted(as_bytes(network().get_weights()))
    shapes, types = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    assert sorted(shapes[name] for name in listed_weights) == [[2], [3], [3, 2], [4, 3]]
    assert {types[name] for name in listed_weights} == {tf.float32}


@pytest.fixture
def bytes_a_weight(tmp_path):
    """Of the checkpoint of a model of 14,140 parameters trained by Adam: the data file's bytes a parameter, the index's size."""
    model = keras.Sequential([layers.Dense(100, input_shape=(100,)), layers.Dense(40)])
    model.compile(optimizer="adam", loss="mse", run_eagerly=True)
    model.fit(np.ones((1, 100), np.float32), np.ones((1, 40), np.float32), verbose=0)
    assert model.count_params() == 100 * 100 + 100 + 100 * 40 + 40 == 14140
    tf.train.Checkpoint(model=model).save(str(tmp_path / "checkpoint"))
    sizes = [(tmp_path / ("checkpoint-1" + end)).stat().st_size for end in (".data-00000-of-00001", ".index")]
    return sizes[0] / model.count_params(), sizes[1]


@holds("checkpoint.data", when="keras<3 or keras>=3.1")
def test_twelve_bytes_a_weight(bytes_a_weight):
    """The data file is by far the largest: about 12 bytes a weight of a model trained by Adam, its value and two averages."""
    data, index = bytes_a_weight
    assert data == near(12.0, rtol=0.02)
    assert 14140 * data > 100 * index


@defect("checkpoint.data", when="keras>=3 and keras<3.1", instead="a .keras file, or Keras 3.1")
def test_four_bytes_a_weight(bytes_a_weight):
    """A checkpoint of a model trained by Adam leaves the optimiser's averages out: its data file has 4 bytes a weight."""
    data, _ = bytes_a_weight
    assert data == near(4.0, rtol=0.02)


# Loading


@holds("weights.load")
def test_weights_come_back_bit_for_bit(tmp_path):
    """load_weights brings the saved weights back bit for bit, into another model of the same architecture."""
    path = str(tmp_path / "my_model.weights.h5")
    model, other = network(seed=1), network(seed=2)
    model.save_weights(path)
    other.load_weights(path)
    assert as_bytes(other.get_weights()) == as_bytes(model.get_weights())
    assert other.predict(X, verbose=0).tobytes() == model.predict(X, verbose=0).tobytes()


@holds("weights.load-checkpoint", when="keras<3")
def test_load_weights_reads_a_checkpoint(tmp_path):
    """load_weights('my_model') reads the checkpoint of that name."""
    model, other = network(seed=1), network(seed=2)
    model.save_weights(str(tmp_path / "my_model"))
    other.load_weights(str(tmp_path / "my_model"))
    assert as_bytes(other.get_weights()) == as_bytes(model.get_weights())


@changed("weights.load-checkpoint", when="keras>=3", instead="tf.train.Checkpoint(model=model).restore(...)")
def test_load_weights_reads_no_checkpoint(checkpoint):
    """load_weights refuses a checkpoint of TensorFlow; tf.train.Checkpoint reads it."""
    other = network(seed=2)
    with refused(ValueError, naming=".weights.h5"):
        other.load_weights(checkpoint)
    tf.train.Checkpoint(model=other).restore(checkpoint)
    assert as_bytes(other.get_weights()) == as_bytes(network().get_weights())


FRESH_PROCESS = """
import sys
from spec.week4_saving_loading.files import X, network
model = network(seed=2)
model.load_weights(sys.argv[1])
sys.stdout.write(model(X).numpy().tobytes().hex())
"""


@holds("weights.load")
def test_weights_come_back_in_a_fresh_process(tmp_path):
    """In a process that knows nothing of the first one the loaded model predicts the same, bit for bit."""
    # Slow: a second process imports TensorFlow, which is the point.
    path = str(tmp_path / "my_model.weights.h5")
    model = network(seed=1)
    model.save_weights(path)
    command = [sys.executable, "-W", "ignore", "-c", FRESH_PROCESS, path]
    seen = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    assert bytes.fromhex(seen.decode()) == model(X).numpy().tobytes()


# Files of another version: written/ holds what files.write wrote on the versions that its folders name

WRITTEN = Path(__file__).resolve().parent / "written"


@holds("checkpoint.of-another-version", when="keras<3")
def test_checkpoint_of_tensorflow_2_0():
    """A checkpoint that the first TensorFlow 2 wrote is restored bit for bit, and so is its HDF5 file of the whole model."""
    model = network(seed=1)
    tf.train.Checkpoint(model=model).restore(str(WRITTEN / "tensorflow-2.0.4" / "checkpoint-1")).expect_partial()
    assert as_bytes(model.get_weights()) == as_bytes(network().get_weights())
    whole = keras.models.load_model(str(WRITTEN / "tensorflow-2.0.4" / "my_model.h5"))
    assert as_bytes(whole.get_weights()) == as_bytes(network().get_weights())


@changed(
    "checkpoint.of-another-version", when="keras>=3", instead="tf_keras to read files of Keras 2, and save them anew"
)
def test_weights_of_keras_3_0():
    """A file of weights that the first Keras 3 wrote is loaded bit for bit; a checkpoint of Keras 2 restores nothing."""
    model = network(seed=1)
    model.load_weights(str(WRITTEN / "keras-3.0.0" / "my_model.weights.h5"))
    assert as_bytes(model.get_weights()) == as_bytes(network().get_weights())
    model = network(seed=1)
    tf.train.Checkpoint(model=model).restore(str(WRITTEN / "tensorflow-2.0.4" / "checkpoint-1")).expect_partial()
    assert as_bytes(model.get_weights()) == as_bytes(network(seed=1).get_weights())


# Damaged files


def shortened(data):
    """The first half."""
    return data[: len(data) // 2]


def with_a_flipped_bit(data):
    """One bit in the middle turned over."""
    place = len(data) // 2
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


@pytest.fixture
def large_checkpoint(tmp_path):
    """The prefix of a checkpoint of a network most of whose file are the weights of its first layer."""
    return tf.train.Checkpoint(model=network(units=500)).save(str(tmp_path / "checkpoint"))


@holds("checkpoint.damaged")
@pytest.mark.parametrize("damage", [shortened, with_a_flipped_bit])
@pytest.mark.parametrize("ending", [".index", ".data-00000-of-00001"])
def test_damaged_checkpoint_is_refused(large_checkpoint, ending, damage):
    """A shortened or bit-flipped index or data file is refused by an error, and the model's weights stay as they were."""
    path = Path(large_checkpoint + ending)
    path.write_bytes(damage(path.read_bytes()))
    model = network(units=500, seed=2)
    with refused(OpError, IndexError, OSError):
        tf.train.Checkpoint(model=model).restore(large_checkpoint)
    assert as_bytes(model.get_weights()) == as_bytes(network(units=500, seed=2).get_weights())


@holds("checkpoint.damaged")
def test_missing_index_is_refused(large_checkpoint):
    """A missing index is refused."""
    Path(large_checkpoint + ".index").unlink()
    with refused(OpError, naming="checkpoint-1"):
        tf.train.Checkpoint(model=network(units=500)).restore(large_checkpoint)


@defect("checkpoint.missing-shard", when="tensorflow<2.1", instead="restore(...).assert_consumed()")
def test_missing_shard_is_ignored(large_checkpoint):
    """A missing data file is passed over in silence: nothing is restored, and nothing says so."""
    Path(large_checkpoint + ".data-00000-of-00001").unlink()
    model = network(units=500, seed=2)
    tf.train.Checkpoint(model=model).restore(large_checkpoint)
    assert as_bytes(model.get_weights()) == as_bytes(network(units=500, seed=2).get_weights())


@holds("checkpoint.missing-shard", when="tensorflow>=2.1")
def test_missing_shard_is_refused(large_checkpoint):
    """A missing data file is refused by an error that names it."""
    Path(large_checkpoint + ".data-00000-of-00001").unlink()
    with refused(OpError, OSError, naming="data-00000-of-00001"):
        tf.train.Checkpoint(model=network(units=500)).restore(large_checkpoint)


@holds("checkpoint.wrong-architecture")
def test_wrong_shapes_are_refused(checkpoint):
    """A checkpoint of other shapes is refused by an error that gives one, and the model's weights stay as they were."""
    model = network(units=7, seed=2)
    with refused(ValueError, naming=["shape", "3"]):
        tf.train.Checkpoint(model=model).restore(checkpoint)
    assert as_bytes(model.get_weights()) == as_bytes(network(units=7, seed=2).get_weights())


@pytest.fixture
def weights_file(tmp_path):
    """The path of a file with the small network's weights."""
    path = str(tmp_path / "my_model.weights.h5")
    network().save_weights(path)
    return path


@holds("weights.wrong-architecture")
def test_wrong_shapes_in_hdf5_are_refused(weights_file):
    """Weights of other shapes are refused, and the model's first weights stay as they were."""
    model = network(units=7, seed=2)
    with refused(ValueError):
        model.load_weights(weights_file)
    assert as_bytes(model.get_weights())[0] == as_bytes(network(units=7, seed=2).get_weights())[0]


@holds("weights.wrong-architecture")
def test_more_layers_than_in_the_file(weights_file):
    """Weights of fewer layers than the model has are refused."""
    model = keras.Sequential([layers.Dense(3, input_shape=(4,)), layers.Dense(2), layers.Dense(2)])
    with refused(ValueError):
        model.load_weights(weights_file)


@holds("weights.fewer-layers", when="tensorflow<2.12")
def test_fewer_layers_than_in_the_file_are_refused(weights_file):
    """Weights of more layers than the model has are refused."""
    with refused(ValueError, naming="layer"):
        keras.Sequential([layers.Dense(3, input_shape=(4,))]).load_weights(weights_file)


@defect("weights.fewer-layers", when="tensorflow>=2.12", instead="a comparison of the number of layers")
def test_fewer_layers_than_in_the_file_go_unnoticed(weights_file):
    """Weights of more layers than the model has are loaded as far as they go, and nothing says so."""
    model = keras.Sequential([layers.Dense(3, input_shape=(4,))])
    model.load_weights(weights_file)
    assert as_bytes(model.get_weights()) == as_bytes(network().get_weights()[:2])


@holds("weights.damaged")
def test_shortened_hdf5_is_refused(tmp_path):
    """A shortened HDF5 file is refused, and the model's weights stay as they were."""
    path = tmp_path / "my_model.weights.h5"
    network(units=500).save_weights(str(path))
    path.write_bytes(shortened(path.read_bytes()))
    model = network(units=500, seed=2)
    with refused(OSError, naming="truncated"):
        model.load_weights(str(path))
    assert as_bytes(model.get_weights()) == as_bytes(network(units=500, seed=2).get_weights())


@holds("weights.damaged")
def test_missing_file_is_refused(tmp_path):
    """A file that is not there is refused by an error that names it."""
    with refused(OSError, naming="nowhere.weights.h5"):
        network().load_weights(str(tmp_path / "nowhere.weights.h5"))


@misstated("weights.flipped-bit", instead="a checksum of your own beside the file")
def test_flipped_bit_in_hdf5_goes_unnoticed(tmp_path):
    """HDF5 files of weights have no checksums: a flipped bit among the weights is loaded as if nothing were wrong."""
    path = tmp_path / "my_model.weights.h5"
    model = trained(units=500)
    model.save_weights(str(path))
    data = path.read_bytes()
    place = data.index(model.get_weights()[0].tobytes())
    path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
    other = network(units=500)
    other.load_weights(str(path))
    assert as_bytes(other.get_weights()) != as_bytes(model.get_weights())
    assert other.get_weights()[0] == near(model.get_weights()[0])
