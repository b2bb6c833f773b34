"""Week 1, Major developments in TensorFlow 2.

Subject: TensorFlow 2's API.
"""

import importlib
from functools import reduce

import numpy as np
import pytest
import tensorflow as tf

from tf_conformance import changed, defect, holds, near, refused

# Eager execution by default


@pytest.mark.smoke
@holds("eager.default")
def test_operations_return_values(device):
    """TensorFlow executes eagerly by default: an operation returns its value at once."""
    assert tf.executing_eagerly()
    assert device(tf.add, [2, 3], [10, 20]).tolist() == [12, 23]
    assert device(tf.matmul, [[1.0, 2.0]], [[3.0], [4.0]]).tolist() == [[11.0]]


@pytest.mark.smoke
@holds("eager.default")
def test_python_control_flow_follows_values():
    """Python's own if and while follow the values of tensors."""

    def collatz_steps(number):
        steps = 0
        while number != 1:
            number = number // 2 if number % 2 == 0 else 3 * number + 1
            steps += 1
        return steps

    assert [collatz_steps(tf.constant(start)) for start in (1, 2, 7, 27)] == [0, 1, 16, 111]


@pytest.mark.smoke
@holds("eager.default")
def test_values_enter_python_and_numpy():
    """A concrete value prints, converts to Python numbers and to NumPy arrays, and is iterated over."""
    tensor = tf.constant([1.5, 2.5])
    assert float(tensor[1]) == 2.5
    assert [float(value) for value in tensor] == [1.5, 2.5]
    assert np.square(tensor).tolist() == [2.25, 6.25]
    assert "[1.5 2.5]" in str(tensor)


# Variables


@pytest.mark.smoke
@holds("eager.variables-ready")
def test_variable_is_read_and_used_at_once(device):
    """A variable is usable straight away: it is read, assigned and computed with; no initialiser, compile step or session."""

    def use():
        variable = tf.Variable([1.0, 2.0])
        first = variable.read_value()
        variable.assign([3.0, 5.0])
        variable.assign_add([1.0, 1.0])
        variable.assign_sub([0.0, 4.0])
        return first, variable.read_value(), variable * 2.0

    first, then, doubled = device(use)
    assert first.tolist() == [1.0, 2.0]
    assert then.tolist() == [4.0, 2.0]
    assert doubled.tolist() == [8.0, 4.0]


@pytest.mark.smoke
@holds("eager.variables-ready")
def test_variable_keeps_its_shape_and_dtype():
    """A variable is trainable, has the shape and dtype of its first value, and refuses a value of another shape."""
    variable = tf.Variable([[1, 2]])
    assert (variable.shape.as_list(), variable.dtype, variable.trainable) == ([1, 2], tf.int32, True)
    with refused(ValueError, naming="shape"):
        variable.assign([1, 2, 3])
    assert variable.numpy().tolist() == [[1, 2]]


# Graphs


def traced(**settings):
    """A compiled function that doubles its argument, and the list of the shapes that it was traced for."""
    shapes = []

    @tf.function(**settings)
    def double(x):
        shapes.append(x.shape.as_list())
        return x * 2

    return double, shapes


@pytest.mark.smoke
@holds("graph.still-there")
def test_traced_once_a_signature():
    """Graph compilation still exists: tf.function traces a Python function once for each signature it is called with."""
    double, shapes = traced()
    for value in ([1.0, 2.0], [3.0, 4.0], [5.0, 6.0]):
        assert double(tf.constant(value)).numpy().tolist() == [2 * number for number in value]
    assert shapes == [[2]]
    double(tf.constant([1.0, 2.0, 3.0]))
    double(tf.constant([1, 2]))
    assert shapes == [[2], [3], [2]]


@pytest.mark.smoke
@holds("graph.still-there")
def test_one_trace_serves_an_input_signature():
    """With an input signature one trace serves every shape that it admits."""
    double, shapes = traced(input_signature=[tf.TensorSpec([None], tf.float32)])
    assert double(tf.constant([1.0])).numpy().tolist() == [2.0]
    assert double(tf.constant([1.0, 2.0])).numpy().tolist() == [2.0, 4.0]
    assert shapes == [[None]]
    with refused(ValueError, TypeError):
        double(tf.constant([[1.0]]))


@pytest.mark.smoke
@holds("graph.still-there")
def test_concrete_function_has_a_graph():
    """A concrete function holds a graph with the operations of the Python function."""
    multiply = tf.function(lambda a, b: tf.matmul(a, b))
    spec = tf.TensorSpec([2, 2], tf.float32)
    graph = multiply.get_concrete_function(spec, spec).graph
    assert isinstance(graph, tf.Graph)
    assert [operation.type for operation in graph.get_operations()].count("MatMul") == 1


