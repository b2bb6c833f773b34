"""Code in files: notebooks, texts, encodings, and what is damaged."""

from __future__ import annotations

import json

import pytest

from tests.scan.scanning import bite, scanned
from tf_conformance.scan.scanner import scan_file

PATTERN = "tf.keras.layers.Dense()"
CODE = "import tensorflow as tf\ntf.keras.layers.Dense(1)\n"


def notebook(*cells, **more):
    """A notebook with these cells of code, as text."""
    code = [{"cell_type": "code", "source": source.splitlines(keepends=True)} for source in cells]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": ["# Text"]}, *code], "nbformat": 4, **more})


def places(text, name="course.ipynb"):
    """Cell and line of each hit, and the troubles."""
    found = scanned(PATTERN, text, name)
    return [(hit.cell, hit.line) for hit in found.hits], found.troubles


def test_cells():
    """Cells are read one after the other; a hit has its cell, texts counted, and the line there."""
    assert places(notebook("import tensorflow as tf", "x = 1\n\ntf.keras.layers.Dense(1)")) == ([(3, 3)], [])


def test_source_as_one_text():
    """A cell's source may be one text, and a notebook of version 3 has worksheets."""
    cell = {"cell_type": "code", "input": CODE}
    assert places(json.dumps({"worksheets": [{"cells": [cell]}]})) == ([(1, 2)], [])


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib inline",
        "!pip install x \\\n  --quiet",
        "files = !ls",
        "tf?",
        "?tf",
        "%time\n",
        "%%time",
        "if 1:\n  !ls\n",
    ],
)
def test_ipython(line):
    """Magics and shell lines are passed over."""
    found, troubles = places(notebook("import tensorflow as tf", f"{line}\ntf.keras.layers.Dense(1)"))
    assert (found, troubles) == ([(3, 2 + line.count("\n"))], [])


def test_indented_cell():
    """A cell may be indented as a whole."""
    assert places(notebook("  import tensorflow as tf\n  tf.keras.layers.Dense(1)")) == ([(2, 2)], [])


def test_cell_of_another_language():
    """A cell of bash or HTML, and a notebook in another language, are no Python."""
    assert places(notebook(CODE, "%%bash\nfor x in; do")) == ([(2, 2)], [])
    assert places(notebook(CODE, metadata={"kernelspec": {"language": "R"}})) == ([], [])


def test_syntax_error():
    """What is not Python is said once, and the other cells are scanned."""
    found, troubles = places(notebook(CODE, "print 1", "tf.keras.layers.Dense(1)", "x ="))
    assert found == [(2, 2), (4, 1)]
    assert len(troubles) == 1
    assert troubles[0].startswith("cell 3: not Python")
    assert troubles[0].endswith("(and 1 more)")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"cells": 1}', '{"cells": [1]}', '{"cells": [{"cell_type": "code", "source": [1]}]}']
)
def test_damaged_notebook(text):
    """A damaged notebook is one line."""
    found, troubles = places(text)
    assert (found, len(troubles)) == ([], 1)
    assert troubles[0].startswith("a damaged notebook")


def test_markdown():
    """Blocks of Python are read, those of other languages are not, and those without one if they are Python."""
    text = f"# Title\n\n```python\n{CODE}```\n\n```\ntf.keras.layers.Dense(2)\n```\n\n```\n$ python x\n```\n```bash\nls\n```\n"
    assert places(text, "page.md") == ([(None, 5), (None, 9)], [])


def test_interactive_session():
    """Of an interactive session, what was typed is read."""
    assert places(">>> import tensorflow as tf\n>>> tf.keras.layers.Dense(1)\n<Dense>\n", "page.rst") == (
        [(None, 2)],
        [],
    )


def test_rst():
    """Directives and literal blocks are read."""
    block = "   import tensorflow as tf\n   tf.keras.layers.Dense(1)\n"
    text = f".. code-block:: python\n   :linenos:\n\n{block}\nAs here::\n\n   tf.keras.layers.Dense(1)\n"
    assert places(text, "page.rst") == ([(None, 5), (None, 9)], [])


@pytest.mark.parametrize(
    "data",
    [
        CODE.encode("utf-8-sig"),
        b"# coding: latin-1\n# \xe9\n" + CODE.encode(),
        b"# \xe9\n" + CODE.encode(),
        CODE.replace("\n", "\r\n").encode(),
    ],
    ids=["BOM", "latin-1", "undeclared", "CRLF"],
)
def test_encodings(data):
    """A file is read in the encoding that it declares, or byte by byte."""
    found, troubles = places(data, "code.py")
    assert (len(found), troubles) == (1, [])


@pytest.mark.parametrize(
    "code", ["x = 1\n\0", "(" * 5000, "x = " + "-" * 100_000 + "1"], ids=["NUL", "brackets", "depth"]
)
def test_code_that_cannot_be_parsed(code):
    """Code at which the parser fails is one line."""
    found, troubles = places(code, "code.py")
    assert (found, len(troubles) <= 1) == ([], True)


def test_too_much_code():
    """Megabytes of code are data, and one line."""
    assert places("x = 1\n" * 2_100_000, "code.py") == ([], ["more than 10 million characters of code: not scanned"])


def test_unreadable_file(tmp_path):
    """A broken link is one line."""
    link = tmp_path / "code.py"
    link.symlink_to(link)
    found = scan_file(link, [bite(PATTERN)])
    assert (found.hits, len(found.troubles)) == ([], 1)


@pytest.mark.parametrize(
    ("comment", "count"),
    [
        ("# tf-conformance: ignore[a.b]", 0),
        ("# tf-conformance: ignore", 0),
        ("# tf-conformance: ignore[c.d, a.b]", 0),
        ("# tf-conformance: ignore[c.d]", 1),
    ],
)
def test_ignore(comment, count):
    """A comment on one of its lines silences a hit."""
    assert len(places(f"import tensorflow as tf\ntf.keras.layers.Dense(\n  1,  {comment}\n)\n", "code.py")[0]) == count
