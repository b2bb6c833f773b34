"""The questions of tf-conformance, answered by a process of its own."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys

import pytest

from tests import ROOT
from tests.pretended.records import statement, write
from tf_conformance import __version__
from tf_conformance.command import MODULES, main
from tf_conformance.statements.form import Impact

LOCALE_C = {"LC_ALL": "C", "PYTHONIOENCODING": "", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.fixture
def folder(tmp_path):
    """Two records."""
    before = [statement("thing.a"), statement("other.b")]
    write(tmp_path, "tf2.9", before, install={"tensorflow": "2.9.3", "keras": "2.9.0"})
    after = [
        statement("thing.a", "changed", says="It is not – any more.", instead="another"),
        statement("other.b", "violated"),
    ]
    write(tmp_path, "tf2.16", after, install={"tensorflow": "2.16.2", "keras": "3.15.1"})
    return tmp_path


@pytest.fixture
def ask(folder):
    """Asks a question, in the C locale; returns the exit status, the answer and what was complained of."""

    def run(*arguments, stdin=""):
        command = [sys.executable, "-m", "tf_conformance", *arguments, "--records", str(folder)]
        done = subprocess.run(
            command,
            cwd=str(ROOT),
            env={**os.environ, **LOCALE_C},
            input=stdin.encode(),
            capture_output=True,
            check=False,
        )
        return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")

    return run


def test_diff(ask):
    """diff compares two published records."""
    status, answer, _ = ask("diff", "tf2.9", "tf2.16")
    assert status == 0
    assert "    to       changed    It is not – any more.\n    instead  another" in answer


def test_diff_of_files_as_json(ask, folder):
    """diff takes record files, and answers in JSON."""
    status, answer, _ = ask("diff", str(folder / "tf2.9.json"), str(folder / "tf2.16.json"), "--format", "json")
    assert status == 0
    assert [change["id"] for change in json.loads(answer)["changes"]] == ["other.b", "thing.a"]


def test_diff_for_programs(ask):
    """--json is short for --format json."""
    assert ask("diff", "tf2.9", "tf2.16", "--json") == ask("diff", "tf2.9", "tf2.16", "--format", "json")


def test_history(ask):
    """history lists the ranges of versions on which a statement is the same."""
    status, answer, _ = ask("history", "thing.a")
    assert status == 0
    assert answer.splitlines() == [
        "thing.a  (Week 1, Section)",
        "  TensorFlow",
        "    2.9            holds      It is.",
        "    2.16           changed    It is not – any more.",
        "                   instead    another",
    ]


def test_history_as_json(ask):
    """history as JSON has the same ranges, with the installs that each begins and ends with."""
    status, answer, _ = ask("history", "thing.a", "--json")
    assert status == 0
    old, new = (
        {"name": "tf2.9", "tensorflow": "2.9.3", "keras": "2.9.0"},
        {"name": "tf2.16", "tensorflow": "2.16.2", "keras": "3.15.1"},
    )
    changed = {"verdict": "changed", "says": "It is not – any more.", "instead": "another", "reason": None}
    holds = {"verdict": "holds", "says": "It is.", "instead": None, "reason": None}
    spans = [{"first": old, "last": old, **holds}, {"first": new, "last": new, **changed}]
    assert json.loads(answer) == [{"id": "thing.a", "place": "Week 1, Section", "series": {"TensorFlow": spans}}]


def test_history_of_several(ask):
    """history takes a pattern."""
    _, answer, _ = ask("history", "*.b")
    assert answer.startswith("other.b  (Week 1, Section)")
    assert "why        because" in answer


def test_history_by_words(ask):
    """history finds a statement by the beginnings of words that it says, in upper or lower case."""
    _, answer, _ = ask("history", "any", "MORE")
    assert answer.startswith("thing.a  (Week 1, Section)")


@pytest.fixture
def gone(folder):
    """One more record, with a statement that says what raises an error."""
    gone = statement("fit.c", "changed", says="A model has no fit_generator.", instead="fit", impact=Impact.ERROR)
    write(folder, "tf2.17", [gone], install={"tensorflow": "2.17.1", "keras": "3.15.1"})


def test_explain(ask, gone):
    """explain finds the statement that a message is about."""
    status, answer, _ = ask("explain", "AttributeError: 'Functional' object has no attribute 'fit_generator'")
    assert status == 0
    assert answer.splitlines() == [
        "fit.c  (Week 1, Section)",
        "  on         TensorFlow 2.17",
        "  changed    A model has no fit_generator.",
        "  instead    fit",
    ]


def test_explain_as_json(ask, gone):
    """explain as JSON has the same, and how much the message is like what is known."""
    status, answer, _ = ask("explain", "AttributeError: 'Functional' object has no attribute 'fit_generator'", "--json")
    assert status == 0
    found = json.loads(answer)
    (found_statement,) = found["statements"]
    assert 0 < found_statement.pop("likeness") <= 1
    assert found_statement == {
        "id": "fit.c",
        "place": "Week 1, Section",
        "error": None,
        "installs": ["tf2.17"],
        "verdict": "changed",
        "says": "A model has no fit_generator.",
        "instead": "fit",
        "reason": None,
    }
    assert found["import"] is None


def test_explain_an_import_error_as_json(ask):
    """The cause of an error that an import raises, and the steps, as JSON."""
    status, answer, _ = ask("explain", "version `GLIBC_2.34' not found (required by x.so)", "--json")
    assert status == 0
    assert json.loads(answer) == {
        "statements": [],
        "import": {
            "cause": "this system's C library is older than TensorFlow needs: it lacks GLIBC_2.34",
            "do": ["use a newer system, or a container of one"],
        },
    }


def test_explain_an_import_error(ask):
    """explain reads a traceback from stdin; an error that an import raises has a cause, and something to do."""
    traceback = """Traceback (most recent call last):
  File "t.py", line 1, in <module>
    import tensorflow
