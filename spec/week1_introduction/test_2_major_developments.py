"""Week 1, Major developments in TensorFlow 2.

Subject: TensorFlow 2's API.
"""

import importlib
import types
from functools import reduce

import numpy as np
import pytest
import tensorflow as tf

from tf_conformance import changed, defect, holds, near, refused

v1 = tf.compat.v1

# Eager execution by default


@pytest.mark.smoke
@holds("eager.default")
def test_operations_return_values(device):
    """TensorFlow executes eagerly by default: an operation returns its value immediately."""
    assert tf.executing_eagerly()
    assert device(tf.add, [2, 3], [10, 20]).tolist() == [12, 23]
    assert device(tf.matmul, [[1.0, 2.0]], [[3.0], [4.0]]).tolist() == [[11.0]]


@pytest.mark.smoke
@holds("eager.default")
def test_python_control_flow_follows_values():
    """Python's if and while statements act on the values of eager tensors."""

    def collatz_steps(number):
        steps = 0
        while number != 1:
            number = number // 2 if number % 2 == 0 else 3 * number + 1
            steps += 1
        return steps

    assert [collatz_steps(tf.constant(start)) for start in (1, 2, 7, 27)] == [0, 1, 16, 111]


@pytest.mark.smoke
@holds("eager.default")
def test_eager_tensor_in_python_and_numpy():
    """An eager tensor can be printed, iterated over, converted to a Python float and passed to NumPy functions."""
    tensor = tf.constant([1.5, 2.5])
    assert float(tensor[1]) == 2.5
    assert [float(value) for value in tensor] == [1.5, 2.5]
    assert np.square(tensor).tolist() == [2.25, 6.25]
    assert "[1.5 2.5]" in str(tensor)


# Variables


@pytest.mark.smoke
@holds("eager.variables-ready")
def test_variable_is_ready_for_use(device):
    """A variable can be read, assigned and used in operations right away, without initialization, compilation or a session."""

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
    """A variable is trainable, has the shape and dtype of its initial value, and refuses a value of another shape."""
    variable = tf.Variable([[1, 2]])
    assert (variable.shape.as_list(), variable.dtype, variable.trainable) == ([1, 2], tf.int32, True)
    with refused(ValueError, naming="shape"):
        variable.assign([1, 2, 3])
    assert variable.numpy().tolist() == [[1, 2]]


# Graphs


def traced(**settings):
    """A tf.function that doubles its argument, and the list of the shapes that it has been traced for."""
    shapes = []

    @tf.function(**settings)
    def double(x):
        shapes.append(x.shape.as_list())
        return x * 2

    return double, shapes


@pytest.mark.smoke
@holds("graph.still-there")
def test_traced_once_per_shape_and_dtype():
    """Graph compilation still exists: tf.function traces a Python function once per shape and dtype of its tensors."""
    double, shapes = traced()
    for value in ([1.0, 2.0], [3.0, 4.0], [5.0, 6.0]):
        assert double(tf.constant(value)).numpy().tolist() == [2 * number for number in value]
    assert shapes == [[2]]
    double(tf.constant([1.0, 2.0, 3.0]))
    double(tf.constant([1, 2]))
    assert shapes == [[2], [3], [2]]


@pytest.mark.smoke
@holds("graph.still-there")
def test_traced_for_each_python_number():
    """tf.function traces a Python function again for each value of an argument that is a Python number."""
    traced_for = []

    @tf.function
    def double(x):
        traced_for.append(x)
        return x * 2

    assert [double(x).numpy() for x in (1, 2, 3, 2)] == [2, 4, 6, 4]
    assert traced_for == [1, 2, 3]


@pytest.mark.smoke
@holds("graph.still-there")
def test_one_trace_for_an_input_signature():
    """With an input_signature, tf.function traces once for all shapes that the signature allows and refuses any other."""
    double, shapes = traced(input_signature=[tf.TensorSpec([None], tf.float32)])
    assert double(tf.constant([1.0])).numpy().tolist() == [2.0]
    assert double(tf.constant([1.0, 2.0])).numpy().tolist() == [2.0, 4.0]
    assert shapes == [[None]]
    with refused(ValueError, TypeError):
        double(tf.constant([[1.0]]))


