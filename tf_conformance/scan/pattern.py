"""The pattern language: code that stands for code.

A form's ``traces`` are patterns of the code that meets it. A pattern is Python, read by Python's own parser, with
metavariables: ``$`` and upper-case letters. It is found wherever one of its matches stands in a file, at any depth.

**Names** are those of TensorFlow's documentation and begin with ``tf.``: ``tf.keras.layers.Dense`` is that class however
the file came by it (``from keras.layers import Dense as D``, ``layers = tf.keras.layers``). Any other name or attribute
stands for itself. A metavariable may be a part of a name: ``tf.keras.optimizers.$CLASS`` is each class of that module, but
none of a module within it.

**A name of the file stands for what was assigned to it**: ``tf.keras.optimizers.SGD().minimize`` is found in
``SGD(0.1).minimize`` and after ``optimizer = SGD(0.1)`` in ``optimizer.minimize``. The same is true of constants, of local
functions, which stand for what they return, and of ``self.x``.

**Metavariables** match any expression; one that occurs twice matches the same object. Some names match only a kind:

    $MODEL $LAYER $OPTIMIZER $CALLBACK $HISTORY    an object of Keras; subclasses in the file count
    $NUMBER $STRING $FUNCTION                      a number, a text; a lambda, or a function of the file
    $ABSENT                                        as an argument's value: the argument is not given
    $ONE_OF(a, b)  $NONE_OF(a, b)                  what one of these patterns, or none of them, matches

A digit tells two of a kind apart: ``$MODEL1``, ``$MODEL2``.

**A call** speaks of the arguments that it names; others may be there. Write keywords: they are found by position, too, if
:data:`tf_conformance.scan.signatures.SIGNATURES` has the function. ``f($X)`` needs a first argument; ``f()`` needs none.
**A list**, tuple or dictionary needs the elements that are named, anywhere: ``['accuracy']``; ``[..., $X]`` is one that ends
in ``$X``. **A string** is a glob: ``'*.h5'``. ``...`` matches anything.

**An expression** is code that reads it (``$X.lr *= 2`` does, too); code that sets it is an assignment: ``$X.lr = $VALUE``.
**A class** needs the bases and the lines of its body that are named, **a function** its name, at least these parameters, and
these lines; the lines may stand anywhere in it, in this order, with others between them.

**Several statements**, joined by ``;``, must follow each other in the file, with anything between them; the last one is where
the code is found. A line ``not PATTERN`` between two of them: nothing between them matches it. First in a pattern, nothing
before does; last, nothing in the rest of the file.

A match may be *possible* only: where a kind, a value or an argument (``**options``) cannot be told from the file. Such matches
are shown on demand, so ``$MODEL.save('x')`` does not disturb users of other libraries. Where an attribute alone is proof, write
``$X`` for the owner: ``$X.fit_generator()``.

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
