"""The command scan, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import jsonschema
import pytest

from tests import CATALOGUE, ROOT
from tf_conformance.command import main

SCHEMA = json.loads((ROOT / "reports" / "scan.schema.json").read_text(encoding="utf-8"))
CODE = """\
import tensorflow as tf

tf.random.set_seed(1)
model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
print(model.optimizer.lr)
model.evalute(x, y)
"""
READ_BACK = """\
code.py, line 5   model.optimizer.lr
    error   compile.read-back (keras>=3): {says}
    write   model.optimizer.learning_rate
"""


@pytest.fixture
def scan(tmp_path):
    """Scans in a folder with a file; returns the exit status, the answer and what was complained of."""
    (tmp_path / "code.py").write_text(CODE, encoding="utf-8")

    def run(*arguments, stdin=""):
        done = subprocess.run(
            [sys.executable, "-m", "tf_conformance", "scan", *arguments],
            cwd=str(tmp_path),
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    return run


def ids(answer):
    """The statements of an answer in JSON."""
    return [hit["statement"] for hit in json.loads(answer)["hits"]]


def test_text(scan):
    """Each line has its place, its code, the statement with its impact, and what to write."""
    status, answer, _ = scan("code.py", "--to", "tf2.21", "--from", "tf2.8", "--only", "error")
    form = next(form for form in CATALOGUE["compile.read-back"].forms if form.traces)
    expected = READ_BACK.replace("{says}", CATALOGUE["compile.read-back"].says(form))
    assert (status, answer) == (1, f"{expected}1 line in 1 of 1 file: 1 error\n")


def test_nothing_found(scan):
    """The status is 0 if nothing was found."""
    status, answer, _ = scan(".", "--to", "tf2.8", "--from", "tf2.8")
    assert (status, answer) == (0, "nothing found in 1 file\n")


def test_json(scan):
    """JSON is as the schema says."""
    status, answer, _ = scan(".", "--to", "tf2.21", "--json")
    jsonschema.validate(json.loads(answer), SCHEMA)
    assert (status, ids(answer)) == (1, ["initializers.set-seed", "compile.read-back", "evaluate.misspelled"])


def test_from(scan):
    """With --from, only what differs counts: a slip of the notes bites on both installs."""
    _, answer, _ = scan(".", "--from", "tf2.8", "--to", "tf2.21", "--format", "json")
    assert ids(answer) == ["initializers.set-seed", "compile.read-back"]
    _, answer, _ = scan(".", "--from", "tf2.16", "--to", "tf2.21", "--format", "json")
    assert ids(answer) == []


def test_only(scan):
    """--only leaves the other impacts out."""
    _, answer, _ = scan(".", "--to", "tf2.21", "--only", "silent", "--format", "json")
    assert ids(answer) == ["initializers.set-seed"]


def test_possible(scan):
    """What may be meant otherwise is shown on demand."""
    code = "import keras\ndef f(model):\n  model.metrics_names\n"
    assert scan("-", "--to", "tf2.21", stdin=code)[0] == 0
    status, answer, _ = scan("-", "--to", "tf2.21", "--possible", stdin=code)
    assert status == 1
    assert "stdin, line 3   model.metrics_names\n    silent  possible, evaluate.metrics-names" in answer


def test_stdin_name(scan):
    """The name of what comes from standard input says what it holds."""
    text = "```python\nimport tensorflow as tf\n\ntf.keras.losses.mean_squared_error\n```\n"
    status, answer, _ = scan("-", "--stdin-name", "page.md", "--to", "tf2.21", stdin=text)
    assert (status, answer.splitlines()[0]) == (1, "page.md, line 4   tf.keras.losses.mean_squared_error")


def test_markdown(scan):
    """Markdown has a table."""
    _, answer, _ = scan(".", "--to", "tf2.21", "--format", "markdown")
    assert "| code.py, line 5 | `model.optimizer.lr` | error | `compile.read-back`: " in answer


def test_trouble(scan, tmp_path):
    """What cannot be read is a line, and the rest is scanned."""
    (tmp_path / "bad.ipynb").write_text("{", encoding="utf-8")
    status, answer, _ = scan(".", "--to", "tf2.21", "--only", "error")
    assert status == 1
    assert "bad.ipynb: a damaged notebook" in answer
    assert "code.py, line 5" in answer


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["missing.py", "--to", "tf2.21"], "missing.py: no such file or folder"),
        (["empty", "--to", "tf2.21"], "empty: no file to scan"),
        (["code.py", "--to", "tf9"], "neither a file nor the name of a published record"),
        (["code.py"], "one of the arguments --to --to-installed is required"),
    ],
)
def test_complaints(scan, tmp_path, arguments, complaint):
    """What cannot be done is one line, and the status is 2."""
    (tmp_path / "empty").mkdir()
    status, answer, complaints = scan(*arguments)
    assert (status, answer, complaints.count("\n")) == (2, "", 1)
    assert complaint in complaints


def test_nothing_readable(scan, tmp_path):
    """Files that cannot be read are a line each, and nothing to scan; an unknown id in a comment changes no status."""
    (tmp_path / "broken.py").symlink_to(tmp_path / "missing.py")
    assert scan("broken.py", "--to", "tf2.21")[0] == 2
    (tmp_path / "broken.py").unlink()
    (tmp_path / "code.py").write_text("x = 1  # tf-conformance: ignore[fit.shufled-anew]\n", encoding="utf-8")
    remark = "ignore[fit.shufled-anew] names no statement of this kit; did you mean fit.shuffled-anew or fit.learns?"
    assert scan(".", "--to", "tf2.21")[:2] == (0, f"code.py: line 1: {remark}\nnothing found in 1 file\n")


def test_interrupted(monkeypatch, tmp_path):
    """Ctrl-C ends without a traceback."""

    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("tf_conformance.command.scan.files_of", interrupt)
    assert main(["scan", str(tmp_path), "--to", "tf2.21"]) == 130


def test_installed(scan):
    """--to-installed takes the versions of this Python's environment, or says that there is no TensorFlow."""
    status, answer, complaints = scan("code.py", "--to-installed")
    assert status == 1 or "this Python has no TensorFlow" in complaints