@pytest.mark.smoke
@holds("graph.still-there")
def test_concrete_function_has_a_graph():
    """A ConcreteFunction has a graph that contains the operations of the Python function."""
    multiply = tf.function(lambda a, b: tf.matmul(a, b))
    spec = tf.TensorSpec([2, 2], tf.float32)
    graph = multiply.get_concrete_function(spec, spec).graph
    assert isinstance(graph, tf.Graph)
    assert [operation.type for operation in graph.get_operations()].count("MatMul") == 1


@pytest.mark.smoke
@holds("graph.still-there")
def test_graph_equals_eager(device):
    """A tf.function gives the same results as its Python function run eagerly, even with a loop that depends on the data."""

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
def test_tracing_is_not_eager():
    """While tf.function traces a Python function, tf.executing_eagerly() is False."""
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
    """Every import from tensorflow.keras that the notes use works and gives the same object as tf.keras."""
    module = importlib.import_module(f"tensorflow.keras.{path}")
    assert getattr(module, name) is reduce(getattr, [*path.split("."), name], tf.keras)


@defect(
    "keras.imports",
    when="keras==3.3.0",
    instead="tf.keras.layers.Dense without importing it, or Keras 3.3.3",
    impact="error",
    reported="keras-team/keras@33bf553148",
    traces=["from tensorflow.keras import $NAME", "from tensorflow.keras.$MODULE import $NAME"],
)
@pytest.mark.parametrize(("path", "name"), IMPORTS_OF_THE_NOTES)
def test_imports_fail(path, name):
    """The notes' imports from tensorflow.keras fail, although tf.keras has everything that they import."""
    with refused(ModuleNotFoundError, naming="tensorflow.keras"):
        importlib.import_module(f"tensorflow.keras.{path}")
    assert callable(reduce(getattr, [*path.split("."), name], tf.keras))


@holds("keras.high-level-api")
def test_build_compile_fit():
    """tf.keras is TensorFlow's high-level API: it has everything needed to build, compile and fit a model."""
    dense = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros", input_shape=(2,))
    model = tf.keras.Sequential([dense])
    model.compile(optimizer="sgd", loss="mean_squared_error")
    history = model.fit(tf.constant([[1.0, 0.0], [0.0, 1.0]]), tf.constant([[1.0], [3.0]]), epochs=2, verbose=0)
    assert history.history["loss"] == near([(1**2 + 3**2) / 2, (0.99**2 + 2.97**2) / 2])
    assert isinstance(model(tf.zeros([1, 2])), tf.Tensor)


def keras_behind():
    """The module that implements a layer of tf.keras."""
    return tf.keras.layers.Dense.__module__


@holds("keras.implementation", when="tensorflow<2.6")
def test_keras_is_part_of_tensorflow():
    """tf.keras is implemented in TensorFlow itself, in tensorflow.python.keras."""
    assert keras_behind().startswith("tensorflow.python.keras.")


@changed(
    "keras.implementation",
    when="tensorflow>=2.6 and keras<3",
    instead="install keras, or tf_keras, along with tensorflow",
    impact="looks",
    traces=[
        "from tensorflow.python.keras import $NAME",
        "from tensorflow.python.keras.$MODULE import $NAME",
        "tensorflow.python.keras",
    ],
)
def test_keras_is_the_keras_2_package(install):
    """tf.keras is implemented by a separate Keras 2 package: keras, or tf_keras if requested."""
    assert keras_behind().startswith(install.keras_package + ".")
    assert importlib.import_module(install.keras_package).__version__ == install.keras


