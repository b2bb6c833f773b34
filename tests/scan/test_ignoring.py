"""Comments that say not to mind statements."""

from __future__ import annotations

import pytest

from tests.scan.scanning import bite, scanned
from tf_conformance.scan.ignoring import remarks_on
from tf_conformance.scan.scanner import scan_text

CALL = "import tensorflow as tf\ntf.keras.layers.Dense(\n  1,  {}\n)\n"
KNOWN = ["compile.read-back", "evaluate.misspelled", "fit.shuffled-anew"]


@pytest.mark.parametrize(
    ("comment", "count"),
    [
        ("# tf-conformance: ignore[a.b]", 0),
        ("# tf-conformance: ignore", 0),
        ("# tf-conformance: ignore[c.d, a.b]", 0),
        ("# noqa  # tf-conformance:ignore[ c.d  a.b ]", 0),
        ("# tf-conformance: ignore[c.d]", 1),
        ("# tf-conformance: ignore[]", 1),
    ],
)
def test_ignore(comment, count):
    """A comment on one of its lines silences a hit."""
    assert len(scanned("tf.keras.layers.Dense()", CALL.format(comment)).hits) == count


def test_earlier_id():
    """An id that a statement had before means that statement."""
    pattern = bite("tf.keras.layers.Dense()", statement="evaluate.misspelled")
    code = CALL.format("# tf-conformance: ignore[evaluate.misspelt]")
    found = scan_text("code.py", code.encode(), [pattern])
    assert (found.hits, list(remarks_on(found.ignored, KNOWN))) == ([], [])


@pytest.mark.parametrize(
    ("id_", "said"),
    [
        ("fit.shufled-anew", "; did you mean fit.shuffled-anew?"),
        ("read-back", "; did you mean compile.read-back?"),
        ("later.statement", ""),
        ("fit.*", ""),
    ],
)
def test_unknown_id(id_, said):
    """An id that names no statement is worth a line with its place, also in a file that has nothing else."""
    found = scanned("tf.keras.layers.Dense()", f"x = 1\ny = 2  # tf-conformance: ignore[fit.shuffled-anew, {id_}]")
    remarks = list(remarks_on(found.ignored, KNOWN))
    assert remarks == [f"line 2: ignore[{id_}] names no statement of this kit{said}"]