@pytest.mark.smoke
@holds("graph.still-there")
def test_graph_equals_eager(device):
    """A compiled function returns what the same function returns eagerly, data-dependent loops included."""

    def newton_root(x):
        root, steps = x, 0
        while tf.reduce_max(tf.abs(root * root - x)) > 1e-4:
            root = (root + x / root) / 2.0
            steps += 1
        return root, tf.convert_to_tensor(steps)

    numbers = np.array([2.0, 9.0, 1e-2], np.float32)
    eager_root, eager_steps = device(newton_root, numbers)
    graph_root, graph_steps = device(tf.function(newton_root), numbers)
    assert eager_root == near(np.sqrt(numbers.astype(np.float64)), atol=1e-3)
    assert graph_root == near(eager_root)
    assert graph_steps == eager_steps


@pytest.mark.smoke
@holds("graph.still-there")
def test_inside_a_graph_nothing_is_eager():
    """While a function is traced, execution is not eager; run_functions_eagerly is not needed to call it."""
    modes = []
    tf.function(lambda: modes.append(tf.executing_eagerly()))()
    assert modes == [False]


# tf.keras

IMPORTS_OF_THE_NOTES = [
    ("models", "Sequential"),
    ("models", "load_model"),
    ("layers", "Dense"),
    ("layers", "Flatten"),
    ("layers", "Conv2D"),
    ("layers", "MaxPooling2D"),
    ("layers", "BatchNormalization"),
    ("callbacks", "Callback"),
    ("callbacks", "EarlyStopping"),
    ("callbacks", "ModelCheckpoint"),
    ("applications.resnet50", "ResNet50"),
    ("backend", "image_data_format"),
]


@holds("keras.imports", when="keras!=3.3.0")
@pytest.mark.parametrize(("path", "name"), IMPORTS_OF_THE_NOTES)
def test_imports_of_the_notes(path, name):
    """Every import path that the notes use, from tensorflow.keras on, leads to the Keras behind tf.keras."""
    module = importlib.import_module("tensorflow.keras." + path)
    assert getattr(module, name) is reduce(getattr, [*path.split("."), name], tf.keras)


@defect("keras.imports", when="keras==3.3.0", instead="tf.keras.layers.Dense, or Keras 3.3.3")
@pytest.mark.parametrize(("path", "name"), IMPORTS_OF_THE_NOTES)
def test_imports_fail(path, name):
    """The notes' imports from tensorflow.keras fail, though tf.keras has everything that they name."""
    with refused(ModuleNotFoundError, naming="tensorflow.keras"):
        importlib.import_module("tensorflow.keras." + path)
    assert callable(reduce(getattr, [*path.split("."), name], tf.keras))


@holds("keras.high-level-api")
def test_build_compile_fit():
    """tf.keras is TensorFlow's high-level API: a model is built, compiled and fitted through it alone."""
    dense = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros", input_shape=(2,))
    model = tf.keras.Sequential([dense])
    model.compile(optimizer="sgd", loss="mean_squared_error")
    history = model.fit(tf.constant([[1.0, 0.0], [0.0, 1.0]]), tf.constant([[1.0], [3.0]]), epochs=2, verbose=0)
    assert history.history["loss"] == near([(1**2 + 3**2) / 2, (0.99**2 + 2.97**2) / 2])
    assert isinstance(model(tf.zeros([1, 2])), tf.Tensor)


def keras_behind():
    """The package that the layers of tf.keras come from."""
    return tf.keras.layers.Dense.__module__


@holds("keras.implementation", when="tensorflow<2.6")
def test_keras_is_part_of_tensorflow():
    """The Keras behind tf.keras is TensorFlow's own code."""
    assert keras_behind().startswith("tensorflow.python.keras.")


@changed("keras.implementation", when="tensorflow>=2.6 and keras<3", instead="keras or tf_keras beside tensorflow")
def test_keras_is_the_keras_2_package(install):
    """The Keras behind tf.keras is Keras 2, in a package of its own: keras, or tf_keras where it is asked for."""
    assert keras_behind().startswith(install.keras_package + ".")
    assert importlib.import_module(install.keras_package).__version__ == install.keras


@changed("keras.implementation", when="keras>=3", instead="TF_USE_LEGACY_KERAS=1 and tf_keras where Keras 2 is needed")
def test_keras_is_the_keras_3_package():
    """The Keras behind tf.keras is Keras 3, the package keras, on its TensorFlow backend."""
    assert keras_behind().startswith("keras.src.")
    assert tf.keras.version().startswith("3.")
    assert tf.keras.backend.backend() == "tensorflow"


