"""The pattern language: what each kind of pattern is found in, and what it leaves alone."""

from __future__ import annotations

import pytest

from tests.scan.scanning import both, lines
from tf_conformance.scan.pattern import parse_pattern

MODEL = "import tensorflow as tf\nmodel = tf.keras.Sequential()\n"  # two lines


@pytest.mark.parametrize(
    "code",
    [
        "import tensorflow as tf\ntf.keras.layers.Dense(1)",
        "import tensorflow\ntensorflow.keras.layers.Dense(1)",
        "import keras\nkeras.layers.Dense(1)",
        "import keras.layers\nkeras.layers.Dense(1)",
        "import tf_keras\ntf_keras.layers.Dense(1)",
        "import tensorflow.keras.layers as L\nL.Dense(1)",
        "from tensorflow import keras\nkeras.layers.Dense(1)",
        "from tensorflow.keras import layers as L\nL.Dense(1)",
        "from tensorflow.keras.layers import Dense as D\nD(1)",
        "from tensorflow.keras.layers import *\nDense(1)",
        "from tensorflow.keras.layers import *; from tensorflow.keras.models import *\nDense(1)",
        "from tensorflow.keras import *\nlayers.Dense(1)",
        "from keras.layers.core import Dense\nDense(1)",
        "from keras.src.layers import Dense\nDense(1)",
        "import tensorflow as tf; keras = tf.keras; L = keras.layers; D = L.Dense\nD(1)",
        "import tensorflow as tf\ngetattr(tf.keras.layers, 'Dense')(1)",
        "from functools import partial; import keras; D = partial(keras.layers.Dense, 1 * 1)\nkeras.layers.Dense(1)",
        "import tensorflow as tf; layers = tf.keras.layers\nlayers.Dense(1)",
        "import tensorflow as tf; D = tf.keras.layers.Dense\nD(1)",
        "# in a snippet, tf needs no import\ntf.keras.layers.Dense(1)",
        "import tensorflow.compat.v2 as tf\ntf.keras.layers.Dense(1)",
        "from keras._tf_keras.keras.layers import Dense\nDense(1)",
        "try:\n  from keras.layers import Dense\nexcept: from tensorflow.keras.layers import Dense\nDense(1)",
        "try: import tensorflow as tf\nexcept ImportError: tf = None\ntf.keras.layers.Dense(1)",
    ],
)
def test_names(code):
    """A name is found however the file came by it."""
    assert lines("tf.keras.layers.Dense()", code) == [code.count("\n") + 1]


@pytest.mark.parametrize(
    "code",
    [
        "from tensorflow.python.keras.layers import Dense\nDense(1)",
        "from other.layers import Dense\nDense(1)",
        "import torch.nn as keras\nkeras.layers.Dense(1)",
        "import tensorflow as tf\ntf.keras.layers.sub.Dense(1)",
        "import tensorflow as tf\nclass Dense: pass\nDense(1)",
        "from .layers import Dense\nDense(1)",
        "import tensorflow as tf\n'tf.keras.layers.Dense(1)'  # tf.keras.layers.Dense(1)",
    ],
)
def test_other_names(code):
    """A name of another module, of the file itself, in a text or in a comment is another one."""
    assert both("tf.keras.layers.Dense()", code) == ([], [])


def test_older_names():
    """What TensorFlow has for code of version 1 is the same with Keras 3 only, so it is possible."""
    code = "import tensorflow.compat.v1 as tf\ntf.keras.layers.Dense(1)"
    assert both("tf.keras.layers.Dense()", code) == ([], [2])


