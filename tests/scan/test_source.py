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


@pytest.mark.parametrize(
    "cell",
    ["x = ('%d'\n  % 1)", "PATH = !pwd\nPATH = PATH[0]", "%%timeit -n 3\nx = 1", "%time\nx = 1"],
)
def test_ipython_or_python(cell):
    """A line of Python that looks like a magic stays, and a magic binds a name."""
    assert places(notebook("import tensorflow as tf", cell, CODE)) == ([(4, 2)], [])


def test_timed_line():
    """The code after %time, %timeit and %prun is read."""
    assert places(notebook("import tensorflow as tf", "%time -n 3 tf.keras.layers.Dense(1)")) == ([(3, 1)], [])


def test_indented_cell():
    """A cell may be indented as a whole."""
    assert places(notebook("  import tensorflow as tf\n  tf.keras.layers.Dense(1)")) == ([(2, 2)], [])


def test_cell_of_another_language():
    """A cell of bash or HTML, and a notebook in another language, are no Python."""
    assert places(notebook(CODE, "%%bash\nfor x in; do")) == ([(2, 2)], [])
    assert places(notebook(CODE, metadata={"kernelspec": {"language": "R"}})) == ([], [])


def test_magics_of_cells():
    """A cell that is written to a file of Python is read; after an unknown magic, anything may follow."""
    cells = [
        f"%%writefile code.py\n{CODE}",
        f"%%writefile code.txt\n{CODE}",
        f"%%strange\n{CODE}",
        "%%strange\nSELECT 1",
    ]
    assert places(notebook(*cells)) == ([(2, 3), (4, 3)], [])


def test_syntax_error():
    """What is not Python is said once, and the other cells are scanned."""
    found, troubles = places(notebook(CODE, "print 1", "tf.keras.layers.Dense(1)", "x ="))
    assert found == [(2, 2), (4, 1)]
    assert len(troubles) == 1
    assert troubles[0].startswith("cell 3: not Python")
    assert troubles[0].endswith("(and 1 more)")


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ("print 'x'\n", 3),
        ("def f():\n  print 'x'\n", 4),
        ("m = [\n  ___ YOUR CODE\n]\n", 5),
        ("x = (1,\n\n", 4),
        ("try:\n  # YOUR CODE\nexcept ValueError:\n  pass\n", 6),
        ("def f():\n  # YOUR CODE\n", 4),
        ("<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> b\n", 7),
        ("!pip install x\n%matplotlib inline\n", 4),
    ],
)
def test_statement_that_is_no_python(before, line):
    """Of a script, the other statements are scanned."""
    found, troubles = places(f"import tensorflow as tf\n{before}tf.keras.layers.Dense(1)\n", "code.py")
    assert (found, len(troubles)) == ([(None, line)], 0 if "!pip" in before else 1)


def test_line_of_a_syntax_error():
    """The line is that of the cell where what is wrong begins."""
    found, troubles = places(notebook(CODE, "x = 1\ndef f():\n  # YOUR CODE\ny = 2"))
    assert (found, [trouble.rpartition(" in ")[2] for trouble in troubles]) == ([(2, 2)], ["line 2"])
    assert " on line " not in troubles[0]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"cells": 1}', '{"cells": [1]}', '{"cells": [{"cell_type": "code", "source": [1]}]}']
)
def test_damaged_notebook(text):
    """A damaged notebook is one line."""
    found, troubles = places(text)
    assert (found, len(troubles)) == ([], 1)
    assert troubles[0].startswith("a damaged notebook")


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-40],
        lambda text: text.replace('{"cell_type": "markdown"', '<<<<<<< HEAD\n{"cell_type": "markdown"'),
    ],
    ids=["cut off", "conflict"],
)
def test_rest_of_a_damaged_notebook(damage):
    """What can be read of a damaged notebook is scanned, and that it is damaged is said."""
    found, troubles = places(damage(notebook(CODE, "x = 1", "y = 2", metadata={"kernelspec": {"language": "python"}})))
    assert found == [(2, 2)]
    assert len(troubles) == 1
    assert troubles[0].startswith("a damaged notebook")
    assert " of code can be read" in troubles[0]


