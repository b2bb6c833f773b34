"""Distributions whose metadata are damaged: whatever can still be read is read, and nothing fails."""

from __future__ import annotations

import pytest

from tf_conformance.install.distribution import UNTOLD_VERSION, Distribution
from tf_conformance.install.distributions import metadata


@pytest.fixture
def found(tmp_path):
    """The distribution that importlib.metadata finds in a folder with these files."""

    def find(folder, **files):
        (tmp_path / folder).mkdir()
        for name, content in files.items():
            (tmp_path / folder / name).write_bytes(content)
        return Distribution(next(iter(metadata.distributions(path=[str(tmp_path)]))))

    return find


METADATA = b"Metadata-Version: 2.1\nName: some-thing\nVersion: 1.2\nRequires-Python: >=3.9\nRequires-Dist: numpy\n"


def test_healthy(found):
    """What the metadata say."""
    distribution = found("some_thing-1.2.dist-info", METADATA=METADATA, RECORD=b"a.py,,\n")
    assert str(distribution) == "some-thing 1.2"
    assert distribution.header("Requires-Python") == ">=3.9"
    assert distribution.requires == ["numpy"]
    assert distribution.read_text("RECORD") == "a.py,,\n"
    assert distribution.read_text("WHEEL") is None


@pytest.mark.parametrize("content", [{}, {"METADATA": b""}, {"METADATA": bytes(range(128, 256))}])
def test_folder_tells_what_the_metadata_do_not(found, content):
    """Without readable metadata the folder's name tells the distribution's name and version."""
    distribution = found("some_thing-1.2.dist-info", **content)
    assert (distribution.name, distribution.version) == ("some_thing", "1.2")
    assert distribution.requires == []
    assert distribution.header("Requires-Python") == ""


def test_folder_of_no_name(found):
    """Where neither tells, the name is None."""
    assert found(".dist-info").name is None


def test_version_that_is_none(found):
    """A version that cannot be compared is not passed on."""
    distribution = found("some_thing.dist-info", METADATA=METADATA.replace(b"1.2", b"a week ago"))
    assert (distribution.name, distribution.version) == ("some-thing", UNTOLD_VERSION)


def test_record_that_is_no_text(found):
    """A file that is no text is there, but tells nothing."""
    assert found("some_thing-1.2.dist-info", RECORD=bytes(range(256))).read_text("RECORD") == ""
