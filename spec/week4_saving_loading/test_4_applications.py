"""Week 4, To load pretrained model.

Subject: pre-trained models.
"""

import os
from collections import Counter

import numpy as np
import pytest
import tensorflow as tf

from tf_conformance import holds, misstated, near, refused, unchecked

applications = tf.keras.applications
WITH_TOP, WITHOUT_TOP = 25636712, 23587712
# The picture with which Keras tests its own ImageNet weights (applications_load_weight_test.py), and what it shows.
ELEPHANT = "https://storage.googleapis.com/tensorflow/keras-applications/tests/elephant.jpg"
AFRICAN_ELEPHANT = 386  # the index of this class among ImageNet's 1000


@pytest.fixture(scope="module")
def resnet():
    """ResNet50 with its classification layer and random weights, built once, since that takes seconds."""
    return applications.resnet50.ResNet50(weights=None, include_top=True)


@holds("applications.resnet50")
def test_complete_model(resnet):
    """ResNet50(include_top=True) is the complete model with its classification layer: 1000 classes and 25,636,712 parameters."""
    assert resnet.count_params() == WITH_TOP
    assert tuple(resnet.input_shape) == (None, 224, 224, 3)
    assert tuple(resnet.output_shape) == (None, 1000)
    top = resnet.layers[-1]
    assert (type(top).__name__, top.activation.__name__, top.count_params()) == ("Dense", "softmax", 2048 * 1000 + 1000)


@holds("applications.resnet50")
def test_what_the_top_adds(resnet):
    """Without the classification layer, 23,587,712 parameters remain, and the last feature map of an image is 7x7x2048."""
    features = resnet.layers[-3]
    assert tuple(features.output.shape) == (None, 7, 7, 2048)
    assert resnet.layers[-2].name == "avg_pool"
    assert resnet.count_params() - resnet.layers[-1].count_params() == WITHOUT_TOP


BLOCKS, STAGES = 3 + 4 + 6 + 3, 4


@holds("applications.resnet50")
def test_its_layers(resnet):
    """It has 53 convolutions: 1 at the start, 3 in each of 16 blocks, and 1 in the first block of each of 4 stages."""
    layers = Counter(type(layer).__name__ for layer in resnet.layers)
    assert layers["Conv2D"] == layers["BatchNormalization"] == 1 + 3 * BLOCKS + STAGES
    assert layers["Activation"] == 1 + 3 * BLOCKS
    assert layers["Add"] == BLOCKS
    epsilons = {layer.epsilon for layer in resnet.layers if type(layer).__name__ == "BatchNormalization"}
    assert epsilons == {1.001e-5}


@holds("applications.preprocess-in-place")
@pytest.mark.parametrize(("dtype", "in_place"), [("float32", True), ("uint8", False), ("int32", False)])
def test_floats_are_preprocessed_in_place(dtype, in_place):
    """resnet50.preprocess_input subtracts ImageNet's mean color from a float32 array in place, but returns a new array for integers.

    Report: qubvel/segmentation_models#491.
    """
    color, mean = np.array([10, 20, 30]), np.array([123.68, 116.779, 103.939])  # red, green, blue
    images = np.full((1, 2, 2, 3), color, dtype)
    outputs = applications.resnet50.preprocess_input(images)
    assert outputs[0, 0, 0] == near((color - mean)[::-1])
    assert images[0, 0, 0] == near(color - mean if in_place else color)


@holds("applications.resnet50-without-top")
def test_without_top():
    """ResNet50(include_top=False) has 23,587,712 parameters and accepts other image sizes, from 32x32 on."""
    model = applications.resnet50.ResNet50(weights=None, include_top=False, input_shape=(32, 32, 3))
    assert model.count_params() == WITHOUT_TOP
    assert tuple(model.output_shape) == (None, 1, 1, 2048)
    for size in [(31, 32, 3), (32, 31, 3)]:
        with refused(ValueError, naming="32"):
            applications.resnet50.ResNet50(weights=None, include_top=False, input_shape=size)