@pytest.mark.parametrize(
    "code",
    [
        "model = tf.keras.Model(a, b)\nmodel.save()",
        "model = tf.keras.models.load_model('x')\nmodel.save()",
        "model = tf.keras.applications.ResNet50()\nmodel.save()",
        "class Net(tf.keras.Model): ...\nNet().save()",
        "class Net(tf.keras.Model):\n  def f(self): self.save()",
        "class C(tf.keras.callbacks.Callback):\n  def f(self, logs): self.model.save()",
        "class C:\n  def __init__(self): self.net = tf.keras.Sequential()\n  def f(self): self.net.save()",
        "def make():\n  net = tf.keras.Sequential()\n  return net\nmodel = make()\nmodel.save()",
        "def f(model: tf.keras.Model):\n  model.save()",
        "a = b = tf.keras.Sequential()\nb.save()",
        "make = lambda: tf.keras.Sequential()\nmake().save()",
        "def make():\n  return tf.keras.Sequential(), 1\nmodel, _ = make()\nmodel.save()",
        "def f():\n  global model\n  model = tf.keras.Sequential()\nf()\nmodel.save()",
        "class C:\n  net = tf.keras.Sequential()\nC().net.save()",
        "class C:\n  def __init__(self): self.net = tf.keras.Sequential()\nc = C()\nc.net.save()",
        "class C:\n  @property\n  def net(self): return self._net\n  def __init__(self): self._net = tf.keras.Model()\nC().net.save()",
        "class B:\n  def __init__(self): self.net = tf.keras.Sequential()\nclass C(B):\n  def f(self): self.net.save()",
        "models = {'a': tf.keras.Sequential()}\nmodels['a'].save()",
        "for model in [tf.keras.Sequential(), tf.keras.Model()]:\n  model.save()",
        "models = [tf.keras.Sequential() for _ in range(3)]\nmodels[0].save()",
        "def f(model: 'tf.keras.Model'):\n  model.save()",
        "def f(model: Optional[tf.keras.Model] = None):\n  model.save()",
        "model: tf.keras.Model = make()\nmodel.save()",
        "@dataclass\nclass C:\n  net: tf.keras.Model\n  def f(self): self.net.save()",
        "f(tf.keras.Sequential())\ndef f(model):\n  model.save()",
        "def f(model):\n  model.compile('sgd', loss='mse')\n  model.save()",
        "def f(model):\n  model.fit(x, y, epochs=3)\n  model.save()",
        "a, b = 1, tf.keras.Sequential()\nb.save()",
        "if (a := tf.keras.Sequential()):\n  a.save()",
    ],
)
def test_models(code):
    """A model is one through assignments, functions, classes and annotations."""
    code = f"import tensorflow as tf\n{code}"
    assert lines("$MODEL.save()", code) == [code.count("\n") + 1]


@pytest.mark.parametrize(
    "code",
    [
        "f(tf.keras.Sequential())\nf([])\ndef f(model):\n  model.save()",
        "def f(model):\n  model.fit(x, y)\n  model.save()",
        "import trees\nmodel = trees.Forest()\nmodel.fit(x, y, epochs=3)\nmodel.save()",
        "for name, model in models.items():\n  model.save()",
    ],
)
def test_perhaps_models(code):
    """What may be something else is possible only."""
    code = f"import tensorflow as tf\n{code}"
    assert both("$MODEL.save()", code) == ([], [code.count("\n") + 1])


def test_own_method():
    """What a class of the file defines itself is no method of Keras."""
    code = (
        "import keras\nclass C:\n  def fit_generator(self): ...\n  def f(self): self.fit_generator()\nx.fit_generator()"
    )
    assert lines("$X.fit_generator()", code) == [5]


def test_symbolic_tensors():
    """What comes of a model's input through layers, functions and arithmetic is symbolic; in the call of a layer nothing is."""
    code = (
        "import keras, tensorflow as tf\nx = keras.Input((2,))\ny = 1 + keras.layers.Dense(1)(keras.layers.Dense(1)([x]))\n"
        "print(y)\nprint(tf.square(y)[:, 0])\nprint(keras.layers.concatenate([x, y]))\nprint(keras.Model(x, y).outputs[0])\n"
        "print(tf.zeros(1))\nprint(keras.backend.int_shape(y))\n"
        "class L(keras.layers.Layer):\n  def call(self, x): print(keras.layers.Dense(1)(x))"
    )
    assert lines("print($SYMBOLIC)", code) == [4, 5, 6, 7]


def test_options():
    """Keywords that the file writes out elsewhere count: in a dictionary, in dict(), in partial."""
    code = (
        f"{MODEL}import functools\noptions = {{'workers': 2}}\nmodel.fit(x, **options)\nmodel.fit(x, **dict(workers=2))\n"
        "D = functools.partial(tf.keras.layers.Dense, units=2)\nD()"
    )
    assert lines("$MODEL.fit(workers=$N)", code) == [5, 6]
    assert lines("tf.keras.layers.Dense(units=2)", code) == [8]
    assert lines("$MODEL.fit(verbose=$ABSENT)", code) == [5, 6]


