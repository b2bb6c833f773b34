"""Faults of Sequential and Flatten."""

from __future__ import annotations

import warnings

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import inside

keras, layers = tf.keras, tf.keras.layers


@fault("sequential.from-list")
def last_layer_is_dropped(put):
    """Sequential([...]) drops the last layer of its list."""

    def init(right, model, layers=None, **settings):
        right(model, layers and layers[:-1], **settings)

    put.around(keras.Sequential, "__init__", init)


@fault("sequential.by-add")
def pop_removes_nothing(put):
    """pop() leaves the last layer in place."""
    put.around(keras.Sequential, "pop", lambda right, model, **settings: model.layers[-1])


@fault("sequential.by-add")
def add_returns_the_model(put):
    """add() returns the model."""

    def add(right, model, *args, **settings):
        right(model, *args, **settings)
        return model

    put.around(keras.Sequential, "add", add)


@fault("sequential.changed-after-predict", when="tensorflow>=2.2")
def predict_is_traced_each_time(put):
    """A model traces its prediction anew each time, as if it were compiled again."""

    def predict(right, model, x, **settings):
        model.predict_function = None
        return right(model, x, **settings)

    put.around(keras.Model, "predict", predict)


@fault("sequential.changed-after-predict", when="tensorflow<2.2")
def added_layers_are_left_out(put):
    """add() leaves a layer out, unless the model has none."""
    put.around(
        keras.Sequential, "add", lambda right, model, layer: None if len(model.layers) > 1 else right(model, layer)
    )


@fault("sequential.input-shape")
def input_shape_is_ignored(put):
    """A layer accepts input_shape and ignores it."""
    put.around(layers.Layer, "__init__", lambda right, layer, input_shape=None, **settings: right(layer, **settings))


@fault("sequential.misspelled-argument")
def misspelled_argument_is_ignored(put):
    """A layer accepts activatiion and ignores it."""
    put.around(layers.Layer, "__init__", lambda right, layer, activatiion=None, **settings: right(layer, **settings))


@fault("flatten.shape")
def order_is_column_major(put):
    """Flatten works in column-major order: the first axis varies fastest."""

    def call(right, layer, inputs):
        return right(layer, tf.transpose(inputs, [0, *range(len(inputs.shape) - 1, 0, -1)]))

    put.around(layers.Flatten, "call", call)


@fault("flatten.nothing-learned")
def flatten_has_a_weight(put):
    """Flatten has a weight."""

    def build(right, layer, input_shape):
        right(layer, input_shape)
        layer.add_weight(shape=(1,), name="scale")

    put.around(layers.Flatten, "build", build)


@fault("sequential.input-shape-warning", when="keras>=3")
def input_shape_is_not_warned_of(put):
    """A layer takes input_shape without a warning, as in Keras 2."""
    put.attribute(inside("layers.layer").warnings, "warn", lambda *args, **settings: None)


@fault("sequential.single-layer", when="keras>=3")
def single_layer_is_accepted(put):
    """Sequential(layer) stacks the one layer, as in Keras 2."""

    def init(right, model, stack=None, **settings):
        right(model, [stack] if isinstance(stack, layers.Layer) else stack, **settings)

    put.around(keras.Sequential, "__init__", init)


@fault("sequential.input-shape-warning", when="keras<3")
def input_shape_is_warned_of(put):
    """A layer warns of input_shape, as in Keras 3."""

    def init(right, layer, *args, **settings):
        if "input_shape" in settings:
            warnings.warn("Do not pass an `input_shape` argument to a layer", stacklevel=2)
        right(layer, *args, **settings)

    put.around(layers.Layer, "__init__", init)


@fault("sequential.single-layer", when="keras<3", raises=TypeError)
def single_layer_is_refused(put):
    """Sequential takes a list only, as in Keras 3."""

    def init(right, model, stack=None, **settings):
        if isinstance(stack, layers.Layer):
            raise TypeError("'Dense' object is not iterable")
        right(model, stack, **settings)

    put.around(keras.Sequential, "__init__", init)


@fault("sequential.model-output", when="keras>=3")
def model_has_an_output(put):
    """A Sequential model has input and output before it is called, as in Keras 2."""
    for name in ("input", "output"):
        put.attribute(keras.Sequential, name, property(lambda model, name=f"{name}s": getattr(model, name)[0]))


@fault("sequential.model-output", when="keras<3")
def output_is_that_of_the_first_layer(put):
    """The output of a Sequential model is that of its first layer."""
    put.attribute(keras.Sequential, "output", property(lambda model: model.layers[0].output))


