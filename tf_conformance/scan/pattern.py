"""The pattern language: code that stands for code.

A form's ``traces`` are patterns of the code that meets it. A pattern is Python, read by Python's own parser, with
metavariables: ``$`` and upper-case letters. It is found wherever one of its matches stands in a file, at any depth.

**Names** are those of TensorFlow's documentation and begin with ``tf.``: ``tf.keras.layers.Dense`` is that class however
the file came by it (``from keras.layers import Dense as D``, ``layers = tf.keras.layers``). Any other name or attribute
stands for itself; of other libraries, the full name: ``json.dumps``. A metavariable may be a part of a name:
``tf.keras.optimizers.$CLASS`` is each class of that module, which begins with a capital letter, but none of a module within
it. ``tf.keras`` is the library Keras, too; where that matters, a name begins with ``tensorflow.`` or ``keras.``, and is found
only as it is imported.

**A name of the file stands for what was assigned to it**: ``tf.keras.optimizers.SGD().minimize`` is found in
``SGD(0.1).minimize`` and after ``optimizer = SGD(0.1)`` in ``optimizer.minimize``. The same is true of constants, of local
functions, which stand for what they return, and of attributes of its classes; a loop's variable is ``$X[...]`` of what it runs
over, and each element if the file writes them out. What stands for one of several, as a name after an ``if`` may, is found if
all of them are. What a class of the file defines itself is no method of Keras.

**Metavariables** match any expression; one that occurs twice matches the same object. Some names match only a kind:

    $MODEL $LAYER $OPTIMIZER $CALLBACK $HISTORY    an object of Keras; subclasses in the file count
    $SYMBOLIC                                      Input(), or what comes of it through layers, functions and arithmetic
    $NUMBER $STRING $FUNCTION                      a number ($NUMBER > 80: in these limits), a text; a lambda, or a
                                                   function of the file
    $ABSENT                                        as an argument's value: the argument is not given
    $ONE_OF(a, b)  $NONE_OF(a, b)                  what one of these patterns, or none of them, matches; $NONE_OF also
                                                   an argument that is not given, unless $ABSENT is among them

``$MODEL1`` and ``$MODEL2``, which differ only in their digits, are different objects.

**A call** speaks of the arguments that it names; others may be there. Write keywords: they are found by position, too, if
:data:`tf_conformance.scan.signatures.SIGNATURES` has the function. ``f($X)`` needs a first argument; ``f()`` needs none. One
that stands there both by position and by keyword must be as both say: ``f([$X], x=$NONE_OF([$Y1, $Y2]))``, a list of one.
**A list**, tuple or dictionary needs the elements that are named, anywhere: ``['accuracy']``; ``[$X, $X]`` needs two that are
the same, ``[..., $X]`` is one that ends in ``$X``. **A string** is a glob: ``'*.h5'``. ``...`` matches anything.

**An expression** is code that reads it (``$X.lr *= 2`` does, too); code that sets it is an assignment: ``$X.lr = $VALUE``.
``$X = VALUE`` is any assignment to a name, and ``$X`` then stands for that object.
**A class** needs the bases and the lines of its body that are named, **a function** its name, at least these parameters, which
its lines may speak of, and these lines; the lines may stand anywhere in it, in this order, with others between them.

**Several statements**, joined by ``;``, must follow each other in the file, with anything between them; the last one is where
the code is found. A line ``not PATTERN`` between two of them: nothing between them matches it. First in a pattern, nothing
before does; last, nothing in the rest of the file. ``not not PATTERN``: something there does; last, before the code is found
again.
An assignment is in quotes there: ``not '$X.trainable = True'``.

A match may be *possible* only: where a kind, a constant or an argument (``**options``, ``...``) cannot be told from the file. (What
cannot be told is taken for no list, call or function that a pattern writes out, and what is computed for no number.) Possible
matches are shown on demand, so ``$MODEL.save('x')`` does not disturb users of other libraries. Where an attribute alone is
proof, write ``$X`` for the owner: ``$X.fit_generator()``.

For example, each pattern with code that it is found in:

    tf.keras.optimizers.$CLASS(decay=$X)                from keras.optimizers import Adam; Adam(decay=1e-6)
    tf.keras.layers.AveragePooling2D(pool_size=$ABSENT) layers.AveragePooling2D()
    $MODEL.optimizer.lr                                 model = Sequential(); print(model.optimizer.lr)
    $MODEL.optimizer.lr = $VALUE                        self.model.optimizer.lr = 0.1, in a Callback
    tf.keras.callbacks.EarlyStopping(monitor='val_acc') EarlyStopping('val_acc', patience=3)
    $MODEL.save(filepath=$NONE_OF('*.keras', '*.h5'))   model.save(os.path.join(folder, 'my_model'))
    $MODEL.compile(metrics=['acc'])                     model.compile('adam', 'mse', metrics=['mae', 'acc'])
    class $CLASS(tf.keras.losses.Loss): ...             class Huber(losses.Loss): ...
    tf.keras.optimizers.$CLASS().minimize()             optimizer = SGD(0.1); optimizer.minimize(loss, weights)
    $MODEL.fit().history['lr']                          run = model.fit(x, y); plt.plot(run.history['lr'])
    tf.random.set_seed(); $MODEL.fit(shuffle=$ABSENT)   tf.random.set_seed(1), and later model.fit(x, y)
    $LAYER.trainable = $X; not $MODEL.compile(); $MODEL.fit()
                                                        layer.trainable = False; model.fit(x, y)

and a class with a method, on lines of its own::

    class $CLASS(tf.keras.callbacks.Callback):
        def on_train_begin(self, $BATCH, $LOGS): ...
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Iterator

from tf_conformance.scan.syntax import parse

META = "meta_"  # how a metavariable begins when Python's parser reads it
METAVARIABLE = re.compile(r"\$(?=[A-Z])")
KINDS = ("MODEL", "LAYER", "OPTIMIZER", "CALLBACK", "HISTORY", "SYMBOLIC", "NUMBER", "STRING", "FUNCTION")
OF_TENSORFLOW = frozenset(["keras", "tensorflow", "tf", "tf_keras"])  # words by which a file comes by it
ABSENT, CLASS, ONE_OF, NONE_OF = "ABSENT", "CLASS", "ONE_OF", "NONE_OF"  # metavariables with a meaning of their own


class Role(Enum):
    """What a statement of a pattern says: code stands here, or around here is none like it, or some."""

    FOUND = "found"
    ABSENT = "absent"
    PRESENT = "present"


@dataclass(frozen=True)
class Step:
    """One statement of a pattern."""

    node: ast.AST
    role: Role


@dataclass(frozen=True)
class Pattern:
    """A pattern that was read; a file that it can be found in has one of each of these sets of words."""

    text: str
    steps: tuple[Step, ...]
    words: frozenset[frozenset[str]]


def parse_pattern(text: str) -> Pattern:
    """The pattern that a text is. Raises ValueError."""
    try:
        body = parse(METAVARIABLE.sub(META, text)).body
    except SyntaxError as error:
        raise ValueError(f"'{text}' is not a pattern: {error.msg}") from None
    steps = steps_of(body)
    if not any(step.role is Role.FOUND for step in steps):
        raise ValueError(f"'{text}' is not a pattern: nothing has to be there")
    needed = frozenset(words for step in steps if step.role is not Role.ABSENT for words in _words_of(step.node))
    return Pattern(text, tuple(steps), needed or frozenset([OF_TENSORFLOW]))


def steps_of(body: list[ast.stmt]) -> list[Step]:
    """The statements of a pattern, or of the body of a class or a function in it, without those that are only ``...``."""
    steps = []
    for statement in body:
        node: ast.AST = statement.value if isinstance(statement, ast.Expr) else statement
        role = Role.FOUND
        while isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            node, role = node.operand, Role.PRESENT if role is Role.ABSENT else Role.ABSENT
        if role is not Role.FOUND and isinstance(node, ast.Constant) and isinstance(node.value, str):
            node = parse(node.value).body[0]
        if not is_anything(node):
            steps.append(Step(node, role))
    return steps


def is_anything(node: ast.AST) -> bool:
    """Whether a part of a pattern is ``...``."""
    return isinstance(node, ast.Constant) and node.value is Ellipsis


def metavariable(name: str) -> str:
    """The metavariable that a name in a parsed pattern is, without $; "" if it is none."""
    return name[len(META) :] if name.startswith(META) else ""


def kind_of_metavariable(name: str) -> str:
    """The kind that a metavariable matches: MODEL for MODEL2; "" if it matches anything."""
    kind = stem_of(name)
    return kind if kind in KINDS else ""


def stem_of(name: str) -> str:
    """A metavariable without the digits that tell it from others."""
    return name.rstrip("0123456789")


@lru_cache(maxsize=None)
def alternatives(node: ast.AST) -> tuple[str, list[ast.expr]]:
    """Of ``$ONE_OF(a, b)`` or ``$NONE_OF(a, b)``: which of the two it is, and a and b."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        name = metavariable(node.func.id)
        if name in (ONE_OF, NONE_OF):
            return name, node.args
    return "", []


