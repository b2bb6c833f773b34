"""Ids are an interface: what a release called a statement finds it in every later one."""

from __future__ import annotations

import pytest

from reports.ids import lost_ids, release_ids, released_ids
from tests.pretended.records import function
from tf_conformance.records.record import RecordError
from tf_conformance.statements.aliases import ALIASES
from tf_conformance.statements.catalogue import Catalogue
from tf_conformance.statements.form import holds


@pytest.fixture
def path(tmp_path):
    """The file of released ids, which does not exist yet."""
    return tmp_path / "ids.txt"


def of(*ids):
    """A catalogue with these ids, and those that aliases need."""
    names = [*ids, *ALIASES.values()]
    return Catalogue([function(f"test_{number}", holds(id_), "It is.") for number, id_ in enumerate(names)], {})


def test_no_released_id_has_disappeared(catalogue):
    """Each id that a release had is that of a statement, or an alias of one."""
    assert released_ids()
    assert lost_ids(catalogue) == []


def test_aliases(catalogue):
    """Each alias leads to a statement, and is not the id of another one."""
    assert {old: new for old, new in ALIASES.items() if new not in catalogue or old in catalogue} == {}


def test_release(path):
    """A release adds its ids, and earlier names of its statements, to those of the releases before."""
    list(release_ids(of("thing.a"), path))
    list(release_ids(of("thing.a", "thing.b"), path))
    assert set(released_ids(path)) == {"thing.a", "thing.b", *ALIASES, *ALIASES.values()}
    assert lost_ids(of("thing.a"), path) == ["thing.b"]


def test_release_that_lost_an_id(path):
    """A release without an id that an earlier one had is refused; the file stays as it was."""
    list(release_ids(of("thing.a"), path))
    before = path.read_text(encoding="utf-8")
    with pytest.raises(RecordError, match=r"^thing\.a: gone without an alias"):
        list(release_ids(of("thing.b"), path))
    assert path.read_text(encoding="utf-8") == before


def test_renamed(path, monkeypatch):
    """With an alias an id may go."""
    list(release_ids(of("thing.a"), path))
    monkeypatch.setitem(ALIASES, "thing.a", "thing.b")
    assert lost_ids(of("thing.b"), path) == []
