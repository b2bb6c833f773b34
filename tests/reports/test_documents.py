"""The documents made from spec files and records: nothing is left out, links lead somewhere, and outdated pages are told."""

from __future__ import annotations

import re

import pytest

from reports.__main__ import main
from reports.document import specification_pages
from reports.upgrades import UPGRADES, upgrade_pages
from tests import CATALOGUE, ROOT
from tests.pretended.records import function, statement, write
from tf_conformance.records.matrix import Matrix, read_column, read_matrix
from tf_conformance.statements.catalogue import Catalogue
from tf_conformance.statements.form import Impact, changed, defect, holds

LINK = re.compile(r"\]\(([^)]+)\)")
CODE = re.compile(r"`[^`\n]*`")
ANCHOR = re.compile(r'<a id="([^"]+)">')


@pytest.fixture(scope="module")
def published():
    """The matrix of the published records."""
    return read_matrix()


@pytest.fixture(scope="module")
def pages(published):
    """All pages as they would be written now, by their paths in docs/."""
    specification = {f"specification/{name}": text for name, text in specification_pages(CATALOGUE).items()}
    return {**specification, **{f"upgrades/{name}": text for name, text in upgrade_pages(published).items()}}


def test_every_statement_is_in_the_document(pages):
    """The pages have each statement once, at its id."""
    anchors = [anchor for text in pages.values() for anchor in ANCHOR.findall(text)]
    ids = [each.id for each in CATALOGUE]
    assert [id_ for id_ in ids if anchors.count(id_) != 1] == []


def test_links_lead_somewhere(pages, published):
    """Each link leads to a file of the repository, and to an anchor on it if it names one."""
    lost = []
    for path, text in pages.items():
        for link in LINK.findall(CODE.sub("", text)):
            name, _, anchor = link.partition("#")
            target = (ROOT / "docs" / path).parent.joinpath(name).resolve()
            page = pages.get(target.relative_to(ROOT / "docs").as_posix()) if ROOT / "docs" in target.parents else None
            if not (target.exists() or page) or (page and anchor and f'<a id="{anchor}">' not in page):
                lost.append(f"{path}: {link}")
    # A published record may still have a statement that has been taken out of the specification.
    gone = {id_ for column in published.columns for id_ in column.statements if id_ not in CATALOGUE}
    assert [link for link in lost if link.partition("#")[2] not in gone] == []


STATEMENT = [
    function("test_old", holds("thing.a", when="keras<3"), "model.a is 1."),
    function("test_new", changed("thing.a", when="keras>=3", instead="a=2", impact="error"), "model.a is gone."),
    function("test_true", holds("reduce-lr.behavior"), "It is true."),
    function("test_wrong", defect("thing.c", when="tensorflow>=2.0", instead="d", impact="silent"), "It is wrong."),
]


def test_statements():
    """A statement that is the same everywhere is one sentence; otherwise each form has its versions and what to write."""
    pages = specification_pages(Catalogue(STATEMENT, {}))
    assert pages["week-1.md"].splitlines()[4:] == [
        "## Section",
        "",
        "Checked by [spec/test_a.py](../../spec/test_a.py).",
        "",
        '### <a id="thing.a"></a>thing.a',
        "",
        "- **Every TensorFlow with Keras 2**: `model.a` is 1.",
        "- **TensorFlow 2.16 and later with Keras 3**, *changed*: `model.a` is gone.\\",
        "  Code that relies on the notes stops with an error. **Instead**: `a=2`",
        "",
        '### <a id="reduce-lr.behavior"></a><a id="reduce-lr.behaviour"></a>reduce-lr.behavior',
        "",
        "It is true.",
        "",
        '### <a id="thing.c"></a>thing.c',
        "",
        "- **Every version**, *a defect of TensorFlow*: It is wrong.\\",
        "  Code that relies on the notes runs, but does something else. **Instead**: d",
    ]
    assert "| [Week 1: introduction](week-1.md) | things | 3 | 2 |" in pages["README.md"]