def test_parameters_of_a_pattern():
    """A metavariable among a function's parameters is that parameter in its lines."""
    pattern = "class $CLASS(tf.keras.callbacks.Callback):\n  def f(self, $LOGS): $LOGS['loss']"
    code = (
        "import keras\nclass A(keras.callbacks.Callback):\n  def f(self, logs=None):\n    logs = logs or {}\n    logs['loss']\n"
        "class B(keras.callbacks.Callback):\n  def f(self, logs): self.run['loss']"
    )
    assert lines(pattern, code) == [2]


def test_circle():
    """A name that stands for itself ends as unknown."""
    assert lines("print($X)", "import keras\nA = A[0]\nB = C\nC = B\nprint(A)\nprint(B)") == [5, 6]
    code = "import keras\nfor m in ms:\n  m(1)\n  ms = [m, n if x else m]\nn = ms[i]\nn(1)\nfor a, b in [(b, a)]: a(1)"
    assert lines("tf.keras.layers.Dense(1)", code) == []


def test_values_of_callers():
    """A value is what the only call passes, or its default; of several calls, a text that all of them pass is known."""
    code = MODEL + "def f(m, p, n=1):\n  m.save(p)\n  m.save('a', n)\n"
    once, twice = f"{code}f(model, 'a')", f"{code}f(model, 'a', 1)\nf(model, 'b', 2)"
    assert lines("$MODEL.save('a', $ABSENT)", once) == [4]
    assert lines("$MODEL.save('a', $ABSENT)", twice) == []
    assert lines("$MODEL.save('a', 1)", once) == [5]
    assert both("$MODEL.save('a', 1)", twice) == ([], [5])


def test_what_a_call_passes_on():
    """What the only call passes for ``**settings``, to a constructor or as a function is known."""
    code = (
        f"{MODEL}def f(**settings): model.save('a', **{{'overwrite': 2, **settings}})\nf(overwrite=1)\n"
        "class C:\n  def __init__(self, model): self.net = model\n  def g(self): self.net.fit()\nC(model)\n"
        "def h(make): make(1)\nh(tf.keras.layers.Dense)\n{'a': tf.keras.layers.Dense}['a'](2)"
    )
    assert lines("$MODEL.save(overwrite=1)", code) == [3]
    assert lines("$MODEL.fit()", code) == [7]
    assert lines("tf.keras.layers.Dense()", code) == [9, 11]


def test_order_of_running():
    """What a function does that is called once happens where it is called."""
    code = f"{MODEL}def train(m):\n  m.fit(x)\nmodel.summary()\ntrain(model)\nmodel.summary()"
    assert lines("$MODEL.fit(); $MODEL.summary()", code) == [7]
    made = f"{MODEL}def made(m):\n  m.compile()\n  return m\nmade(model).metrics_names"
    assert lines("$MODEL.compile(); $MODEL.metrics_names", made) == [6]


def test_unknown_owner():
    """An object whose kind cannot be told is possible only, and one of another kind is none."""
    code = "import tensorflow as tf\ndef f(model):\n  model.save()\n[].save()\ntf.keras.layers.Dense(1).save()"
    assert both("$MODEL.save()", code) == ([], [3])


def test_without_tensorflow():
    """In a file that does not use TensorFlow, everything is possible only."""
    code = "x.fit_generator(y)"
    assert both("$X.fit_generator()", code) == ([], [1])


