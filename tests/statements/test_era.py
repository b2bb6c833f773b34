"""Eras: which versions a text covers, and which texts are refused."""

from __future__ import annotations

import pytest
from packaging.version import Version

from tf_conformance.statements.era import Era


def versions(tensorflow="2.15.1", keras="2.15.0", numpy="1.26.4", python="3.11.0"):
    """An install's versions."""
    given = {"tensorflow": tensorflow, "keras": keras, "numpy": numpy, "python": python}
    return {package: Version(version) for package, version in given.items()}


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("", True),
        ("tensorflow>=2.15", True),
        ("tensorflow<2.15", False),
        ("tensorflow==2.15.*", True),
        ("tensorflow>=2.14,!=2.15.1", False),
        ("tensorflow>=2.15 and keras<3", True),
        ("tensorflow>=2.15 and keras>=3", False),
        ("tensorflow<2.2 or keras<3", True),
        ("tensorflow<2.2 or keras>=3", False),
        ("tensorflow<2.2 and keras<3 or python>=3.11", True),
        ("tensorflow<2.2 and keras<3 or python>=3.12", False),
        ("numpy<2", True),
    ],
)
def test_covers(text, covered):
    """An era is requirements joined by and, which binds tighter, and or."""
    assert Era(text).covers(versions()) is covered


def test_candidates_are_covered():
    """A release candidate lies in a range like any version."""
    assert Era("tensorflow>=2.16").covers(versions(tensorflow="2.22.0rc1"))


@pytest.mark.parametrize("text", ["torch>=2", "tensorflow", "tensorflow=2", "keras>=3 or", "tensorflow>=2.2 keras<3"])
def test_other_texts_are_refused(text):
    """A text that is no requirement of a known package is refused by an error that holds it."""
    with pytest.raises(ValueError, match="'.*'"):
        Era(text)


def test_text_of_the_empty_era():
    """The empty era reads as every version."""
    assert str(Era()) == "every version"
    assert str(Era("keras>=3")) == "keras>=3"