ImportError: /lib64/libm.so.6: version `GLIBC_2.34' not found (required by _pywrap_tensorflow_internal.so)
"""
    status, answer, _ = ask("explain", "-", stdin=traceback)
    assert status == 0
    assert answer.splitlines() == [
        "If TensorFlow's import raises it: this system's C library is older than TensorFlow needs: it lacks GLIBC_2.34",
        "  do         use a newer system, or a container of one",
    ]


def test_explain_what_is_not_known(ask):
    """explain says in one line that it found nothing, with status 1."""
    assert ask("explain", "the cat sat on the mat") == (1, "no statement has seen an error like this one\n", "")
    status, answer, _ = ask("explain", "the cat sat on the mat", "--json")
    assert (status, json.loads(answer)) == (1, {"statements": [], "import": None})


def test_text_that_is_not_utf8(folder):
    """A log in another encoding is read all the same, and a name in one is told as well as it can be."""
    message = b"Fehler f\xfcr: ImportError: /lib64/libm.so.6: version `GLIBC_2.34' not found (required by a.so)\n"
    command = [sys.executable, "-m", "tf_conformance", "explain", "-", "--records", str(folder)]
    strict = {**os.environ, "PYTHONIOENCODING": "utf-8:strict"}
    explained = subprocess.run(command, cwd=str(ROOT), env=strict, input=message, capture_output=True, check=False)
    assert (explained.returncode, explained.stderr) == (0, b"")
    command = [sys.executable, "-m", "tf_conformance", "history", b"f\xfcr"]
    asked = subprocess.run(command, cwd=str(ROOT), env=strict, capture_output=True, check=False)
    assert (asked.returncode, asked.stderr.count(b"\n")) == (2, 1)
    assert b"no statement matches 'f\\udcfcr'" in asked.stderr


def test_long_text(ask, gone):
    """Of a text of 10 MB, the end counts."""
    error = "AttributeError: 'Functional' object has no attribute 'fit_generator'\n"
    log = "2024-01-01 12:00:00 a line of a log, 0x7f3a5c0d\n" * 200_000
    assert ask("explain", "-", stdin=log + error)[1].startswith("fit.c")
    assert ask("explain", "-", stdin=error + log) == (1, "no statement has seen an error like this one\n", "")


def test_closed_stdin():
    """Without standard input there is no message."""
    command = f"{sys.executable} -m tf_conformance explain - <&-"
    done = subprocess.run(command, cwd=str(ROOT), shell=True, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "no statement has seen an error like this one\n")


def test_list():
    """list has each statement with its forms; as JSON, one object per statement."""
    done = subprocess.run(
        [sys.executable, "-m", "tf_conformance", "list", "compile.read-back", "--json"],
        cwd=str(ROOT),
        capture_output=True,
        text=True,
        check=True,
    )
    (statement,) = json.loads(done.stdout)
    assert statement["id"] == "compile.read-back"
    assert [form["kind"] for form in statement["forms"]] == ["holds", "changed"]
    assert [form["impact"] for form in statement["forms"]] == [None, "error"]
    assert [form["traces"] for form in statement["forms"]] == [[], ["$X.optimizer.lr", "$OPTIMIZER.lr"]]


def test_list_of_nothing(capsys):
    """A pattern that matches no statement is an error that names what may be meant."""
    assert main(["list", "droput.rate-one"]) == 2
    assert "no statement matches 'droput.rate-one'; did you mean dropout.rate-one" in capsys.readouterr().err


def test_summary(ask):
    """summary is a Markdown table of records."""
    status, answer, _ = ask("summary", "tf2.9", "tf2.16")
    assert status == 0
    assert "| TensorFlow 2.9.3 · Keras 2.9.0 | 2 | 0 | 0 | 0 | 0 | 0 | ✓ as specified |" in answer


