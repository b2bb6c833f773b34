"""Week 4, Saving and loading model weights: the listings.

Subject: the notes' listings.
"""

import importlib.util

import numpy as np
import pytest
import tensorflow as tf

from spec.listings import mended, run
from spec.models import linear
from spec.week3_regularization_callbacks.series import through_fit
from spec.week4_saving_loading.files import files_below
from tf_conformance import changed, holds, misstated, near, refused, unchecked

keras = tf.keras
X = np.array([[1.0, 2.0]], np.float32)


@pytest.fixture
def run_in(tmp_path):
    """Runs a listing with these names, and has its my_model in a temporary folder instead of the current one."""
    path = (tmp_path / "my_model").as_posix()
    return lambda listing, **names: run(listing.replace("my_model", path), names)


def model_of_5():
    """A model that outputs 5 for X."""
    return linear([[1.0], [2.0]])


# Saving and loading weights

CHECKPOINT = """
checkpoint = ModelCheckpoint('my_model.{epoch}.{batch}', save_weights_only=True, save_freq=1, save_best_only=True,
                             monitor='val_loss', mode='min')
"""


@pytest.fixture
def files_saved(run_in, tmp_path):
    """The files that the callback of a listing saves in three epochs, of which the second is not the best so far."""

    def fit(listing):
        names = run_in(listing, ModelCheckpoint=keras.callbacks.ModelCheckpoint)
        through_fit(names["checkpoint"], [3.0, 4.0, 2.0])
        return files_below(tmp_path)

    return fit


WITHOUT_BATCHES = mended(CHECKPOINT, {".{batch}": "", "save_freq=1, ": ""})
BEST_EPOCHS = [
    "checkpoint",
    "my_model.1.data-00000-of-00001",
    "my_model.1.index",
    "my_model.3.data-00000-of-00001",
    "my_model.3.index",
]


@misstated(
    "listing.checkpoint",
    when="tensorflow<2.2 or tensorflow>=2.6 and keras<3",
    instead="'my_model.{epoch}' for the name, and no save_freq",
    impact="silent",
    traces="none: it is a whole listing; the statements about its lines have traces",
)
def test_checkpoint_saves_nothing(files_saved):
    """As printed, the listing of ModelCheckpoint saves nothing; without save_freq and {batch}, it saves the best epochs."""
    assert files_saved(CHECKPOINT) == []
    assert files_saved(WITHOUT_BATCHES) == BEST_EPOCHS


@misstated(
    "listing.checkpoint",
    when="tensorflow>=2.2 and tensorflow<2.6",
    instead="'my_model.{epoch}' for the name, and no save_freq",
    impact="error",
    traces="none: it is a whole listing; the statements about its lines have traces",
)
def test_checkpoint_stops_training(files_saved):
    """As printed, the listing of ModelCheckpoint makes fit raise a KeyError; without {batch} and save_freq, it saves the best epochs."""
    with refused(KeyError, naming="batch"):
        files_saved(CHECKPOINT)
    assert files_saved(WITHOUT_BATCHES) == BEST_EPOCHS


@misstated(
    "listing.checkpoint",
    when="keras>=3",
    instead="'my_model.{epoch}.weights.h5' for the name, and no save_freq",
    impact="error",
    traces="none: it is a whole listing; the statements about its lines have traces",
)
def test_checkpoint_is_refused(files_saved):
    """As printed, the listing of ModelCheckpoint raises a ValueError; with .weights.h5 and without save_freq, it saves the best epochs."""
    with refused(ValueError, naming=".weights.h5"):
        files_saved(CHECKPOINT)
    slips = {".{batch}": ".weights.h5", "save_freq=1, ": ""}
    assert files_saved(mended(CHECKPOINT, slips)) == ["my_model.1.weights.h5", "my_model.3.weights.h5"]


SAVE_WEIGHTS, LOAD_WEIGHTS = "model.save_weights('my_model')", "model.load_weights('my_model')"


@pytest.fixture
def output_after(run_in):
    """What a model with other weights outputs for X after one listing has saved weights and the other has loaded them."""

    def output(save, load):
        run_in(save, model=model_of_5())
        return run_in(load, model=linear([[0.0], [0.0]]))["model"](X).numpy()

    return output


@holds("listing.weights", when="keras<3")
def test_weights_are_saved_and_loaded(output_after):
    """The listings of save_weights and load_weights run as printed, one after the other, and restore the weights."""
    assert output_after(SAVE_WEIGHTS, LOAD_WEIGHTS) == near([[5.0]])


@changed(
    "listing.weights",
    when="keras>=3",
    instead="'my_model.weights.h5' in both",
    impact="error",
    traces="none: it is a whole listing; the statements about its lines have traces",
)
def test_weights_are_refused(run_in, output_after):
    """As printed, the listings of save_weights and load_weights both raise an error; with another extension, they restore the weights."""
    for listing in (SAVE_WEIGHTS, LOAD_WEIGHTS):
        with refused(ValueError, naming=".weights.h5"):
            run_in(listing, model=model_of_5())
    with_ending = [mended(listing, {"my_model": "my_model.weights.h5"}) for listing in (SAVE_WEIGHTS, LOAD_WEIGHTS)]
    assert output_after(*with_ending) == near([[5.0]])


# Whole models

