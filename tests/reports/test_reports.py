"""What is built from the matrix: the page and the tables say what the records say."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from reports.__main__ import built, main
from reports.page import page_of
from tests import CATALOGUE, ROOT
from tests.pretended.records import statement, write
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.records.difference import difference_of
from tf_conformance.records.matrix import PUBLISHED, changes_along, read_matrix
from tf_conformance.records.standing import standing
from tf_conformance.records.verdict import Verdict
from tf_conformance.statements.catalogue import Catalogue

SPEC = '''
"""Week 1, Section.

Subject: things.
"""
from tf_conformance import changed, holds

@holds("thing.a", when="tensorflow<2.16")
def test_old():
    """It is old."""

@changed("thing.a", when="tensorflow>=2.16", instead="new", impact="error")
def test_new():
    """It is new."""

@holds("thing.later")
def test_later():
    """It has just been added."""
    assert (
        True
    )
'''


class Table(HTMLParser):
    """Reads the page's table: the verdicts of each statement, and the counts and standings in its head."""

    def __init__(self, page):
        super().__init__()
        self.verdicts, self.changes, self.counts, self.standings = {}, {}, {}, {}
        self._statement = self._reading = None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        """Notes which statement and which cell begin."""
        attributes = dict(attrs)
        if tag == "tr":
            self._statement = attributes["id"] if attributes.get("class") == "statement" else None
        if tag in ("tr", "th", "td"):
            self._reading = None
        if tag == "td" and "data-column" in attributes:
            self._reading = lambda text: self.counts.setdefault(attributes["data-column"], int(text))
        elif tag == "td" and "data-standing-of" in attributes:
            self.standings[attributes["data-standing-of"]] = attributes["title"]
        elif tag == "td" and self._statement and attributes.get("class") == "changes":
            self._reading = lambda text: self.changes.setdefault(self._statement, text.split())
        elif tag == "td" and self._statement:
            self._reading = self.verdicts.setdefault(self._statement, []).append

    def handle_data(self, data):
        """Takes the text of a cell that is being read."""
        if self._reading and data.strip():
            self._reading(data.strip())


@pytest.fixture(scope="module")
def matrix():
    """The matrix of the published records."""
    return read_matrix()


@pytest.fixture(scope="module")
def releases(matrix):
    """Its columns of TensorFlow's releases."""
    return matrix.series()["TensorFlow"]


@pytest.fixture(scope="module")
def files():
    """What is built from the published records, by the names of the files."""
    return built(PUBLISHED)


@pytest.fixture(scope="module")
def page(files):
    """The page."""
    return files["index.html"]


@pytest.fixture(scope="module")
def table(page):
    """The page's table."""
    return Table(page)


@pytest.fixture
def page_with(tmp_path):
    """Builds a page of a small specification and of two records, the second of which is not all right."""

    def page(**fields):
        (tmp_path / "spec").mkdir()
        (tmp_path / "spec" / "test_a.py").write_text(SPEC, encoding="utf-8")
        (tmp_path / "records").mkdir()
        write(tmp_path / "records", "old", [statement("thing.a")], install={"tensorflow": "2.15.1", "keras": "2.15.0"})
        write(tmp_path / "records", "new", [statement("thing.a", "violated")], **fields)
        catalogue = Catalogue.read(tmp_path / "spec", tmp_path)
        return page_of(read_matrix(tmp_path / "records"), catalogue, tmp_path, {}, "")

    return page


def test_page_shows_every_statement(table):
    """The page has a row for each statement of the specification, whether or not there are records of it."""
    assert list(table.verdicts) == [each.id for each in CATALOGUE]


def test_page_says_what_the_records_say(table, matrix):
    """Each cell of the page has the verdict of its record, or says that there is none."""
    for id_, verdicts in table.verdicts.items():
        found = [column.statements.get(id_) for column in matrix.columns]
        assert verdicts == [str(each.verdict) if each else "not in this record" for each in found], id_


def test_statement_without_records(page_with):
    """A statement that has just been added has a row of its own, with its source, and no verdict."""
    page = page_with()
    assert Table(page).verdicts["thing.later"] == ["not in this record"] * 2
    assert "No published record has this statement yet." in page
    assert '@holds("thing.later")\ndef test_later():' in page
    assert "        True\n    )</pre>" in page


def test_page_counts_what_holds(table, matrix):
    """The count of statements that hold is that of the record."""
    assert table.counts == {column.name: column.count(Verdict.HOLDS) for column in matrix.columns}