@fault("layers.argument-by-position", when="keras>=3")
def numbers_are_taken_by_position(put):
    """A layer takes any argument by position, as in Keras 2."""

    def init(right, layer, *arguments, **settings):
        right(layer, *arguments, **settings)
        layer._allow_non_tensor_positional_args = True

    put.around(layers.Layer, "__init__", init)


@fault("layers.argument-by-position", when="keras<3", raises=TypeError)
def only_inputs_are_taken_by_position(put):
    """A layer takes nothing but its inputs by position."""
    put.around(layers.Layer, "__call__", lambda right, layer, inputs, **settings: right(layer, inputs, **settings))


@fault("layers.tensorflow-function", when="keras>=3")
def symbolic_input_is_accepted(put):
    """A function of TensorFlow takes the symbolic input of a model, and gives an array of its shape."""
    put.attribute(
        inside("backend").KerasTensor,
        "__tf_tensor__",
        lambda tensor, *args, **settings: tf.zeros([1, *tensor.shape[1:]]),
    )


@fault("layers.tensorflow-function", when="keras<3", raises=ValueError)
def symbolic_input_is_refused(put):
    """A function of TensorFlow refuses what is no value, as in Keras 3."""

    def reduce_sum(right, x, **settings):
        if not hasattr(x, "numpy"):
            raise ValueError("A KerasTensor cannot be used as input to a TensorFlow function.")
        return right(x, **settings)

    put.around(tf, "reduce_sum", reduce_sum)


@fault("layers.symbolic-shape", when="keras>=3")
def shape_is_a_tensor_shape(put):
    """The shape of a symbolic output is a TensorShape, as in Keras 2."""
    right = inside("backend").KerasTensor.shape
    put.attribute(inside("backend").KerasTensor, "shape", property(lambda tensor: tf.TensorShape(right.fget(tensor))))


@fault("layers.symbolic-shape", when="keras<3")
def size_is_not_known(put):
    """No size of a symbolic output of Dense is known."""
    put.result(layers.Dense, "call", lambda outputs: tf.compat.v1.placeholder_with_default(outputs, [None, None]))


@fault("layers.input-without-tuple", when="keras>=3")
def number_is_a_shape(put):
    """Input(shape=3) stands for shape=(3,), as in Keras 2."""

    def init(right, layer, shape=None, **settings):
        right(layer, shape=(shape,) if isinstance(shape, int) else shape, **settings)

    put.around(layers.InputLayer, "__init__", init)


@fault("layers.input-without-tuple", when="keras<3")
def number_is_the_number_of_axes(put):
    """Input(shape=3) stands for three axes of unknown sizes."""
    put.around(keras, "Input", lambda right, shape: right(shape=[None] * shape if isinstance(shape, int) else shape))


@fault("layers.batch-input-shape", when="keras<3")
def batches_are_larger(put):
    """The batches of a layer have one sample more than batch_input_shape says."""

    def init(right, layer, batch_input_shape=None, **settings):
        if batch_input_shape:
            size, *shape = batch_input_shape
            settings["batch_input_shape"] = (size + 1, *shape)
        right(layer, **settings)

    put.around(layers.Layer, "__init__", init)


@fault("layers.batch-input-shape", when="keras>=3")
def batch_input_shape_is_ignored(put):
    """A layer takes batch_input_shape and ignores it."""
    put.around(
        layers.Layer, "__init__", lambda right, layer, batch_input_shape=None, **settings: right(layer, **settings)
    )


@fault("layers.input-length", when="keras>=3")
def input_length_is_the_shape(put):
    """Embedding takes input_length as the shape of its inputs, as in Keras 2."""

    def init(right, layer, *arguments, input_length=None, **settings):
        right(layer, *arguments, **settings, **({"input_shape": (input_length,)} if input_length else {}))

    put.around(layers.Embedding, "__init__", init)


@fault("layers.input-length", when="keras<3", raises=ValueError)
def input_length_is_ignored(put):
    """Embedding ignores input_length, as in Keras 3."""
    put.argument(layers.Embedding, input_length=None)


@fault("layers.reset-states")
def model_resets_no_states(put):
    """A model has a method reset_states that resets no states."""
    put.attribute(keras.Model, "reset_states", lambda model: None)


@fault("layers.input-structure", when="keras<3.6")
def structure_is_warned_of(put):
    """A functional model warns of the structure of its inputs, as in later versions."""

    def call(right, model, *args, **settings):
        warnings.warn("The structure of `inputs` doesn't match the expected structure.", stacklevel=2)
        return right(model, *args, **settings)

    put.around(keras.Model, "__call__", call)