@holds("keras.version", when="tensorflow<2.13 or keras>=3.3,!=3.3.2")
def test_version_of_keras(install):
    """tf.keras.__version__ tells which Keras it is."""
    assert tf.keras.__version__.partition("-")[0] == install.keras


@changed(
    "keras.version",
    when="tensorflow>=2.13 and keras<3.3 or keras==3.3.2",
    instead="keras.__version__ or tf_keras.__version__",
)
def test_version_of_keras_is_not_told():
    """tf.keras has no __version__."""
    assert not hasattr(tf.keras, "__version__")


# API clean-up

CLEANED_UP = [
    # gone from the top level, what stays, arguments, result
    ("log", "math.log", ([1.0, np.e],), [0.0, 1.0]),
    ("log1p", "math.log1p", ([0.0, np.e - 1],), [0.0, 1.0]),
    ("rsqrt", "math.rsqrt", ([4.0, 0.25],), [0.5, 2.0]),
    ("ceil", "math.ceil", ([0.2, -0.2],), [1.0, 0.0]),
    ("lgamma", "math.lgamma", ([5.0],), [np.log(24)]),
    ("erf", "math.erf", ([0.0, 10.0],), [0.0, 1.0]),
    ("mod", "math.floormod", ([7, -7], 3), [1, 2]),
    ("floordiv", "math.floordiv", ([7, -7], 3), [2, -3]),
    ("div", "math.floordiv", ([7, -7], 3), [2, -3]),
    ("is_nan", "math.is_nan", ([1.0, np.nan],), [False, True]),
    ("count_nonzero", "math.count_nonzero", ([0, 3, 0, 4],), 2),
    ("invert_permutation", "math.invert_permutation", ([2, 0, 1],), [1, 2, 0]),
    ("segment_sum", "math.segment_sum", ([1.0, 2.0, 3.0], [0, 0, 1]), [3.0, 3.0]),
    ("to_float", "cast", ([1, 2],), [1.0, 2.0]),
    ("to_int32", "cast", ([1.7, 2.2],), [1, 2]),
    ("matrix_inverse", "linalg.inv", ([[2.0, 0.0], [0.0, 4.0]],), [[0.5, 0.0], [0.0, 0.25]]),
    ("matrix_determinant", "linalg.det", ([[2.0, 1.0], [1.0, 3.0]],), 5.0),
    ("cholesky", "linalg.cholesky", ([[4.0, 0.0], [0.0, 9.0]],), [[2.0, 0.0], [0.0, 3.0]]),
    ("matrix_diag", "linalg.diag", ([1.0, 2.0],), [[1.0, 0.0], [0.0, 2.0]]),
    ("matrix_transpose", "linalg.matrix_transpose", ([[1, 2], [3, 4]],), [[1, 3], [2, 4]]),
    ("string_to_number", "strings.to_number", (["1.5"],), [1.5]),
    ("sparse_tensor_to_dense", "sparse.to_dense", (tf.sparse.eye(2),), [[1.0, 0.0], [0.0, 1.0]]),
]
TYPES_OF_CASTS = {"to_float": (tf.float32,), "to_int32": (tf.int32,)}


def end_point(path, start=tf):
    """The object behind a dotted path below a module."""
    return reduce(getattr, path.split("."), start)


@holds("api.cleanup")
@pytest.mark.parametrize(("gone", "stays", "arguments", "result"), CLEANED_UP, ids=[row[0] for row in CLEANED_UP])
def test_one_end_point_stays(gone, stays, arguments, result):
    """Functions that did the same thing in different places are gone from the top level; one stays, with the same result."""
    assert not hasattr(tf, gone)
    assert end_point(stays)(*arguments, *TYPES_OF_CASTS.get(gone, ())).numpy() == near(result)
    assert end_point(gone, tf.compat.v1)(*arguments).numpy() == near(result)


@holds("api.cleanup")
@pytest.mark.parametrize(
    "gone",
    [
        "placeholder",
        "Session",
        "InteractiveSession",
        "ConfigProto",
        "get_variable",
        "variable_scope",
        "global_variables_initializer",
        "assign",
        "assign_add",
        "get_default_graph",
        "add_to_collection",
        "layers",
        "app",
        "flags",
        "logging",
        "gfile",
        "contrib",
        "set_random_seed",
    ],
)
def test_session_end_points_are_gone(gone):
    """The end points of graphs, sessions and collections are gone from the top level."""
    assert not hasattr(tf, gone)


@holds("api.cleanup")
def test_seed_and_files_have_one_place():
    """The random seed and the file system have one place each: tf.random and tf.io.gfile."""
    draws = []
    for _ in range(2):
        tf.random.set_seed(7)
        draws.append(tf.random.uniform([3]).numpy().tolist())
    assert draws[0] == draws[1]
    assert tf.io.gfile.exists(__file__)