@pytest.mark.parametrize(
    ("pattern", "found", "possible"),
    [
        (
            "$MODEL.save(filepath='*.h5')",
            ["'a.h5'", "f'{x}.h5'", "folder + '/a.h5'", "os.path.join(folder, 'a.h5')"],
            ["a"],
        ),
        (
            "$MODEL.save(filepath='*.h5')",
            ["'%d.h5' % 1", "'{}.h5'.format(1)", "filepath='a.h5'", "pathlib.Path(a) / 'b.h5'"],
            [],
        ),
        (
            "$MODEL.save(filepath=$NONE_OF('*.h5', '*.keras'))",
            ["'a'", "folder + '/a'"],
            ["a", "folder + suffix", "f'a{x}'"],
        ),
        (
            "$MODEL.save(filepath=$NONE_OF('*.h5'))",
            ["tf.keras.utils.get_file('a', url)", "tf.keras.layers.Dense(1)"],
            ["tf.io.gfile.join(a, 'b.h5')", "tf.keras.utils.get_file(a, url)"],
        ),
        ("$MODEL.save(filepath='*.h5')", ["tf.keras.utils.get_file('a.h5', url)"], []),
        ("$MODEL.save(overwrite=$ABSENT)", ["'a'", "'a', include_optimizer=False"], ["*a", "**a"]),
        ("$MODEL.save(overwrite=$ONE_OF($ABSENT, True))", ["'a'", "'a', True"], ["'a', a"]),
        ("$MODEL.save(filepath=$NUMBER > 80)", ["81", "100.0"], ["number()"]),
        ("$MODEL.save(filepath=[$NUMBER])", ["[1]", "(x, 1)"], ["[x]"]),
        ("$MODEL.save(filepath=[$NUMBER1, $NUMBER2])", ["[1, 2]", "[2, 1]"], ["[x, 1]"]),
        ("$MODEL.save(filepath=[$N, $N])", ["[3, 3]"], []),
        ("$MODEL.save(filepath=$NUMBER < 0)", ["-1", "-0.5"], ["number()"]),
        ("$MODEL.save(filepath=[..., 1])", ["[1]", "[2, 1]"], ["[x]"]),
        ("$MODEL.save(filepath={'a': 1})", ["{'a': 1, 'b': 2}"], ["{'a': x}"]),
        ("$MODEL.save(filepath=$FUNCTION)", ["lambda: 1"], ["x"]),
        ("$MODEL.save(filepath=lambda $A, b: ...)", ["lambda a, b: 1", "lambda x, b, c: 1"], []),
        ("$MODEL.save(filepath=$NONE_OF(lambda $A, b: ...))", ["lambda a, c: 1", ""], ["x"]),
        ("$MODEL.save(filepath=0)", ["0", "0.0"], ["x"]),
        ("$MODEL.save(filepath=$NONE_OF(0, $ABSENT))", ["1e-6", "1 / 2", "a / b"], ["a"]),
        ("$MODEL.save($X, $X)", ["a, a"], []),
        ("$MODEL.save($X1, $X2)", ["a, b"], []),
    ],
)
def test_arguments(pattern, found, possible):
    """Arguments are found by keyword and by position; what cannot be told is possible only."""
    others = ["", "'a.txt', False, 1, 2", "False", "[2]", "[1, 2]", "{}", "lambda b: 1", "0, 1"]
    codes = [*found, *possible, *(code for code in others if code not in found)]
    text = f"{MODEL}import os, pathlib\n" + "\n".join(f"model.save({code})" for code in codes)
    seen = {certain: [codes[line - 4] for line in lines(pattern, text, possible=certain)] for certain in (False, True)}
    assert [code for code in found if code not in seen[False]] == []
    assert [code for code in possible if code not in seen[True]] == []


def test_settings():
    """An expression is what reads it; an assignment is what sets it, and += does both."""
    code = f"{MODEL}model.optimizer.lr\nmodel.optimizer.lr = 1\nmodel.optimizer.lr *= 2"
    assert lines("$MODEL.optimizer.lr", code) == [3, 5]
    assert lines("$MODEL.optimizer.lr = $VALUE", code) == [4]


def test_limits_of_a_call():
    """A call of something unknown is not taken for the method of a model."""
    assert lines("$MODEL.save()", f"{MODEL}save()\nprint(model)\nsave.model()", possible=True) == []


def test_loops():
    """A loop's variable is an element of what the loop runs over."""
    code = f"{MODEL}for layer in model.layers[:-1]:\n  layer.shape\n[layer.shape for layer in model.layers]\nmodel.layers.shape"
    assert lines("$LAYER.shape", code) == [4, 5]
    assert lines("$MODEL.weights[...].name", f"{MODEL}for w in model.weights: w.name") == [3]