IMPORT_LOAD_MODEL = "from tensorflow.keras.models imports load_model"
LOAD_MODEL = """
new_model = load_model('my_model')
new_model.summary
"""


def check_import():
    """The first line of the listing is not valid Python as printed; with import instead of imports, it is."""
    with refused(SyntaxError):
        compile(IMPORT_LOAD_MODEL, "listing", "exec")
    compile(mended(IMPORT_LOAD_MODEL, {"imports": "import"}), "listing", "exec")


@pytest.fixture
def loaded(run_in):
    """The model that a listing loads."""
    return lambda listing: run_in(listing, load_model=keras.models.load_model)["new_model"]


@pytest.fixture
def summarized(capsys):
    """A function that says whether a summary has been printed since it was last called."""
    return lambda: "Total params" in capsys.readouterr().out


@misstated(
    "listing.load-model",
    when="keras<3",
    instead="import, not imports; new_model.summary()",
    impact="error",
    traces="none: it is a whole listing; the statements about its lines have traces",
)
def test_load_model_is_no_python(loaded, summarized, tmp_path):
    """As printed, the listing of load_model is not valid Python because of imports and, without parentheses, prints no summary."""
    check_import()
    model_of_5().save(str(tmp_path / "my_model"))
    assert loaded(LOAD_MODEL)(X).numpy() == near([[5.0]])
    assert not summarized()
    loaded(mended(LOAD_MODEL, {"summary": "summary()"}))
    assert summarized()


@misstated(
    "listing.load-model",
    when="keras>=3",
    instead="import, not imports; load_model('my_model.keras'); new_model.summary()",
    impact="error",
    traces="none: it is a whole listing; the statements about its lines have traces",
)
def test_load_model_needs_an_ending(loaded, summarized, tmp_path):
    """As printed, the listing of load_model is not valid Python because of imports; with import, the name without .keras is refused."""
    check_import()
    with refused(ValueError, naming=".keras"):
        loaded(LOAD_MODEL)
    model_of_5().save(str(tmp_path / "my_model.keras"))
    with_ending = mended(LOAD_MODEL, {"my_model": "my_model.keras"})
    assert loaded(with_ending)(X).numpy() == near([[5.0]])
    assert not summarized()
    loaded(mended(with_ending, {"summary": "summary()"}))
    assert summarized()


# Pretrained models

RESNET50 = "model = Resnet50(weights=None, include_top=True)"


@misstated(
    "listing.resnet50",
    instead="ResNet50(weights='imagenet', include_top=True)",
    impact="error",
    traces="none: it is a whole listing; the statements about its lines have traces",
)
def test_resnet50_is_not_defined():
    """As printed, the listing of ResNet50 raises a NameError: it imports ResNet50, but calls Resnet50."""
    with refused(NameError, naming="Resnet50"):
        run(RESNET50, {"ResNet50": keras.applications.resnet50.ResNet50})


@misstated("listing.resnet50", instead="ResNet50(weights='imagenet', include_top=True)", impact="error")
def test_mended_resnet50():
    """With the spelling corrected, it builds the complete model, which sorts images into 1000 classes."""
    # Slow: ResNet50 is built.
    names = {"ResNet50": keras.applications.resnet50.ResNet50}
    model = run(mended(RESNET50, {"Resnet50": "ResNet50"}), names)["model"]
    assert tuple(model.output_shape) == (None, 1000)


HUB = """
module = load_model('my_model')
model = Sequential(hub.KerasLayer(module))
model.build(input_shape=[None, 2])
model.summary()
"""
NAMES_FOR_HUB = {"load_model": keras.models.load_model, "Sequential": keras.Sequential}


@holds("listing.hub", when="keras<3")
def test_hub_runs(run_in, summarized, tmp_path):
    """The listing of TensorFlow Hub runs as printed for a folder that model.save wrote: the model predicts and trains nothing."""
    if importlib.util.find_spec("tensorflow_hub") is None:
        unchecked("tensorflow_hub is not installed", lacks="tensorflow_hub")
    model_of_5().save(str(tmp_path / "my_model"))
    model = run_in(f"import tensorflow_hub as hub\n{HUB}", **NAMES_FOR_HUB)["model"]
    assert summarized()
    assert (len(model.weights), model.trainable_weights) == (1, [])
    assert model.predict(X) == near([[5.0]])


@changed(
    "listing.hub",
    when="keras>=3",
    instead="module = load_model('my_model.keras'); module.trainable = False; model = Sequential([module])",
    impact="error",
    traces="none: it is a whole listing; the statements about its lines have traces",
)
def test_hub_stops_at_load_model(run_in, summarized, tmp_path):
    """As printed, the listing of TensorFlow Hub stops at load_model, which refuses a folder with a ValueError."""
    model_of_5().export(str(tmp_path / "my_model"))
    with refused(ValueError, naming=".keras"):
        run_in(HUB, **NAMES_FOR_HUB)
    model_of_5().save(str(tmp_path / "my_model.keras"))
    slips = {"('my_model')": "('my_model.keras'); module.trainable = False", "hub.KerasLayer(module)": "[module]"}
    model = run_in(mended(HUB, slips), **NAMES_FOR_HUB)["model"]
    assert summarized()
    assert (len(model.weights), model.trainable_weights) == (1, [])
    assert model.predict(X) == near([[5.0]])
