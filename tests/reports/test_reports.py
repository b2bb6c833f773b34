"""What is built from the matrix: the page, tables and badge say what the records say; nothing is published by halves."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser

import pytest

from reports.__main__ import built, main
from reports.publishing import publish, stale
from tests import CATALOGUE, ROOT
from tests.pretended.records import cell, write
from tf_conformance.records.difference import difference_of
from tf_conformance.records.matrix import RecordError, changes_along, read_matrix

MATRIX = read_matrix()
BUILT = built(MATRIX)
PAGE = BUILT["index.html"]


class Cells(HTMLParser):
    """Reads the page's table: the verdicts of each statement, and the counts in its head."""

    def __init__(self):
        super().__init__()
        self.verdicts, self.changes, self.counts = {}, {}, {}
        self._statement = self._reading = None

    def handle_starttag(self, tag, attrs):
        """Notes which statement and which cell begin."""
        attributes = dict(attrs)
        if tag == "tr":
            self._statement = attributes["id"] if attributes.get("class") == "statement" else None
        if tag in ("tr", "th", "td"):
            self._reading = None
        if tag == "td" and attributes.get("data-column"):
            self._reading = lambda text: self.counts.setdefault(attributes["data-column"], int(text))
        elif tag == "td" and self._statement and attributes.get("class") == "changes":
            self._reading = lambda text: self.changes.setdefault(self._statement, text.split())
        elif tag == "abbr":
            self.verdicts.setdefault(self._statement, []).append(attributes["title"])

    def handle_data(self, data):
        """Takes the text of a cell that is being read."""
        if self._reading and data.strip():
            self._reading(data)


@pytest.fixture(scope="module")
def cells():
    """The page's table."""
    cells = Cells()
    cells.feed(PAGE)
    return cells


@pytest.mark.parametrize("name", BUILT)
def test_what_is_committed_was_built(name):
    """The files in reports/ are those that the published records and the specification give."""
    assert (ROOT / "reports" / name).read_text(encoding="utf-8") == BUILT[name], "run: python -m reports build"


def test_page_says_what_the_records_say(cells):
    """Each cell of the page has the verdict of its record."""
    columns = [column for line in MATRIX.lines().values() for column in line]
    assert len(cells.verdicts) == len(CATALOGUE)
    for id_, verdicts in cells.verdicts.items():
        assert verdicts == [column.cells[id_].verdict for column in columns], id_


def test_page_counts_what_holds(cells):
    """The count of statements that hold as written is that of the record."""
    assert cells.counts == {column.name: column.count("holds") for column in MATRIX.columns}


def test_page_and_records_agree_on_first_versions(cells):
    """Each change stands on the page with the first version that has it."""
    releases = MATRIX.lines()["TensorFlow"]
    for statement in CATALOGUE:
        expected = [change.column.label for change in changes_along(releases, statement.id)]
        assert cells.changes.get(statement.id, []) == expected


def test_diffs_of_neighbours_are_the_changes():
    """What the diff of two neighbouring releases lists is what changed with the second, wherever both were checked."""
    releases = MATRIX.lines()["TensorFlow"]
    for before, after in zip(releases, releases[1:]):
        difference = difference_of(before, after)
        unchecked = {id_ for id_, _ in difference.uncompared}
        changed = [
            change.after.id
            for id_ in MATRIX.ids
            for change in changes_along(releases, id_)
            if change.column is after and id_ not in unchecked
        ]
        assert [cell.id for _, cell in difference.changes] == changed


def test_csv_says_what_the_records_say():
    """The CSV has a row a statement and a column an install."""
    head, *rows = csv.reader(BUILT["matrix.csv"].splitlines())
    assert head[2:] == [column.name for column in MATRIX.columns]
    assert {row[0]: row[2:] for row in rows} == {
        id_: [column.cells[id_].verdict for column in MATRIX.columns] for id_ in MATRIX.ids
    }


def test_markdown_counts_what_the_records_count():
    """The Markdown summary has a row an install."""
    for column in MATRIX.columns:
        assert f"| {column.name} | {column.title} | {column.count('holds')} |" in BUILT["summary.md"]


def test_page_is_self_contained():
    """The page asks the network for nothing, and is below 2 MB."""
    assert not re.search(r"""(src|href)=["']?(https?:)?//|@import|url\((?!#)""", PAGE)
    assert len(PAGE.encode()) < 2_000_000


def test_page_carries_each_case():
    """Every check of the specification stands on the page with its source."""
    for check in CATALOGUE.checks():
        assert f"<figcaption>{check.path}:{check.line}</figcaption>" in PAGE
        assert f"def {check.function}(" in PAGE


def test_published_records_are_whole_and_of_one_specification():
    """Every published record is of a finished run."""
    assert all(column.complete for column in MATRIX.columns)


@pytest.mark.parametrize(
    ("verdicts", "text", "colour"),
    [(["holds", "defect"], "as specified", "#2a7d46"), (["holds", "violated"], "1 violated", "#b3121d")],
)
def test_badge(tmp_path, verdicts, text, colour):
    """The badge says whether anything is violated, in words and in colour."""
    write(tmp_path, "mine", cells=[cell(f"thing.{verdict}", verdict) for verdict in verdicts])
    assert main(["badge", str(tmp_path / "mine.json"), "--to", str(tmp_path / "badge.svg")]) == 0
    svg = (tmp_path / "badge.svg").read_text(encoding="utf-8")
    assert text in svg
    assert colour in svg


# Publishing


def test_publishing(tmp_path):
    """Records of finished runs are copied; one of an interrupted run is left out, with the reason."""
    made, published = tmp_path / "made", tmp_path / "published"
    made.mkdir()
    write(made, "tf2.9", cells=[cell("thing.a")])
    write(made, "tf2.10", complete=False)
    assert list(publish(made, published)) == [
        "tf2.10: left out, its run was interrupted; run it again: tox run -e tf2.10",
        "tf2.9: published",
    ]
    assert [path.name for path in published.iterdir()] == ["tf2.9.json"]
    assert json.loads((published / "tf2.9.json").read_text(encoding="utf-8"))["complete"] is True


def test_nothing_is_published_where_a_record_is_damaged(tmp_path):
    """A record that cannot be read stops the publishing before it begins."""
    made, published = tmp_path / "made", tmp_path / "published"
    made.mkdir()
    write(made, "tf2.9", cells=[cell("thing.a")])
    (made / "zz.json").write_text("{", encoding="utf-8")
    with pytest.raises(RecordError, match=r"zz\.json: cannot be read"):
        list(publish(made, published))
    assert not published.exists()


def test_stale(tmp_path):
    """Records that are missing, of another specification or of no environment are told."""
    write(tmp_path, "fresh", specification="a" * 64)
    write(tmp_path, "old", specification="b" * 64)
    write(tmp_path, "orphan", specification="a" * 64)
    told = list(stale(tmp_path, "a" * 64, ["fresh", "old", "missing"]))
    assert [line.partition(":")[0] for line in told] == ["missing", "old", "orphan"]


def test_bad_folders(tmp_path, capsys):
    """What cannot be done is said in one line, with status 2."""
    assert main(["build", "--records", str(tmp_path)]) == 2
    assert main(["publish", str(tmp_path / "nowhere")]) == 2
    assert main(["build", "--to", str(tmp_path / "nowhere")]) == 2
    complaints = capsys.readouterr().err.splitlines()
    assert len(complaints) == 3
    assert all(line.startswith("reports: ") for line in complaints)