@holds("applications.resnet50-weights-file")
def test_weights_from_a_file(resnet, tmp_path):
    """ResNet50(weights=path) loads the weights from that file, also for images of another size."""
    # Slow: the file has 100 MB, and a second ResNet50 is built from it.
    resnet.layers[-1].set_weights([np.full((2048, 1000), 0.5), np.arange(1000)])
    path = str(tmp_path / "resnet50.weights.h5")
    resnet.save_weights(path)
    model = applications.resnet50.ResNet50(weights=path, input_shape=(32, 48, 3))
    assert (tuple(model.input_shape), tuple(model.output_shape)) == ((None, 32, 48, 3), (None, 1000))
    kernel, bias = model.layers[-1].get_weights()
    assert bias.tolist() == list(range(1000))
    assert (kernel.min(), kernel.max()) == (0.5, 0.5)


@holds("applications.resnet50-classes")
def test_imagenet_has_1000_classes():
    """ResNet50(weights='imagenet', classes=10) raises a ValueError, and so does a weights string that is not the path of a file."""
    with refused(ValueError, naming="1000"):
        applications.resnet50.ResNet50(weights="imagenet", include_top=True, classes=10)
    with refused(ValueError, naming="imagenet"):
        applications.resnet50.ResNet50(weights="no-such-file")


@misstated(
    "applications.resnet50-name",
    instead="tf.keras.applications.resnet50.ResNet50",
    impact="error",
    traces=["tf.keras.applications.resnet50.Resnet50", "tf.keras.applications.Resnet50"],
)
def test_name_has_three_capitals():
    """The function is named ResNet50; Resnet50, which the notes call, does not exist."""
    assert not hasattr(applications.resnet50, "Resnet50")
    assert applications.ResNet50 is applications.resnet50.ResNet50


@pytest.fixture
def fetched(request):
    """Calls a function that needs a file from Keras, if it is cached or may be downloaded; otherwise the case is unchecked."""

    def fetch(part, file, use):
        cached = os.path.join(os.path.expanduser("~"), ".keras", *file.split("/"))
        if not (os.path.exists(cached) or request.config.option.allow_downloads):
            unchecked(f"~/.keras/{file} does not exist; --allow-downloads fetches it", lacks=part)
        try:
            return use()
        except Exception as error:
            if "URL fetch failure" not in str(error):
                raise
            unchecked(f"~/.keras/{file} cannot be downloaded: {error}", lacks=part)

    return fetch


@pytest.fixture
def trained(fetched):
    """ResNet50 with ImageNet's weights."""
    return fetched(
        "ImageNet's weights",
        "models/resnet50_weights_tf_dim_ordering_tf_kernels.h5",
        lambda: applications.resnet50.ResNet50(weights="imagenet"),
    )


@pytest.fixture
def elephant(trained, fetched):
    """Keras's picture of an elephant, preprocessed for ResNet50: shape (1, 224, 224, 3)."""
    path = fetched(
        "Keras's picture of an elephant",
        "datasets/elephant.jpg",
        lambda: tf.keras.utils.get_file("elephant.jpg", ELEPHANT),
    )
    image = tf.image.resize(tf.io.decode_jpeg(tf.io.read_file(path), channels=3), (224, 224), method="nearest")
    return applications.resnet50.preprocess_input(image.numpy()[None].astype("float32"))


@holds("applications.resnet50-imagenet")
def test_imagenet_weights_classify(trained):
    """ResNet50(weights='imagenet') outputs a probability distribution over 1000 classes."""
    outputs = trained.predict(np.zeros((1, 224, 224, 3), np.float32), verbose=0)
    assert outputs.shape == (1, 1000)
    assert outputs.min() >= 0
    assert outputs.sum() == near(1.0, rtol=1e-3)


@holds("applications.resnet50-imagenet")
def test_elephant_is_seen(trained, elephant):
    """With ImageNet's weights, African elephant is among the top 3 predictions for Keras's picture of one."""
    top_3 = trained.predict(elephant, verbose=0)[0].argsort()[::-1][:3]
    assert AFRICAN_ELEPHANT in top_3.tolist()