def test_summary_as_json(ask):
    """summary as JSON has the counts of each record, and what is wrong."""
    status, answer, _ = ask("summary", "tf2.16", "--json")
    assert status == 0
    assert json.loads(answer) == [
        {
            "name": "tf2.16",
            "tensorflow": "2.16.2",
            "keras": "3.15.1",
            "standing": "violated",
            "verdicts": {"holds": 0, "changed": 1, "misstated": 0, "defect": 0, "violated": 1, "unchecked": 0},
            "violated": [{"id": "other.b", "says": "It is.", "reason": "because", "deviation": None}],
            "problems": [],
            "obstacle": None,
        }
    ]


def test_deviations(ask):
    """deviations is a file to start from."""
    status, answer, _ = ask("deviations", "tf2.16")
    assert status == 0
    assert answer.startswith('["other.b"]  # It is.\nreason = ""')


@pytest.mark.parametrize(
    ("question", "complaint"),
    [
        (
            ["diff", "tf2.9", "mine"],
            ": mine: neither a file nor the name of a published record; there are: tf2.9, tf2.16",
        ),
        (
            ["diff", "tf2.9", "tf2.61"],
            ": tf2.61: neither a file nor the name of a published record; did you mean tf2.16",
        ),
        (["diff", "tf2.9", "mine.json"], ": mine.json: neither a file nor the name of a published record\n"),
        (["diff", "tf2.9", "tests"], ": tests: a folder, not a record"),
        (["history", "thing.z"], ": no statement matches 'thing.z'; did you mean thing.a?"),
        (["history", "blue moon"], ": no statement matches 'blue moon'; all of them: tf-conformance list"),
        (["history", ""], ": no statement matches ''; all of them: tf-conformance list"),
        (["summary", "pyproject.toml"], ": pyproject.toml: cannot be read"),
        (["deviations", "conftest.py"], ": conftest.py: cannot be read"),
        (["diff", "tf2.9"], " diff: the following arguments are required: B"),
        (["diff", "tf2.9", "tf2.16", "--format", "html"], " diff: argument --format: invalid choice"),
        (["guess"], ": "),
        (["list", "--wrong"], ": unrecognized arguments: --wrong"),
        ([], ": "),
    ],
)
def test_bad_questions(ask, question, complaint):
    """What cannot be answered is said in one line, with status 2."""
    status, answer, error = ask(*question)
    assert (status, answer) == (2, "")
    assert error.startswith(f"tf-conformance{complaint}")
    assert error.count("\n") == 1


@pytest.mark.parametrize("module", sorted({f"tf_conformance.command.{each}" for each in MODULES.values()}))
def test_neither_pytest_nor_tensorflow_is_needed(module):
    """What judges and reads does not import pytest, TensorFlow, Keras or NumPy."""
    code = f"import sys, {module}; print({{'pytest', '_pytest', 'tensorflow', 'keras', 'numpy'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=str(ROOT), capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize(("command", "module"), MODULES.items())
def test_modules_of_commands(command, module):
    """Each command is added by the module that is named for it, which imports no other one's."""
    code = f"""
import sys
from tf_conformance.command import MODULES, main
try:
    main(["{command}", "--help"])
except SystemExit as end:
    assert end.code == 0
print({{name for name in MODULES.values() if f"tf_conformance.command.{{name}}" in sys.modules}})
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=str(ROOT), capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == str({module})


def test_help_lists_every_command(capsys):
    """--help has all commands in their order."""
    with pytest.raises(SystemExit):
        main(["--help"])
    lines = capsys.readouterr().out.splitlines()
    listed = [line.split()[0] for line in lines if line[:4] == "    " and line[4:5].isalpha()]
    assert listed == list(MODULES)


def test_help_of_check(capsys, monkeypatch):
    """check's --help has the options of the specification, too, where pytest is there to read them."""
    for is_there in (True, False):
        if not is_there:
            monkeypatch.delitem(sys.modules, "tf_conformance.plugin.options", raising=False)
            monkeypatch.setitem(sys.modules, "pytest", None)
        with pytest.raises(SystemExit):
            main(["check", "--help"])
        assert ("--require-device KIND" in capsys.readouterr().out) == is_there


def test_version(capsys):
    """--version is that of the kit."""
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"tf-conformance {__version__}\n"


def test_interruption_while_it_imports(monkeypatch):
    """Ctrl-C ends a command without a traceback, even before it has begun."""

    class Interrupting:
        def find_spec(self, name, path, target=None):
            if name == "tf_conformance.command":
                raise KeyboardInterrupt

    run = runpy.run_module("tf_conformance.__main__")["main"]
    monkeypatch.delitem(sys.modules, "tf_conformance.command")
    monkeypatch.setattr(sys, "meta_path", [Interrupting()])
    with pytest.raises(SystemExit) as ended:
        run()
    assert ended.value.code == 130


def test_reader_that_stops_reading():
    """head may close the pipe before everything is written."""
    command = f"{sys.executable} -m tf_conformance history '*' | head -n 1"
    done = subprocess.run(command, cwd=str(ROOT), shell=True, capture_output=True, text=True, check=True)
    assert (done.stdout.count("\n"), done.stderr) == (1, "")
