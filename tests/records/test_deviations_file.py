"""The file of known deviations: read, refused with the line that is wrong, and made from a record."""

from __future__ import annotations

from dataclasses import replace

import pytest
from packaging.version import Version

from tests.pretended.records import function, record, statement
from tf_conformance.records.deviations import Deviation
from tf_conformance.records.deviations_file import DeviationsError, deviations_file, read_deviations
from tf_conformance.records.record import CaseRecord
from tf_conformance.records.verdict import Outcome
from tf_conformance.statements.catalogue import Catalogue
from tf_conformance.statements.era import Era
from tf_conformance.statements.form import holds

VERSIONS = {"tensorflow": Version("2.21"), "keras": Version("3.15"), "numpy": Version("2"), "python": Version("3.13")}
IDS = ("thing.a", "thing.b", "install.files", "reduce-lr.behavior")
CATALOGUE = Catalogue([function(f"test_{number}", holds(id_), "It is.") for number, id_ in enumerate(IDS)], {})


@pytest.fixture
def read(tmp_path):
    """Reads a file with this text."""

    def deviations(text):
        path = tmp_path / "deviations.toml"
        path.write_text(text, encoding="utf-8")
        return read_deviations(path, CATALOGUE, VERSIONS)

    return deviations


def test_reasons_and_eras(read):
    """A deviation has a reason, and applies to the versions of its era."""
    text = '["thing.a"]\nreason = "patch 42"\nera = "tensorflow==2.21.*"\n["thing.b"]\nreason = "old"\nera = "tensorflow<2.21"\n'
    assert read(text).by_statement == {"thing.a": [Deviation("patch 42", Era("tensorflow==2.21.*"))]}


def test_parts(read):
    """A deviation may be one of single files or devices, and a statement may have several."""
    known = read(
        '["thing.a"]\nreason = "x"\ndevices = ["GPU:0", "TPU:*"]\n'
        '[["install.files"]]\nreason = "y"\nfiles = ["a.py"]\n[["install.files"]]\nreason = "z"\nfiles = ["*/b.py"]\n'
    )
    assert known.by_statement == {
        "thing.a": [Deviation("x", parts=("GPU:0", "TPU:*"))],
        "install.files": [Deviation("y", parts=("a.py",)), Deviation("z", parts=("*/b.py",))],
    }
    assert known.files == ("a.py", "*/b.py")


def test_earlier_id(read, tmp_path):
    """A file with the id that a statement had before still works, and is told the present one."""
    known = read('\n["reduce-lr.behaviour"]\nreason = "x"\n')
    assert known.by_statement == {"reduce-lr.behavior": [Deviation("x")]}
    renamed = "2: 'reduce-lr.behaviour' is now called 'reduce-lr.behavior'"
    assert known.renamed == [f"{tmp_path / 'deviations.toml'}:{renamed}"]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("thing", 1, "not valid TOML: "),
        ('["thing.a"]\nreason = "x"\n\nera', 4, "not valid TOML: "),
        ('\n["thing.z"]\nreason = "x"', 2, "there is no statement 'thing.z'"),
        ('[thing.a]\nreason = "x"', 1, "there is no statement 'thing' (see --list-statements; quote the id)"),
        ('"thing.a".reason = "x"\n"thing.z".reason = "x"', 2, "there is no statement 'thing.z'"),
        ('["thing.b"]\nreason = "x"\n["thing.a"]', 3, '"thing.a" needs a reason'),
        ('["thing.a"]\n# why\nreason = ""', 3, '"thing.a" needs a reason'),
        ('["thing.a"]\nreason = 3', 2, '"thing.a" needs a reason'),
        ("'thing.a' = 3", 1, '"thing.a" needs a reason'),
        (
            '["thing.a"]\nreason = "x"\nreasons = "y"',
            3,
            "unknown key: reasons (there are: reason, era, files, devices)",
        ),
        ('["thing.a"]\nreason = "x"\nera = "torch>1"', 3, "torch"),
        ('["thing.a"]\nreason = "x"\nera = 3', 3, "thing.a"),
        ('[["thing.a"]]\nreason = "x"\n[["thing.a"]]\nreason = "y"\nera = "y"', 5, "thing.a"),
        ('["thing.a"]\nreason = "x"\nfiles = ["y"]', 3, '"thing.a" is not about files; only "install.files" is'),
        ('["install.files"]\nfiles = []\nreason = "x"', 2, 'write files = ["path or pattern", ...]'),
        ('["install.files"]\nfiles = "y"\nreason = "x"', 2, 'write files = ["path or pattern", ...]'),
        ('["thing.a"]\nreason = "x"\ndevices = ["gpu"]', 3, 'write devices = ["GPU:0"], or ["GPU:*"] for all GPUs'),
        ('["thing.a"]\nreason = "x"\ndevices = "GPU:0"', 3, 'write devices = ["GPU:0"]'),
    ],
)
def test_bad_files(read, text, line, says):
    """What is wrong with a file is said in one line that names the file and the line."""
    with pytest.raises(DeviationsError) as error:
        read(text)
    assert f"deviations.toml:{line}: " in str(error.value)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_missing_file(tmp_path):
    """A file that does not exist is named."""
    with pytest.raises(DeviationsError, match="cannot be read"):
        read_deviations(tmp_path / "none.toml", CATALOGUE, VERSIONS)


def cases(**outcomes):
    """A case on each of these devices, with these outcomes."""
    return tuple(CaseRecord(name, Outcome(outcome), 0.1, f"{name}:0", "") for name, outcome in outcomes.items())


def test_file_to_start_from(read):
    """A record gives the file to start from: what is violated, in which files or on which devices, and the known reason."""
    violated = [
        statement("thing.a", "violated", says='It "is".', deviation='patch "42", naïve\n'),
        statement("thing.b", "violated", cases=cases(CPU="passed", GPU="failed")),
        statement("install.files", "violated", deviation="y", files=("tensorflow/a.py", "keras/b.py")),
        statement("thing.c"),
    ]
    text = deviations_file(record(violated))
    assert text.splitlines() == [
        '["thing.a"]  # It "is".',
        'reason = "patch \\"42\\", naïve\\n"',
        "",
        '["thing.b"]  # It is.',
        'reason = ""  # why the install violates it',
        'devices = ["GPU:0"]',
        "",
        '["install.files"]  # It is.',
        'reason = "y"',
        "files = [",
        '    "tensorflow/a.py",',
        '    "keras/b.py",',
        "]",
    ]
    with pytest.raises(DeviationsError, match=':5: "thing.b" needs a reason'):
        read(text)
    assert read(text.replace('reason = ""', 'reason = "later"')).by_statement == {
        "thing.a": [Deviation('patch "42", naïve\n')],
        "thing.b": [Deviation("later", parts=("GPU:0",))],
        "install.files": [Deviation("y", parts=("tensorflow/a.py", "keras/b.py"))],
    }


@pytest.mark.parametrize("outcomes", [{"CPU": "failed"}, {"CPU": "failed", "GPU": "failed"}])
def test_violated_on_every_device(outcomes):
    """If cases fail on every device, none is named."""
    text = deviations_file(record([replace(statement("thing.a", "violated"), cases=cases(**outcomes))]))
    assert "devices" not in text


def test_nothing_to_start_from(read):
    """If nothing is violated, the file has no table, and can be read."""
    assert read(deviations_file(record([statement("thing.a")]))).by_statement == {}