@pytest.mark.parametrize(
    "code",
    [
        "for path in ['a.h5', 'b']: model.save(path)",
        "for path, size in [('a.h5', 1), ('b.h5', 2)]: model.save(path)",
        "for path, size in {'a.h5': 1, 'b.h5': 2}.items(): model.save(path)",
        "for path in {'a.h5': 1, 'b': 2}: model.save(path)",
        "PATHS = 'a', 'b.h5'\nfor path in PATHS: model.save(path)",
        "[model.save(path) for path in ('a', 'b.h5')]",
        "for path in ['a', 'b']: model.save(path + '.h5')",
        "paths = ['a.h5', 'b.h5']\nmodel.save(paths[choice])",
        "path = 'a.h5' if small else 'b.h5'\nmodel.save(path)",
        "if small:\n  path = 'a.h5'\nelse:\n  path = 'b.h5'\nmodel.save(path)",
        "path = None\nif small:\n  path = 'a.h5'\nelse:\n  path = 'b.h5'\nmodel.save(path)",
        "path = 'b'\nif small:\n  path = 'a.h5'\n  model.save(path)",
        "if small: path = 'b'\nelse:\n  path = 'a.h5'\n  model.save(path)",
        "try: path = 'a.h5'\nexcept OSError: raise ValueError\nmodel.save(path)",
        "def f(large):\n  path = 'a.h5'\n  if large:\n    path = 'b'\n    return path\n  model.save(path)",
        "model.save({'a': 'a.h5', 'b': 'c.h5'}[choice])",
        "class C:\n  path = 'a.h5'\nmodel.save(C.path)",
        "def f(m: tf.keras.Model, path='a.h5'):\n  m.save(path)",
        "with tf.keras.Sequential() as m: m.save('a.h5')",
        "import os\nmodel.save(os.path.abspath(os.path.join(folder, 'a.h5')))",
    ],
)
def test_one_of_several_texts(code):
    """What a loop runs over is met if one element meets it; one of several, nobody knows which, if all of them do."""
    assert lines("$MODEL.save('*.h5')", MODEL + code) == [3 + code.count("\n")]


@pytest.mark.parametrize(
    "code",
    [
        "model.save('a.h5' if small else 'b')",
        "model.save(['a.h5', 'b'][choice])",
        "model.save({'a': 'a.h5', 'b': 'b'}[choice])",
        "for path in [a, b]: model.save(path)",
        "def f(path=None): model.save(path or name())",
        "for path in ['a.h5', 'b'][1:]: model.save(path)",
        "for path, size in [('a.h5', 1), ('b', 2)]: model.save(path)",
        "if small:\n  path = 'a.h5'\nelse:\n  path = 'b'\nmodel.save(path)",
        "if small: path = 'a.h5'\nelif large: path = 'b'\nelse: path = 'c'\nmodel.save(path)",
        "path = 'a.h5'\nif small: path = 'b'\nmodel.save(path)",
        "path = 'a.h5'\nif small:\n  if smaller: path = 'b'\nmodel.save(path)",
        "try: path = 'a.h5'\nexcept OSError: path = 'b'\nmodel.save(path)",
    ],
)
def test_several_that_differ(code):
    """What only some of several meet is possible only, whether the pattern names it or excludes it."""
    for pattern in ("$MODEL.save('*.h5')", "$MODEL.save($NONE_OF('*.h5'))"):
        assert both(pattern, MODEL + code) == ([], [MODEL.count("\n") + 1 + code.count("\n")])


@pytest.mark.parametrize(
    ("other", "possible"), [("f()", False), ("tf.keras.Sequential()", False), ("layer", True), ("None", True)]
)
def test_kinds_of_a_choice(other, possible):
    """One of two objects is of the kind of both; it is only possible if they are of different kinds."""
    for choice in (f"model if x else {other}", f"{other} if x else model"):
        code = f"{MODEL}layer = tf.keras.layers.Dense(1)\n({choice}).fit(y)"
        assert lines("$MODEL.fit()", code, possible=possible) == [4]


def test_excluded_in_a_loop():
    """In a loop, it is enough if one element is none of those that a pattern excludes."""
    code = MODEL + "for path in ['a.h5', 'b.h5']: model.save(path)\nfor path in ['a.h5', 'b']: model.save(path)"
    assert lines("$MODEL.save($NONE_OF('*.h5'))", code) == [4]