@lru_cache(maxsize=None)
def dotted(node: ast.AST) -> str:
    """``tf.keras.$CLASS`` as a text, if the node is a dotted name that does not begin with a metavariable; else ""."""
    if isinstance(node, ast.Name):
        return "" if metavariable(node.id) else node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


@lru_cache(maxsize=None)
def dotted_names(node: ast.AST) -> tuple[str, ...]:
    """The names that a part of a pattern may be, if it is a dotted name or one of several; else nothing."""
    which, parts = alternatives(node)
    names = tuple(map(dotted, parts if which == ONE_OF else [node]))
    return names if all(names) else ()


def _words_of(node: ast.AST) -> Iterator[frozenset[str]]:
    """Words of which a file has one for this to be found in it. An argument may be passed by position, a class renamed."""
    which, parts = alternatives(node)
    if which:
        needed = [next(_words_of(part), None) for part in parts] if which == ONE_OF else [None]
        if None not in needed:
            yield frozenset(word for words in needed if words for word in words)
        return
    name = dotted(node)
    last = getattr(node, "attr", name) if name or isinstance(node, ast.Attribute) else ""
    if last and not metavariable(last) and last != "tf":
        yield frozenset([last])
    if name:
        yield from [OF_TENSORFLOW] if name.startswith(("tf.", "tensorflow.", "keras.")) else []
        return
    for child in ast.iter_child_nodes(node):
        yield from _words_of(child)