def test_markdown():
    """Blocks of Python are read, those of other languages are not, and those without one if they are Python."""
    text = f"# Title\n\n```python\n{CODE}```\n\n```\ntf.keras.layers.Dense(2)\n```\n\n```\n$ python x\n```\n```bash\nls\n```\n"
    assert places(text, "page.md") == ([(None, 5), (None, 9)], [])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("> ```python\n> import tensorflow as tf\n> tf.keras.layers.Dense(1)\n> ```", 3),
        ("1. ```py\n   import tensorflow as tf\n   tf.keras.layers.Dense(1)\n   ```", 3),
        (f"~~~python\n{CODE}~~~", 3),
        (f"```python\n%matplotlib inline\n{CODE}```", 4),
        (f"```{{code-cell}} ipython3\n:tags: [x]\n{CODE}```", 4),
        (f"```{{code-cell}}\n---\ntags: [x]\n---\n{CODE}```", 6),
        (f"---\ntitle: x\n---\n```{{python}}\n#| echo: false\n{CODE}```\n```{{r}}\nx <- 1\n```", 7),
        (f"```{{.python .input}}\n{CODE}```", 3),
    ],
)
def test_kinds_of_markdown(text, line):
    """Blocks in quotes and lists, of MyST, Quarto and the like are read."""
    assert places(text, "page.md") == ([(None, line)], [])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (">>> import tensorflow as tf\n>>> tf.keras.layers.Dense(1)\n<Dense>\n", 2),
        (
            ".. ipython::\n\n   In [1]: import tensorflow as tf\n\n   In [2]: tf.keras.layers.Dense(1)\n   Out[2]: x\n",
            5,
        ),
    ],
)
def test_interactive_session(text, line):
    """Of an interactive session, what was typed is read."""
    assert places(text, "page.rst") == ([(None, line)], [])


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
        CODE.encode("utf-16"),
        f"\fx = '\u2028'\n\f{CODE}".encode(),
        b"x = '\x85'\n" + CODE.encode(),
    ],
    ids=["BOM", "latin-1", "undeclared", "CRLF", "UTF-16", "form feeds", "Windows"],
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
    """Megabytes of code are one line, and nobody minds if it does not use TensorFlow."""
    code = "x = 1\n" * 350_000
    assert places(CODE + code, "code.py") == ([], ["more than 2 million characters of code: not scanned"])
    assert places(code, "code.py") == ([], [])


@pytest.mark.parametrize("data", [f"'{'a' * 2_000_000}'", "[\n" + "0.1,\n" * 400_000 + "]"], ids=["text", "list"])
def test_data_in_code(data):
    """Data in a file of code is left out, the code around it is scanned."""
    (_, last), *more = places(f"data = {data}\n{CODE}", "code.py")[0]
    assert (last, more) == (data.count("\n") + 3, [])
    assert places(f"data = {data}\n{CODE}", "code.py")[1] == [
        "more than 2 million characters: statements that are too long for code are left out"
    ]


def test_endless_file(tmp_path, monkeypatch):
    """No more is read of a file than code may have."""
    monkeypatch.setattr("tf_conformance.scan.scanner.LARGEST", 3_000_000)
    (tmp_path / "code.py").write_bytes(b" " * 3_000_001)
    found = scan_file(tmp_path / "code.py", [bite(PATTERN)])
    assert (found.hits, found.troubles) == ([], ["more than 3 MB: too large to scan"])


def test_unreadable_file(tmp_path):
    """A broken link is one line."""
    link = tmp_path / "code.py"
    link.symlink_to(link)
    found = scan_file(link, [bite(PATTERN)])
    assert (found.hits, len(found.troubles)) == ([], 1)