def test_classes_in_a_loop():
    """What is called may be one of several, too."""
    code = (
        "from tensorflow.keras.layers import Dense, Flatten\nfor layer in (Flatten, Dense): layer(1)\n"
        "(Dense if x else Flatten)(1)\n(Dense if x else Dense)(1)\nfor name, layer in {'a': Dense}.items(): layer(1)"
    )
    assert lines("tf.keras.layers.Dense()", code) == [2, 4, 5]
    assert lines("tf.keras.layers.Dense()", code, possible=True) == [3]


def test_with():
    """With gives what the context's method returns: itself, unless the file says otherwise; of a new folder its name."""
    code = (
        f"{MODEL}import h5py, tempfile\nwith h5py.File('a', 'w') as f: model.save(f)\n"
        "class C:\n  def __init__(self): self.f = h5py.File('b')\n  def __enter__(self): return self.f\n"
        "with C() as f: model.save(f)\nwith tempfile.TemporaryDirectory() as f: model.save(f)"
    )
    assert lines("$MODEL.save(h5py.File())", code) == [4, 8]
    assert lines("$MODEL.save($NONE_OF('*.h5', h5py.File()))", code) == [9]


def test_sequences():
    """Statements follow each other, with others between them, on the same objects."""
    code = f"{MODEL}model.fit(x)\nmodel.compile(y)\nmodel.fit(x)\nother = tf.keras.Sequential()\nother.fit(x)"
    assert lines("$MODEL.compile(); $MODEL.fit()", code) == [5]
    assert lines("$MODEL1.compile(); $MODEL2.fit()", code) == [7]
    assert lines("not $MODEL.compile(); $MODEL.fit()", code) == [3, 7]
    assert lines("$MODEL.fit(); not $MODEL.compile()", code) == [5, 7]
    assert lines("$MODEL.fit(); not not $MODEL.compile()", code) == [3]
    assert lines("$MODEL.compile(); not $MODEL.fit(); $MODEL.fit()", code) == [5]


def test_objects_of_a_function():
    """What a function makes anew for each call are different objects."""
    code = (
        "import keras\ndef make():\n  return keras.Sequential()\na = make()\nb = make()\na.compile()\nb.fit()\na.fit()"
    )
    assert lines("$MODEL.compile(); $MODEL.fit()", code) == [8]


def test_classes():
    """A class has the bases, also through other classes, and the lines of its body."""
    code = (
        "import keras\nclass A(keras.callbacks.Callback):\n  def f(self, a, b=1):\n    if a: self.g = 1\n"
        "class B(A):\n  def f(self): ...\nclass C:\n  def f(self, a, b): ..."
    )
    assert lines("class $CLASS(tf.keras.callbacks.Callback): ...", code) == [2, 5]
    assert lines("class $CLASS(tf.keras.callbacks.Callback):\n  def f(self, $A): ...", code) == [2]
    assert lines("class $CLASS(tf.keras.callbacks.Callback):\n  $SELF.g = $X", code) == [2]
    assert lines(
        "class $CLASS(tf.keras.callbacks.Callback):\n  def f(self, $A):\n    not $SELF.g\n    $SELF.g = 1", code
    ) == [2]


def test_by_position_and_by_keyword():
    """An argument that a pattern names twice has to be as both say."""
    code = MODEL + "model.fit([a])\nmodel.fit(x=[a])\nmodel.fit([a, b])\nmodel.fit(a)"
    assert lines("$MODEL.fit([$X], x=$NONE_OF([$Y1, $Y2]))", code) == [3, 4]


def test_unknown_parts_of_a_text():
    """A text with unknown parts matches a glob for sure if only * can have matched these."""
    code = MODEL + "model.save(a + '/b')\nmodel.save(f'{a}/{b}')\nmodel.save(a + 'b')"
    assert both("$MODEL.save('*/*')", code) == ([3, 4], [5])


def test_mentions():
    """A name is found where it is written out or imported, not wherever what was imported is used."""
    code = (
        "import tensorflow as tf\nfrom tensorflow.keras.losses import mse\nloss = tf.keras.losses.mse\nloss(1)\nmse(2)"
    )
    assert lines("tf.keras.losses.mse", code) == [2, 3]


