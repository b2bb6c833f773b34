"""What is published: records of finished runs, whole or merged; and what is stale."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.merging import merged
from reports.publishing import publish
from reports.stale import stale
from tests.pretended.records import function, record, statement, write
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.accelerators import Accelerator
from tf_conformance.records.record import CaseRecord, RecordError, read_record
from tf_conformance.records.verdict import Outcome, Verdict
from tf_conformance.statements.catalogue import Catalogue
from tf_conformance.statements.form import holds

OLD, NEW = "0" * 64, "f" * 64
A, B = "spec/test_a.py", "spec/test_b.py"
OBSTACLE = Obstacle("TensorFlow cannot be imported", "it is damaged", "ImportError", ("install it again",))


def said(id_, says, path=A):
    """A checked statement; the sentence tells the runs apart."""
    return statement(id_, says=says, path=path)


def skipped(id_, path=A):
    """A statement that the run was not to check."""
    return statement(id_, "unchecked", reason="not selected in this run", path=path, cases=())


PUBLISHED = record(
    [said("a.one", "old"), said("a.two", "old"), said("b.one", "old", B)], specification={A: OLD, B: OLD}
)


def sentences(record):
    """What each statement says: from which run it is."""
    return {each.id: each.says for each in record.statements}


@pytest.fixture
def folders(tmp_path):
    """Where records are made, and where they are published."""
    (tmp_path / "made").mkdir()
    return tmp_path / "made", tmp_path / "published"


def test_whole_records(folders):
    """A record of the whole specification is published as it is."""
    made, published = folders
    write(made, "tf2.9", [statement("a.one")])
    assert list(publish(made, published)) == ["tf2.9: published"]
    assert [path.name for path in published.iterdir()] == ["tf2.9.json"]
    assert (published / "tf2.9.json").read_bytes() == (made / "tf2.9.json").read_bytes()


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"complete": False}, "its run was interrupted; run it again: tox run -e tf2.9"),
        ({"obstacle": OBSTACLE}, "TensorFlow cannot be imported: it is damaged; run it again: tox run -e tf2.9"),
        ({"statements": (skipped("a.one"),)}, "its run selected no statement; run all of it: tox run -e tf2.9"),
        (
            {"statements": (statement("a.one"), skipped("a.two"))},
            "nothing is published to merge its statements into; run all of it: tox run -e tf2.9",
        ),
    ],
)
def test_left_out(folders, fields, why):
    """What cannot be published is left out, with what to run; other records are published."""
    made, published = folders
    write(made, "tf2.10", [statement("a.one")])
    write(made, "tf2.9", **{"statements": [statement("a.one")], **fields})
    assert list(publish(made, published)) == ["tf2.10: published", f"tf2.9: left out: {why}"]
    assert [path.name for path in published.iterdir()] == ["tf2.10.json"]


def test_damaged_records(folders):
    """A record that cannot be read stops the publishing before it begins."""
    made, published = folders
    write(made, "tf2.9", [statement("a.one")])
    (made / "zz.json").write_text("{", encoding="utf-8")
    with pytest.raises(RecordError, match=r"zz\.json: cannot be read"):
        list(publish(made, published))
    assert not published.exists()


def test_merged_files(folders):
    """A run of single statements is merged into the published record."""
    made, published = folders
    published.mkdir()
    (published / "tf2.9.json").write_text(PUBLISHED.to_text(), encoding="utf-8")
    new = [said("a.one", "new"), skipped("a.two"), skipped("b.one", B)]
    write(made, "tf2.9", new, specification=PUBLISHED.specification, seconds=3.0)
    assert list(publish(made, published)) == ["tf2.9: 1 of 3 statements merged into what is published"]
    assert read_record(published / "tf2.9.json") == replace(
        PUBLISHED, statements=(said("a.one", "new"), *PUBLISHED.statements[1:])
    )


def test_digest_of_a_file_that_is_new_throughout():
    """Once all statements of a changed file are checked, the record has the file's new digest."""
    new = record([said("a.one", "new"), said("a.two", "new"), skipped("b.one", B)], specification={A: NEW, B: OLD})
    both = merged("tf2.9", PUBLISHED, new)
    assert sentences(both) == {"a.one": "new", "a.two": "new", "b.one": "old"}
    assert both.specification == {A: NEW, B: OLD}


def test_digest_of_a_file_that_is_new_in_part():
    """As long as a statement is of the old state of its file, so is the digest."""
    new = record([said("a.one", "new"), skipped("a.two"), skipped("b.one", B)], specification={A: NEW, B: OLD})
    both = merged("tf2.9", PUBLISHED, new)
    assert sentences(both) == {"a.one": "new", "a.two": "old", "b.one": "old"}
    assert both.specification == {A: OLD, B: OLD}


def test_statement_that_was_added():
    """A new statement is merged by a run of its file."""
    added = [said("a.one", "new"), said("a.two", "new"), said("a.three", "new"), skipped("b.one", B)]
    both = merged("tf2.9", PUBLISHED, record(added, specification={A: NEW, B: OLD}))
    assert list(sentences(both)) == ["a.one", "a.two", "a.three", "b.one"]
    assert both.specification[A] == NEW


