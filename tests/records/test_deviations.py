"""Files of known deviations."""

from __future__ import annotations

import pytest
from packaging.version import Version

from tests.pretended.records import SMALL_CATALOGUE, record, statement
from tf_conformance.records.deviations import Deviation, DeviationsError, deviations_file, read_deviations
from tf_conformance.statements.era import Era

VERSIONS = {"tensorflow": Version("2.21"), "keras": Version("3.15"), "numpy": Version("2"), "python": Version("3.13")}


@pytest.fixture
def read(tmp_path):
    """Reads a file with this text."""

    def deviations(text):
        path = tmp_path / "deviations.toml"
        path.write_text(text, encoding="utf-8")
        return read_deviations(path, SMALL_CATALOGUE, VERSIONS)

    return deviations


def test_reasons_and_eras(read):
    """A deviation has a reason, and applies to the versions of its era."""
    text = '["thing.a"]\nreason = "patch 42"\nera = "tensorflow==2.21.*"\n["thing.b"]\nreason = "old"\nera = "tensorflow<2.21"\n'
    assert read(text) == {"thing.a": Deviation("patch 42", Era("tensorflow==2.21.*"))}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("thing", "not valid TOML"),
        ('["thing.z"]\nreason = "x"', "there is no statement 'thing.z'"),
        ('[thing.a]\nreason = "x"', "there is no statement 'thing' (see --list-statements; quote the id)"),
        ('["thing.a"]', "needs a reason"),
        ('["thing.a"]\nreason = ""', "needs a reason"),
        ('["thing.a"]\nreason = "x"\nreasons = "y"', "unknown key: reasons"),
        ('["thing.a"]\nreason = "x"\nera = "torch>1"', "torch"),
        ('["thing.a"]\nreason = "x"\nera = 3', "thing.a"),
    ],
)
def test_bad_files(read, text, says):
    """What is wrong with a file is said in one line."""
    with pytest.raises(DeviationsError) as error:
        read(text)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_missing_file(tmp_path):
    """A file that does not exist is named."""
    with pytest.raises(DeviationsError, match="cannot be read"):
        read_deviations(tmp_path / "none.toml", SMALL_CATALOGUE, VERSIONS)


def test_file_to_start_from(read):
    """A record gives the file to start from: what is violated, with the reason of what was known to be."""
    violated = [
        statement("thing.a", "violated", says='It "is".', deviation='patch "42", naïve\n'),
        statement("thing.b", "violated"),
        statement("thing.c"),
    ]
    text = deviations_file(record(violated))
    assert text.splitlines() == [
        '["thing.a"]  # It "is".',
        'reason = "patch \\"42\\", naïve\\n"',
        '["thing.b"]  # It is.',
        'reason = ""  # why the install violates it',
    ]
    with pytest.raises(DeviationsError, match='"thing.b" needs a reason'):
        read(text)
    assert read(text.replace('reason = ""', 'reason = "later"'))["thing.a"].reason == 'patch "42", naïve\n'


def test_nothing_to_start_from(read):
    """If nothing is violated, the file has no table, and can be read."""
    assert read(deviations_file(record([statement("thing.a")]))) == {}
