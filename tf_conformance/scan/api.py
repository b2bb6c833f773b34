"""The public names of TensorFlow and Keras: which ones are the same, and what kind of object comes of them."""

from __future__ import annotations

from functools import lru_cache

OTHER = "OTHER"
LAYERS = "tf.keras.layers"

ROOTS = {"keras": "tf.keras", "tensorflow": "tf", "tf_keras": "tf.keras"}
# What is on the left is the same as what documentation calls the right, with all that is within. tensorflow.python.keras is
# not: since TensorFlow 2.6, it is a copy that stays as it was.
SAME = {
    "tf.compat.v2": "tf",
    "tf.initializers": "tf.keras.initializers",
    "tf.keras._tf_keras.keras": "tf.keras",
    "tf.keras.api": "tf.keras",
    "tf.keras.api._v2.keras": "tf.keras",
    "tf.keras.layers.Input": "tf.keras.Input",
    "tf.keras.layers.experimental.preprocessing": "tf.keras.layers",
    "tf.keras.models.Model": "tf.keras.Model",
    "tf.keras.models.Sequential": "tf.keras.Sequential",
    "tf.keras.src": "tf.keras",
    "tf.keras.saving.load_model": "tf.keras.models.load_model",
    "tf.keras.saving.save_model": "tf.keras.models.save_model",
    "tf.losses": "tf.keras.losses",
    "tf.metrics": "tf.keras.metrics",
    "tf.optimizers": "tf.keras.optimizers",
}
MODULES_OF_LAYERS = (
    "advanced_activations convolutional core embeddings merge noise normalization pooling recurrent wrappers"
)
SAME.update({f"{LAYERS}.{module}": LAYERS for module in MODULES_OF_LAYERS.split()})  # of Keras before 2.4
KIND_OF_CONSTRUCTOR = {
    "tf.keras.Input": "SYMBOLIC",
    "tf.keras.Model": "MODEL",
    "tf.keras.Sequential": "MODEL",
    "tf.keras.models.clone_model": "MODEL",
    "tf.keras.models.load_model": "MODEL",
    "tf.keras.models.model_from_config": "MODEL",
    "tf.keras.models.model_from_json": "MODEL",
}
KIND_OF_MODULE = {
    "tf.keras.callbacks": "CALLBACK",
    "tf.keras.layers": "LAYER",
    "tf.keras.optimizers": "OPTIMIZER",
}
KIND_OF_ATTRIBUTE = {
    ("CALLBACK", "model"): "MODEL",
    ("HISTORY", "model"): "MODEL",
    ("LAYER", "input"): "SYMBOLIC",
    ("LAYER", "output"): "SYMBOLIC",
    ("MODEL", "history"): "HISTORY",
    ("MODEL", "input"): "SYMBOLIC",
    ("MODEL", "optimizer"): "OPTIMIZER",
    ("MODEL", "output"): "SYMBOLIC",
}
KIND_OF_METHOD = {
    ("MODEL", "fit"): "HISTORY",
    ("MODEL", "fit_generator"): "HISTORY",
    ("MODEL", "get_layer"): "LAYER",
}
# Functions that give no tensor for a symbolic tensor.
SHAPELESS = {"gradients", "int_shape", "is_keras_tensor", "is_tensor", "ndim", "print"}
# What modules have of which every name is imported; that of layers is any other name with a capital letter.
CONTENTS = {
    module: names.split()
    for module, names in {
        "tf.keras": "Input Model Sequential activations applications backend callbacks datasets initializers layers losses "
        "metrics models optimizers preprocessing regularizers utils",
        "tf.keras.callbacks": "CSVLogger Callback EarlyStopping LambdaCallback LearningRateScheduler ModelCheckpoint "
        "ReduceLROnPlateau TensorBoard",
        "tf.keras.losses": "BinaryCrossentropy CategoricalCrossentropy MeanSquaredError SparseCategoricalCrossentropy "
        "mean_absolute_error mean_squared_error",
        "tf.keras.models": "Model Sequential clone_model load_model model_from_config model_from_json save_model",
        "tf.keras.optimizers": "Adadelta Adagrad Adam Adamax Ftrl Nadam RMSprop SGD",
        "tf.keras.regularizers": "l1 l1_l2 l2",
    }.items()
}


@lru_cache(maxsize=10_000)
def canonical(name: str) -> str:
    """The documented form of a dotted name: tf.keras.layers.Dense for keras.layers.Dense."""
    root, dot, rest = name.partition(".")
    name = ROOTS.get(root, root) + dot + rest
    for prefix, same in SAME.items():
        if name == prefix or name.startswith(f"{prefix}."):
            return canonical(same + name[len(prefix) :])
    return name


def kind_of_api(name: str) -> str:
    """The kind of what a documented class or function gives when it is called; "" if that is not known."""
    module, _, last = name.rpartition(".")
    if name in KIND_OF_CONSTRUCTOR:
        return KIND_OF_CONSTRUCTOR[name]
    if name.startswith("tf.keras.applications.") and last[:1].isupper():
        return "MODEL"
    if module in KIND_OF_MODULE and last[:1].isupper():
        return KIND_OF_MODULE[module]
    return ""


def module_of(name: str, stars: list[str]) -> str:
    """Which of the star-imported modules has a name; "" if that is not known."""
    if len(stars) == 1:
        return stars[0]
    found = [module for module in stars if name in CONTENTS.get(canonical(module), [])]
    layers = [module for module in stars if canonical(module) == LAYERS and name[:1].isupper()]
    all_of_tensorflow = all(canonical(module).startswith("tf") for module in stars)
    return next(iter(found or (layers if all_of_tensorflow else [])), "")