@fault("layers.input-structure", when="keras>=3.6")
def structure_is_not_warned_of(put):
    """A functional model takes a tensor for a list of one, without a warning."""
    put.attribute(inside("models.functional").warnings, "warn", lambda *args, **settings: None)


@fault("layers.slash-in-name", when="keras<3", raises=ValueError)
def slash_is_refused(put):
    """A layer refuses a name with a slash, as in Keras 3."""

    def init(right, layer, *args, name=None, **settings):
        if "/" in (name or ""):
            raise ValueError(f"`name` must be a string and cannot contain character `/`: {name}")
        right(layer, *args, name=name, **settings)

    put.around(layers.Layer, "__init__", init)


@fault("layers.slash-in-name", when="keras>=3")
def slash_is_replaced(put):
    """A slash in the name of a layer becomes an underscore."""

    def init(right, layer, name=None, **settings):
        right(layer, name=name and name.replace("/", "_"), **settings)

    put.around(inside("ops.operation").Operation, "__init__", init)


@fault("layers.float-units", when="keras<3")
def units_are_rounded_up(put):
    """Dense has one unit more than a number of type float says."""

    def init(right, layer, units, **settings):
        right(layer, units + 1 if isinstance(units, float) else units, **settings)

    put.around(layers.Dense, "__init__", init)


@fault("layers.float-units", when="keras>=3")
def units_are_converted(put):
    """Dense converts its units to a whole number, as in Keras 2."""
    put.around(layers.Dense, "__init__", lambda right, layer, units, **settings: right(layer, int(units), **settings))


@fault("layers.numpy-units", when="keras<3.13", raises=ValueError)
def numpy_units_are_refused(put):
    """Dense refuses units that are not of type int, as in later versions."""

    def init(right, layer, units, **settings):
        if not isinstance(units, int):
            raise ValueError("Received an invalid value for `units`")
        right(layer, units, **settings)

    put.around(layers.Dense, "__init__", init)


@fault("layers.numpy-units", when="keras>=3.13")
def numpy_units_are_converted(put):
    """Dense converts its units to a whole number, as in older versions."""
    put.around(layers.Dense, "__init__", lambda right, layer, units, **settings: right(layer, int(units), **settings))


@fault("layers.leaky-relu-alpha")
def alpha_is_ignored(put):
    """LeakyReLU ignores alpha."""

    def init(right, layer, alpha=None, **settings):
        right(layer, **settings)

    put.around(layers.LeakyReLU, "__init__", init)


@fault("layers.hard-sigmoid", when="keras<3")
def hard_sigmoid_is_flat(put):
    """hard_sigmoid is x / 6 + 0.5, as in Keras 3."""
    put.attribute(inside("backend"), "hard_sigmoid", lambda x: tf.clip_by_value(x / 6 + 0.5, 0, 1))


@fault("layers.hard-sigmoid", when="keras>=3")
def hard_sigmoid_is_steep(put):
    """hard_sigmoid is 0.2 x + 0.5, as in Keras 2."""
    put.attribute(
        inside("activations.activations").ops, "hard_sigmoid", lambda x: tf.clip_by_value(0.2 * x + 0.5, 0, 1)
    )


@fault("layers.add-loss-to-model")
def loss_of_model_is_ignored(put):
    """model.add_loss ignores the loss."""
    put.attribute(keras.Model, "add_loss", lambda model, loss: None)


@fault("layers.add-metric", when="keras<3")
def metric_of_layer_is_doubled(put):
    """add_metric doubles the metric."""
    put.around(layers.Layer, "add_metric", lambda right, layer, value, **settings: right(layer, 2 * value, **settings))


@fault("layers.add-metric", when="keras>=3")
def metric_of_layer_is_ignored(put):
    """add_metric ignores the metric."""
    put.attribute(layers.Layer, "add_metric", lambda layer, value, **settings: None)


@fault("layers.learning-phase", when="keras<3")
def learning_phase_is_not_set(put):
    """K.set_learning_phase sets nothing."""
    put.attribute(keras.backend, "set_learning_phase", lambda phase: None)


@fault("layers.learning-phase", when="keras>=3")
def learning_phase_is_back(put):
    """tf.keras.backend has learning_phase again."""
    put.attribute(keras.backend, "learning_phase", lambda: 0)


@fault("layers.get-output-at")
def outputs_by_number_are_back(put):
    """A layer has get_output_at again."""
    put.attribute(layers.Layer, "get_output_at", lambda layer, number: layer.output)