@pytest.fixture
def upgrade(tmp_path):
    """The page of an upgrade, from a record of these statements to a record of those."""

    def page(before, after):
        made = {"tf2.15": (before, "2.15.1", "2.15.0"), "tf2.21": (after, "2.21.0", "3.15.1")}
        columns = [
            read_column(write(tmp_path, name, statements, install={"tensorflow": tensorflow, "keras": keras}))
            for name, (statements, tensorflow, keras) in made.items()
        ]
        return upgrade_pages(Matrix(columns))

    return page


def test_upgrade(upgrade):
    """What changes silently comes first, then errors, then looks, then what the newer release mends."""
    before = [
        statement("thing.mended", "defect"),
        statement("thing.looks"),
        statement("thing.error"),
        statement("thing.silent"),
        statement("thing.same"),
        statement("thing.other"),
    ]
    after = [
        statement("thing.mended"),
        statement("thing.looks", "changed", says="It looks.", impact=Impact.LOOKS, instead="look=1"),
        statement("thing.error", "changed", says="It stops.", impact=Impact.ERROR, instead="go"),
        statement("thing.silent", "changed", says="It hides.", impact=Impact.SILENT, instead="x.y"),
        statement("thing.same"),
        statement("thing.other", "unchecked"),
    ]
    pages = upgrade(before, after)
    assert list(pages) == ["README.md", "2.15-to-2.21.md"]
    assert "| TensorFlow 2.15 | [TensorFlow 2.21](2.15-to-2.21.md) |" in pages["README.md"]
    assert pages["README.md"].rstrip().endswith("| 1 | 1 | 1 |")
    lines = pages["2.15-to-2.21.md"].splitlines()
    assert [line for line in lines if line.startswith("#")] == [
        "# From TensorFlow 2.15 to TensorFlow 2.21",
        "## Silent (1)",
        "## Errors (1)",
        "## Looks (1)",
        "## Fixed (1)",
    ]
    begin = lines.index("- **It hides.**\\")
    assert lines[begin : begin + 4] == [
        "- **It hides.**\\",
        "  TensorFlow 2.15: It is.\\",
        "  Instead: `x.y`\\",
        "  [thing.silent](../specification/week-1.md#thing.silent) · things",
    ]
    assert "- thing.other: unchecked on tf2.21: because" in lines


def test_violation_comes_first(upgrade):
    """What an install should not do is not taken for a change."""
    page = upgrade([statement("thing.a")], [statement("thing.a", "violated")])["2.15-to-2.21.md"]
    assert "## Violated (1)" in page
    assert "## Silent" not in page


def test_published_upgrades(published):
    """Each upgrade is between published records."""
    known = {column.name for column in published.columns}
    assert [names for names in UPGRADES if not known >= {*names}] == []


@pytest.mark.parametrize("task", ["specification", "upgrades"])
def test_check(task, tmp_path, capsys):
    """--check lists the pages that are not what would be written, with status 1; writing them deletes others."""
    to = ["--to", str(tmp_path / "pages")]
    if task == "upgrades":
        for name in next(iter(UPGRADES)):
            write(tmp_path, name, [statement("thing.a")])
        to += ["--records", str(tmp_path)]
    assert main([task, "--check", *to]) == 1
    missing = capsys.readouterr().out.splitlines()
    assert f"{tmp_path / 'pages' / 'README.md'}: out of date; run: python -m reports {task}" in missing
    assert main([task, *to]) == 0
    (tmp_path / "pages" / "README.md").write_text("edited by hand", encoding="utf-8")
    (tmp_path / "pages" / "other.md").write_text("of an earlier day", encoding="utf-8")
    capsys.readouterr()
    assert main([task, "--check", *to]) == 1
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert main([task, *to]) == 0
    assert not (tmp_path / "pages" / "other.md").exists()
    assert main([task, "--check", *to]) == 0