def test_as_imported():
    """A name that begins with tensorflow or keras is found only as it is imported."""
    code = "import keras\nimport tensorflow as tf\nkeras.losses.mse\ntf.keras.losses.mse"
    assert (lines("tensorflow.keras.losses.mse", code), lines("keras.losses.mse", code)) == ([4], [3])


@pytest.mark.parametrize(
    "line",
    [
        "import tf_keras",
        "from tf_keras.layers import Dense",
        "import os; os.environ['TF_USE_LEGACY_KERAS'] = '1'",
        "from os import environ; environ['TF_USE_LEGACY_KERAS'] = 'True'",
        "import os; os.environ.setdefault('TF_USE_LEGACY_KERAS', '1')",
    ],
)
def test_legacy_keras(line):
    """In a file that chooses legacy Keras, forms of Keras 3 are not looked for, but others are."""
    code = f"{line}\nimport tensorflow as tf\ntf.keras.layers.Dense(1)"
    found = {
        when: lines("tf.keras.layers.Dense()", code, when=when)
        for when in ("keras>=3", "keras>=3 and keras<3.3", "keras>=2.11", "tensorflow>=2.13")
    }
    assert found == {"keras>=3": [], "keras>=3 and keras<3.3": [], "keras>=2.11": [3], "tensorflow>=2.13": [3]}


@pytest.mark.parametrize(
    "line",
    [
        "import os; os.environ['TF_USE_LEGACY_KERAS'] = '0'",
        "import os; os.environ['KERAS_BACKEND'] = '1'",
        "# os.environ['TF_USE_LEGACY_KERAS'] = '1'",
        "import keras",
    ],
)
def test_no_legacy_keras(line):
    """Anything else leaves Keras as it is."""
    code = f"{line}\nimport tensorflow as tf\ntf.keras.layers.Dense(1)"
    assert lines("tf.keras.layers.Dense()", code, when="keras>=3") == [3]


@pytest.mark.parametrize(
    ("pattern", "call"),
    [
        ("$MODEL.save(filepath=$NONE_OF('*.h5'))", "model.save(...)"),
        ("$MODEL.save(filepath=$X)", "model.save(filepath=...)"),
        ("$MODEL.fit(shuffle=$ABSENT)", "model.fit(x, ...)"),
        ("$MODEL.fit($X)", "model.fit(...)"),
    ],
)
def test_ellipsis(pattern, call):
    """An argument that is left out with ... may be any or several, as in texts."""
    assert both(pattern, MODEL + call) == ([], [3])


def test_call_with_an_ellipsis():
    """That a call has such an argument is of no matter to a pattern without arguments."""
    assert lines("$MODEL.save()", MODEL + "model.save(...)") == [3]


@pytest.mark.parametrize("text", ["f(", "not f()", "...", ""])
def test_bad_pattern(text):
    """A text that is not Python, or in which nothing has to be there, is refused with the text."""
    with pytest.raises(ValueError, match="is not a pattern"):
        parse_pattern(text)


def test_class_begins_with_a_capital_letter():
    """$CLASS is a class: neither a module nor a function."""
    code = "import keras\nkeras.optimizers.Adam(lr=1)\nkeras.optimizers.adam(lr=1)\nkeras.layers.add(lr=1)"
    assert lines("tf.keras.$MODULE.$CLASS(lr=$X)", code) == [2]


def test_blank_text():
    """An empty text is a blank to be filled in, and so is neither what is sought nor anything else."""
    code = "import keras\nkeras.models.load_model('')\nkeras.models.load_model('m')"
    assert lines("tf.keras.models.load_model(filepath=$NONE_OF('*.h5'))", code) == [3]
    assert lines("tf.keras.models.load_model(filepath='*.h5')", code) == []


def test_present_before_it_is_found_again():
    """What has to be there last stands before the next place where the code is found."""
    code = "import tensorflow as tf\ntf.random.set_seed(1)\ntf.random.set_seed(2)\ntf.keras.layers.Dense(1)\ntf.random.set_seed(3)"
    assert lines("tf.random.set_seed(); not not tf.keras.layers.Dense()", code) == [3]
