"""The public names of TensorFlow and Keras: which ones are the same, and what kind of object comes of them."""

from __future__ import annotations

from functools import lru_cache

OTHER = "OTHER"

ROOTS = {"keras": "tf.keras", "tensorflow": "tf", "tf_keras": "tf.keras"}
# What is on the left is the same as what documentation calls the right, with all that is within.
SAME = {
    "tf.compat.v2": "tf",
    "tf.initializers": "tf.keras.initializers",
    "tf.keras.layers.Input": "tf.keras.Input",
    "tf.keras.models.Model": "tf.keras.Model",
    "tf.keras.models.Sequential": "tf.keras.Sequential",
    "tf.losses": "tf.keras.losses",
    "tf.metrics": "tf.keras.metrics",
    "tf.optimizers": "tf.keras.optimizers",
    "tf.python.keras": "tf.keras",
}
KIND_OF_CONSTRUCTOR = {
    "tf.keras.Input": OTHER,
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
    ("MODEL", "history"): "HISTORY",
    ("MODEL", "optimizer"): "OPTIMIZER",
}
KIND_OF_METHOD = {
    ("MODEL", "fit"): "HISTORY",
    ("MODEL", "fit_generator"): "HISTORY",
    ("MODEL", "get_layer"): "LAYER",
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
