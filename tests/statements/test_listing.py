"""The statements with their forms, as text."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests import ROOT
from tests.pretended.records import SMALL_CATALOGUE
from tf_conformance.statements.listing import listing

WITHOUT_TENSORFLOW = (
    "import sys; sys.modules.update(tensorflow=None, numpy=None, keras=None); "
    "import pytest; sys.exit(pytest.main(sys.argv[1:]))"
)


def test_listing():
    """A statement is listed with its place and its forms, and each form with era, impact, sentence and advice."""
    assert list(listing(SMALL_CATALOGUE)) == [
        "thing.a  (Week 1, Section)",
        "  holds      tensorflow<2.2",
        "             It is old.",
        "  changed    tensorflow>=2.2, silent",
        "             It is new.",
        "             instead: new",
        "thing.b  (Week 1, Section)",
        "  holds      every version",
        "             It is.",
    ]


@pytest.fixture(scope="module")
def heads():
    """The first lines that --list-statements prints for each statement if neither TensorFlow nor NumPy can be imported."""

    def run(*arguments):
        command = [sys.executable, "-c", WITHOUT_TENSORFLOW, "--list-statements", "-p", "no:cacheprovider", *arguments]
        ran = subprocess.run(command, cwd=str(ROOT), capture_output=True, text=True, encoding="utf-8", check=False)
        assert (ran.returncode, ran.stderr) == (0, "")
        return [line for line in ran.stdout.splitlines() if not line.startswith(" ")]

    return run


def test_option(catalogue, heads):
    """--list-statements lists every statement, without TensorFlow."""
    assert heads() == [f"{statement.id}  ({statement.place})" for statement in catalogue]


def test_selection(catalogue, heads):
    """--statement narrows the list."""
    narrowed = catalogue.matching(["compile.*", "dropout.rate-one"])
    assert heads("--statement", "compile.*", "--statement", "dropout.rate-one") == [
        f"{statement.id}  ({statement.place})" for statement in narrowed
    ]
