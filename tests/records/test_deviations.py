"""Files of known deviations."""

from __future__ import annotations

import pytest
from packaging.version import Version

from tests.records.test_run import CATALOGUE, INSTALL, run_of
from tf_conformance.records.deviations import Deviation, DeviationsError, read_deviations
from tf_conformance.records.summary import summary_lines
from tf_conformance.statements.era import Era

VERSIONS = {"tensorflow": Version("2.21"), "keras": Version("3.15"), "numpy": Version("2"), "python": Version("3.13")}


@pytest.fixture
def read(tmp_path):
    """Reads a file of this text."""

    def deviations(text):
        path = tmp_path / "deviations.toml"
        path.write_text(text, encoding="utf-8")
        return read_deviations(path, CATALOGUE, VERSIONS)

    return deviations


def test_reasons_and_eras(read):
    """A deviation has a reason, and applies to the versions of its era."""
    text = '["thing.a"]\nreason = "patch 42"\nera = "tensorflow==2.21.*"\n["thing.b"]\nreason = "old"\nera = "tensorflow<2.21"\n'
    assert read(text) == {"thing.a": Deviation("patch 42", Era("tensorflow==2.21.*"))}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("thing", "no TOML"),
        ('["thing.z"]\nreason = "x"', "there is no statement 'thing.z'"),
        ('[thing.a]\nreason = "x"', "there is no statement 'thing' (see --list-statements; quote the id)"),
        ('["thing.a"]', "needs a reason"),
        ('["thing.a"]\nreason = ""', "needs a reason"),
        ('["thing.a"]\nreason = "x"\nreasons = "y"', "unknown key: reasons"),
        ('["thing.a"]\nreason = "x"\nera = "torch>1"', "must give versions of one of"),
        ('["thing.a"]\nreason = "x"\nera = 3', "thing.a"),
    ],
)
def test_bad_files(read, text, says):
    """What is wrong with a file is said in one line."""
    with pytest.raises(DeviationsError) as error:
        read(text)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_no_file(tmp_path):
    """A file that is not there is named."""
    with pytest.raises(DeviationsError, match="cannot be read"):
        read_deviations(tmp_path / "none.toml", CATALOGUE, VERSIONS)


@pytest.mark.parametrize(
    ("cases", "says", "verdict"),
    [
        ("f", "  known deviations:", "this install does what TensorFlow 2.21 should, but for 1 known deviation"),
        ("p", "  no longer deviating; strike them from the file:", "this install does what TensorFlow 2.21 should ("),
    ],
)
def test_summary(cases, says, verdict):
    """A known deviation is no violation; one that has gone is reported."""
    run = run_of(test_new=cases, test_b="p")
    run.deviations["thing.a"] = Deviation("patch 42", Era())
    lines = summary_lines(run, 1.0)
    assert says in lines
    assert "    thing.a: patch 42" in lines
    assert verdict in lines[-1]
    assert str(INSTALL) == lines[0]