def test_page_has_each_standing(table, matrix):
    """The head of each column has the standing of its record."""
    assert table.standings == {column.name: str(standing(column.record)) for column in matrix.columns}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "violated"),
        (
            {"obstacle": Obstacle("It cannot be judged", "it is damaged", "", ())},
            "cannot be judged: It cannot be judged: it is damaged",
        ),
    ],
)
def test_standings_that_are_not_right(page_with, fields, expected):
    """An install that is not as specified is shown as such, with the reason if it cannot be judged."""
    assert Table(page_with(**fields)).standings == {"old": "as specified", "new": expected}


def test_page_shows_impacts(page_with):
    """A statement whose form on the newest TensorFlow does not hold has an impact, and can be sorted by it."""
    assert 'id="thing.a" data-week="Week 1" data-subject="things" data-impact="error"' in page_with()


def test_page_and_records_agree_on_first_versions(table, releases):
    """Each change is on the page with the first version that has it."""
    for each in CATALOGUE:
        assert table.changes.get(each.id, []) == [change.column.label for change in changes_along(releases, each.id)]


def test_diffs_of_neighbors_are_the_changes(matrix, releases):
    """What the diff of two neighboring releases lists is what changed with the second, if both checked it."""
    for before, after in zip(releases, releases[1:]):
        difference = difference_of(before, after)
        changed = {
            change.after.id
            for id_ in matrix.ids
            for change in changes_along(releases, id_)
            if change.column is after and id_ not in difference.uncompared
        }
        assert {move.after.id for move in difference.moves} == changed


def test_csv_says_what_the_records_say(matrix, files):
    """The CSV has one row per statement and one column per install."""
    head, *rows = csv.reader(files["matrix.csv"].splitlines())
    assert head[2:] == [column.name for column in matrix.columns]
    found = {id_: [column.statements.get(id_) for column in matrix.columns] for id_ in matrix.ids}
    assert {row[0]: row[2:] for row in rows} == {
        id_: [str(each.verdict) if each else "" for each in statements] for id_, statements in found.items()
    }


def test_markdown_counts_what_the_records_count(matrix, files):
    """The Markdown summary has one row per install, with its standing."""
    for column in matrix.columns:
        counts = " | ".join(str(column.count(verdict)) for verdict in Verdict)
        row = f"| {column.name} | {column.title} | {counts} | {standing(column.record)} |"
        assert row in files["summary.md"]


def test_page_is_self_contained(page):
    """The page asks the network for nothing until a link is followed, and is below 2 MB."""
    assert not re.search(r"""(src|(?<!<a )href)=["']?(https?:)?//|@import|url\((?!#)""", page)
    assert len(page.encode()) < 2_000_000


def test_page_has_each_function(page):
    """Every function that checks a form is on the page with its source."""
    for function in CATALOGUE.functions():
        assert f"<figcaption>{function.path}:{function.line}</figcaption>" in page
        assert f"def {function.name}(" in page


def test_published_records_are_of_finished_runs(matrix):
    """Every published record is of a run that finished and judged its install."""
    assert all(column.record.complete and not column.record.obstacle for column in matrix.columns)


@pytest.fixture
def records(tmp_path):
    """A folder with one record."""
    folder = tmp_path / "records"
    folder.mkdir()
    write(folder, "tf2.21", [statement("thing.a")])
    return folder


def test_check(records, tmp_path, capsys, files):
    """check lists the built files that are not those of the records, with status 1."""
    folders = ["--records", str(records), "--to", str(tmp_path)]
    assert main(["check", *folders]) == 1
    assert len(capsys.readouterr().out.splitlines()) == len(files)
    assert main(["build", *folders]) == 0
    capsys.readouterr()
    assert main(["check", *folders]) == 0
    assert capsys.readouterr().out == ""
    write(records, "tf2.20", [statement("thing.a")], install={"tensorflow": "2.20.0"})
    assert main(["check", *folders]) == 1
    assert capsys.readouterr().out.startswith(f"{tmp_path / 'index.html'}: out of date")


def test_bad_folders(tmp_path, capsys):
    """What cannot be done is said in one line, with status 2."""
    assert main(["build", "--records", str(tmp_path)]) == 2
    assert main(["publish", str(tmp_path / "nowhere")]) == 2
    assert main(["build", "--to", str(tmp_path / "nowhere")]) == 2
    complaints = capsys.readouterr().err.splitlines()
    assert len(complaints) == 3
    assert all(line.startswith("python -m reports: ") for line in complaints)


def test_bad_options(capsys):
    """A mistyped task is said in one line, with status 2."""
    with pytest.raises(SystemExit) as error:
        main(["guess"])
    assert error.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_neither_pytest_nor_tensorflow_is_needed():
    """What publishes and builds does not import pytest, TensorFlow, Keras or NumPy."""
    code = "import sys, reports.__main__; print({'pytest', 'tensorflow', 'keras', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=str(ROOT), capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