def test_statement_and_file_that_are_gone():
    """What the specification no longer has is no longer published."""
    both = merged("tf2.9", PUBLISHED, record([said("a.one", "new")], specification={A: NEW}))
    assert (list(sentences(both)), both.specification) == (["a.one"], {A: NEW})


def test_statement_whose_cases_ran_in_part():
    """A statement of which only single cases ran stays as it is published."""
    part = statement("a.one", "unchecked", says="new", cases=(CaseRecord("a::b", Outcome.PASSED, message=""),))
    assert part.checked_in_part
    new = record([part, said("a.two", "new"), skipped("b.one", B)], specification=PUBLISHED.specification)
    assert sentences(merged("tf2.9", PUBLISHED, new)) == {"a.one": "old", "a.two": "new", "b.one": "old"}


def test_another_machine():
    """The same install on another machine is the same install."""
    new = record([said("a.one", "new"), skipped("a.two"), skipped("b.one", B)], install={"cpu": "another"})
    both = merged("tf2.9", PUBLISHED, replace(new, specification=PUBLISHED.specification))
    assert both.install == PUBLISHED.install


@pytest.mark.parametrize(
    ("published", "statements", "fields", "why"),
    [
        (
            PUBLISHED,
            [said("a.one", "new"), said("a.two", "new"), skipped("b.one", B)],
            {"specification": {A: NEW, B: NEW}},
            f"{B} changed as well; run: tox run -e tf2.9 -- {A} {B}",
        ),
        (
            PUBLISHED,
            [said("a.one", "new"), skipped("a.two"), skipped("a.three"), skipped("b.one", B)],
            {"specification": {A: NEW, B: OLD}},
            f"{A} changed as well; run: tox run -e tf2.9 -- {A}",
        ),
        (
            PUBLISHED,
            [said("a.one", "new"), *[skipped(f"c.n{number}", f"spec/test_{number}.py") for number in range(9)]],
            {"specification": {A: OLD, **{f"spec/test_{number}.py": NEW for number in range(9)}}},
            "more spec files have changed than it checked; run all of it: tox run -e tf2.9",
        ),
        (
            PUBLISHED,
            [said("a.one", "new"), skipped("a.two"), skipped("b.one", B)],
            {"specification": {A: OLD, B: OLD}, "install": {"tensorflow": "2.20.0"}},
            "the published record is of another install, tensorflow 2.21.0",
        ),
        (
            replace(PUBLISHED, specification={}),
            [said("a.one", "new"), skipped("a.two"), skipped("b.one", B)],
            {"specification": {A: OLD, B: OLD}},
            "the published record was made by an earlier version of the kit; run all of it: tox run -e tf2.9",
        ),
    ],
)
def test_not_merged(published, statements, fields, why):
    """What would mix states or installs is refused in one line that says what to run."""
    with pytest.raises(RecordError) as error:
        merged("tf2.9", published, record(statements, **fields))
    assert str(error.value).startswith(why)
    assert "\n" not in str(error.value)


CATALOGUE = Catalogue(
    [
        function("test_one", holds("a.one"), "It is."),
        function("test_two", holds("a.two"), "It is."),
        replace(function("test_one", holds("b.one"), "It is."), path=B),
    ],
    digests={A: NEW, B: OLD},
)


@pytest.mark.parametrize(
    ("specification", "lines"),
    [
        ({A: NEW, B: OLD}, []),
        ({A: OLD, B: OLD}, [f"mine: 2 statements of {A}"]),
        ({A: NEW}, [f"mine: 1 statement of {B}"]),
        ({A: NEW, B: OLD, "spec/c.py": OLD}, ["mine: 1 statement of spec/c.py, which no longer exists"]),
        ({}, ["mine: made by an earlier version of the kit; run all of it"]),
    ],
)
def test_stale_files(tmp_path, specification, lines):
    """For each record, the spec files are listed that are not as they were when it was made."""
    statements = [statement("a.one", path=A), statement("c.one", path="spec/c.py")]
    write(tmp_path, "mine", statements, specification=specification)
    assert list(stale(tmp_path, CATALOGUE, ["mine"])) == lines


def test_stale_environments(tmp_path):
    """Records that are missing, or of an environment that tox no longer has, are listed."""
    for name in ("fresh", "orphan"):
        write(tmp_path, name, specification=CATALOGUE.digests)
    assert list(stale(tmp_path, CATALOGUE, ["fresh", "missing"])) == [
        "missing: never published; tox run -e missing, then tox run -e report",
        "orphan: tox no longer has this environment; delete orphan.json",
    ]


def test_stale_record_of_an_accelerator(tmp_path):
    """The record of a machine with an accelerator is of no environment of the matrix, and as current as any other."""
    with_gpu = {"accelerators": [Accelerator("GPU:0")]}
    write(tmp_path, "mine-gpu", install=with_gpu, specification={A: NEW, B: NEW})
    assert list(stale(tmp_path, CATALOGUE, [])) == [f"mine-gpu: 1 statement of {B}"]


def test_verdict_of_a_part():
    """Only what was left unchecked though its cases passed counts as run in part."""
    assert not statement("a.one", Verdict.UNCHECKED).checked_in_part
    assert not statement("a.one").checked_in_part
    assert not skipped("a.one").checked_in_part
