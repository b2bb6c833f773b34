"""Errors as text."""

from __future__ import annotations

import pytest

from tf_conformance.records.error_text import LONGEST, alike, error_text

IN_USER_CODE = """in user code:

    File "/usr/lib/python3/site-packages/keras/src/engine/training.py", line 1401, in train_function  *
        return step_function(self, iterator)
    File "/usr/lib/python3/site-packages/keras/src/backend.py", line 5575, in categorical_crossentropy
        target.shape.assert_is_compatible_with(output.shape)

    ValueError: Shapes (None, 1) and (None, 3) are incompatible
"""
OF_A_LAYER = """<class 'keras.src.models.sequential.Sequential'> could not be deserialized properly. Please ensure …

config={'module': 'keras', 'class_name': 'Sequential', 'config': {'name': 'a'}}.

Exception encountered: Error when deserializing class 'Dense' using config={'units': 2}.

Exception encountered: Unrecognized keyword arguments passed to Dense: {'lr': 0.5}"""
IN_A_GRAPH = """Graph execution error:

Detected at node 'w/Read' defined at (most recent call last):
    File "<string>", line 1, in <module>
Node: 'w/Read'
Could not find variable w.
"""


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("two\n  lines", "two lines"),
        ("<object at 0x7f3c9a1b2c40>", "<object at 0x…>"),
        ("no file /home/me/run 1/model.h5", "no file run 1/model.h5"),
        (
            "Layer 'dense_3' of sequential_148: ['conv2d_43_input', 'enc/lstm_1/kernel:0']",
            "Layer 'dense' of sequential: ['conv2d_input', 'enc/lstm/kernel:0']",
        ),
        ("log_1p, l1_l2, float8_e4m3fn, train_1st", "log_1p, l1_l2, float8_e4m3fn, train_1st"),
        ("see https://keras.io/api/saving/", "see https://keras.io/api/saving/"),
        ("\x1b[1mbold\x1b[0m", "bold"),
        (
            "config={'module': 'keras', 'config': {'name': 'a', 'build_config': {}}}. Exception: no 'A'. {'module': None, 'cut",
            "config={…}. Exception: no 'A'. {…}",
        ),
        ("not recognized: {'lr': 0.5}", "not recognized: {'lr': 0.5}"),
        (IN_USER_CODE, "Shapes (None, 1) and (None, 3) are incompatible"),
        (OF_A_LAYER, "Unrecognized keyword arguments passed to Dense: {'lr': 0.5}"),
        (IN_A_GRAPH, "Node: 'w/Read' Could not find variable w."),
        ("", ""),
    ],
)
def test_error_text(message, text):
    """What differs from run to run is left out, and so are quoted tracebacks and what Keras says around an error."""
    assert error_text(ValueError(message)) == f"ValueError: {text}"


def test_long_message():
    """A message that prints an array is cut."""
    assert len(error_text(ValueError("0.1, " * 1000))) == LONGEST


def test_many_configurations():
    """However many configurations a message has, each is left out."""
    assert alike("{'module': 'keras'} " * 3000) == "{…} " * 3000
