"""Eras: which versions a text covers, and which texts are refused."""

from __future__ import annotations

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tf_conformance.statements import era
from tf_conformance.statements.era import Era, parse_requirement


def versions(tensorflow="2.15.1", keras="2.15.0", numpy="1.26.4", python="3.11.0"):
    """The versions of an install."""
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
def test_covered_versions(text, covered):
    """An era is requirements joined by and, which binds tighter, and or."""
    assert Era(text).covers(versions()) is covered


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("", False),
        ("keras>=3", True),
        ("keras>=3 and python>=3.12", True),
        ("keras<2.11 or keras>=3", True),
        ("keras>=2.11", False),
        ("tensorflow>=2.16", False),
        ("keras>=3 or tensorflow>=2.2", False),
    ],
)
def test_excluded_version(text, excluded):
    """An era excludes a version of a package if none of its alternatives holds it, whatever else is installed."""
    assert Era(text).excludes("keras", "2.99") is excluded


def test_release_candidates():
    """A range covers the release candidates in it."""
    assert Era("tensorflow>=2.16").covers(versions(tensorflow="2.22.0rc1"))


def test_parsed_once(monkeypatch):
    """The requirements of a text are parsed when the first era has it, and not for each era or whenever one is asked."""
    parsed = []

    def parse(text):
        parsed.append(text)
        return Requirement(text)

    monkeypatch.setattr(era, "Requirement", parse)
    text = "tensorflow<2.2.7 and keras<3.7 or python>=3.12.7"  # which no other test has
    assert [Era(text).covers(versions()) for _ in range(3)] == [False] * 3
    assert parsed == ["tensorflow<2.2.7", "keras<3.7", "python>=3.12.7"]


@pytest.mark.parametrize("text", ["torch>=2", "tensorflow", "tensorflow=2", "keras>=3 or", "tensorflow>=2.2 keras<3"])
def test_other_texts(text):
    """A text that is not requirements on known packages is refused by an error that quotes it."""
    with pytest.raises(ValueError, match="'.*'"):
        Era(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tensorflow = 2", "'tensorflow = 2' is not a requirement; write for example tensorflow==2.21.*"),
        ("", "'' is not a requirement; write for example tensorflow==2.21.*"),
        ("torch>1", "'torch>1' must give versions of one of: tensorflow, keras, python, numpy"),
        ("keras", "'keras' must give versions of one of: tensorflow, keras, python, numpy"),
    ],
)
def test_bad_requirement(text, message):
    """A text that is not a requirement on a known package is refused with an example or with the packages."""
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the whole message is compared
        parse_requirement(text)
    assert str(refused.value) == message


def test_requirement():
    """A requirement gives a package and its versions, whatever the space around them."""
    requirement = parse_requirement(" tensorflow >=2.2,<3 ")
    assert (requirement.name, sorted(map(str, requirement.specifier))) == ("tensorflow", ["<3", ">=2.2"])


def test_text():
    """An era reads as it was written; the empty one reads as every version."""
    assert str(Era("keras>=3")) == "keras>=3"
    assert str(Era()) == "every version"


def test_equal_eras():
    """Eras of the same text are equal and have the same hash."""
    assert {Era("keras>=3"), Era("keras>=3")} == {Era("keras>=3")}
