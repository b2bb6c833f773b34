"""A release has one version, wherever it is written."""

from __future__ import annotations

import re

from tests import ROOT, SCHEMA
from tf_conformance import __version__

PLACES = {
    "CHANGELOG.md": r"^## (\d\S+) \(",
    "CITATION.cff": r"^version: (\S+)",
}


def test_version():
    """The last release in the change log is this version, which is also what a citation names."""
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in PLACES}
    found = {name: re.search(pattern, texts[name], re.MULTILINE).group(1) for name, pattern in PLACES.items()}
    assert found == dict.fromkeys(PLACES, __version__)


def test_address_of_the_schema():
    """The README and what promises it stays name the schema by its address."""
    pages = [ROOT / "README.md", ROOT / "docs" / "promises.md"]
    assert [page.name for page in pages if f"`{SCHEMA['$id']}`" not in page.read_text(encoding="utf-8")] == []


def test_version_is_semantic():
    """A version has three numbers."""
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


def test_citation_has_the_date_of_the_release():
    """The date beside the version in the change log is that of the citation."""
    dates = [
        re.search(pattern, (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE).group(1)
        for name, pattern in (("CHANGELOG.md", r"^## \d\S+ \((.+)\)$"), ("CITATION.cff", r'^date-released: "(.+)"$'))
    ]
    assert dates[0] == dates[1]