@changed(
    "keras.implementation",
    when="keras>=3",
    instead="TF_USE_LEGACY_KERAS=1 and tf_keras, if you need Keras 2",
    impact="looks",
    traces=[
        "from tensorflow.python.keras import $NAME",
        "from tensorflow.python.keras.$MODULE import $NAME",
        "tensorflow.python.keras",
    ],
)
def test_keras_is_the_keras_3_package():
    """tf.keras is implemented by Keras 3, the package keras, with its TensorFlow backend."""
    assert keras_behind().startswith("keras.src.")
    assert tf.keras.version().startswith("3.")
    assert tf.keras.backend.backend() == "tensorflow"


@holds("keras.version", when="tensorflow<2.13 or keras>=3.3,!=3.3.2")
def test_version_of_keras(install):
    """tf.keras.__version__ is the version of the Keras behind tf.keras."""
    assert tf.keras.__version__.partition("-")[0] == install.keras


@changed(
    "keras.version",
    when="tensorflow>=2.13 and keras<3.3 or keras==3.3.2",
    instead="keras.__version__ or tf_keras.__version__",
    impact="error",
    traces=["tensorflow.keras.__version__"],
)
def test_version_of_keras_is_missing(install):
    """tf.keras does not have __version__."""
    assert not hasattr(tf.keras, "__version__")
    assert importlib.import_module(install.keras_package).__version__ == install.keras


@holds("keras.estimators", when="tensorflow<2.16")
def test_estimators_are_there():
    """TensorFlow also has the older high-level API tf.estimator."""
    assert isinstance(tf.estimator, types.ModuleType)


@changed(
    "keras.estimators",
    when="tensorflow>=2.16",
    instead="tf.keras.Sequential([tf.keras.layers.Dense(1)]), compile and fit",
    impact="error",
    traces=["tf.estimator.$CLASS"],
)
def test_estimators_are_gone():
    """TensorFlow does not have tf.estimator: tf.keras is its only high-level API.

    Reports: tensorflow/tensorflow#76349, tensorflow/gan#55, aime-team/tf2-benchmarks#3.
    """
    for module in (tf, v1):
        with refused(AttributeError, naming="estimator"):
            endpoint("estimator", module)
    model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mean_squared_error", run_eagerly=True)
    assert len(model.fit(np.ones((2, 1)), np.ones((2, 1)), verbose=0).history["loss"]) == 1


# API clean-up

CLEANED_UP = [
    # the endpoint that is removed, the one that remains, arguments, result
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
CAST_DTYPES = {"to_float": (tf.float32,), "to_int32": (tf.int32,)}


def endpoint(path, start=tf):
    """The object that a dotted path leads to from a module."""
    return reduce(getattr, path.split("."), start)


@holds("api.cleanup")
@pytest.mark.parametrize(
    ("removed", "remaining", "arguments", "result"), CLEANED_UP, ids=[row[0] for row in CLEANED_UP]
)
def test_one_endpoint_remains(removed, remaining, arguments, result):
    """Redundant endpoints such as tf.log are removed; the one that remains, such as tf.math.log, gives the same result."""
    with refused(AttributeError, naming=removed):
        endpoint(removed)
    assert endpoint(remaining)(*arguments, *CAST_DTYPES.get(removed, ())).numpy() == near(result)
    assert endpoint(removed, v1)(*arguments).numpy() == near(result)


@holds("api.cleanup")
@pytest.mark.parametrize(
    "removed",
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
def test_tf1_endpoints_are_removed(removed):
    """Endpoints of TF1 such as tf.placeholder, tf.Session and tf.flags are removed from the top level of tf."""
    with refused(AttributeError, naming=removed):
        endpoint(removed)


@holds("api.cleanup")
def test_endpoints_for_seed_and_files():
    """tf.random.set_seed sets the seed of TensorFlow's random operations, and files are accessed through tf.io.gfile."""
    draws = []
    for _ in range(2):
        tf.random.set_seed(7)
        draws.append(tf.random.uniform([3]).numpy().tolist())
    assert draws[0] == draws[1]
    assert tf.io.gfile.exists(__file__)
