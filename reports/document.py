"""The specification as a document: a page for each part of the notes, with every statement, its forms and what to write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from reports.code_spans import with_code_spans
from reports.eras import era_in_words
from tf_conformance.records.wording import IMPACTS, plural, table_row
from tf_conformance.statements.aliases import ids_of
from tf_conformance.statements.catalogue import Catalogue, Statement
from tf_conformance.statements.form import Form, Kind

INDEX = "README.md"
TITLES = {
    "Week 1": "Week 1: introduction",
    "Week 2": "Week 2: the Sequential model API",
    "Week 3": "Week 3: validation, regularization and callbacks",
    "Week 4": "Week 4: saving and loading",
    "Install": "The install",
    "Precision": "Precision and determinism",
}
KINDS = {
    Kind.CHANGED: "changed",
    Kind.MISSTATED: "the notes are wrong",
    Kind.DEFECT: "a defect of TensorFlow",
}
INTRODUCTION = """\
# The specification

What course notes on TensorFlow 2 say, and what users who rely on them meet, statement by statement. Cases check each
statement on every TensorFlow to which it applies; nothing here is from memory. `python -m reports specification`
writes these pages from the spec files; do not edit them.

- A statement without versions is true on every TensorFlow 2, as the notes state it.
- If a statement is not the same everywhere, its **forms** are listed, each with its versions. *Changed*: it used to be as
  the notes say. *The notes are wrong*: it never was. *A defect of TensorFlow*: these versions break what TensorFlow
  documents.
- **Instead** is what to write. The sentence before it says what happens to code that relies on the notes: it runs and does
  something else (*silent*), it stops with an error, or it only looks different.
- **Keras 2** is the Keras of every TensorFlow before 2.16. From 2.16 on, TensorFlow has **Keras 3**, unless
  `TF_USE_LEGACY_KERAS=1` asks for Keras 2, the package `tf_keras`.

Each statement has an address, such as [week-3.md#dropout.rate-one](week-3.md#dropout.rate-one). To see its verdict on each
release, use `tf-conformance history dropout.rate-one` or [the page](../../reports/index.html). How to add one:
[CONTRIBUTING.md](../../CONTRIBUTING.md).
"""


def specification_pages(catalogue: Catalogue) -> dict[str, str]:
    """The pages as Markdown, by their file names; the first is the index."""
    parts = _parts(catalogue)
    pages = {_page_name(part): "\n".join(_page(part, statements)) for part, statements in parts.items()}
    return {INDEX: "\n".join([INTRODUCTION, *_contents(parts), ""]), **pages}


def _parts(catalogue: Catalogue) -> dict[str, list[Statement]]:
    """The statements of each part of the notes, such as Week 1, in the order of the table of contents."""
    parts: dict[str, list[Statement]] = {part: [] for part in TITLES}
    for statement in catalogue:
        parts.setdefault(_part(statement.place), []).append(statement)
    return {part: group for part, group in parts.items() if group}


def _page_name(part: str) -> str:
    """The file name of a part's page, such as week-1.md."""
    return f"{part.lower().replace(' ', '-')}.md"


def address_of(id_: str, place: str) -> str:
    """Where a statement stands, relative to the folder of the pages."""
    return f"{_page_name(_part(place))}#{id_}"


def _part(place: str) -> str:
    return place.partition(", ")[0]


def _section(statement: Statement) -> str:
    section = statement.place.partition(", ")[2]
    return section[0].upper() + section[1:]


def _contents(parts: dict[str, list[Statement]]) -> Iterator[str]:
    yield table_row("part", "about", "statements", "not the same everywhere")
    yield "|---|---|---:|---:|"
    for part, statements in parts.items():
        subjects = ", ".join(dict.fromkeys(statement.subject for statement in statements))
        differing = sum(not _holds_everywhere(statement) for statement in statements)
        yield table_row(f"[{TITLES.get(part, part)}]({_page_name(part)})", subjects, len(statements), differing)


def _page(part: str, statements: Sequence[Statement]) -> Iterator[str]:
    yield f"# {TITLES.get(part, part)}\n"
    yield f"{plural(len(statements), 'statement')} of [the specification]({INDEX}), which says how to read them.\n"
    for (section, path), group in groupby(statements, lambda statement: (_section(statement), statement.path)):
        yield f"## {section}\n"
        yield f"Checked by [{path}](../../{path}).\n"
        for statement in group:
            yield from (*_statement(statement), "")


def _statement(statement: Statement) -> Iterator[str]:
    anchors = "".join(f'<a id="{id_}"></a>' for id_ in ids_of(statement.id))
    yield f"### {anchors}{statement.id}\n"
    if _holds_everywhere(statement):
        yield with_code_spans(statement.says(statement.forms[0]))
    else:
        for form in statement.forms:
            yield from _form(form, statement.says(form))


def _holds_everywhere(statement: Statement) -> bool:
    return [form.kind for form in statement.forms] == [Kind.HOLDS]


def _form(form: Form, says: str) -> Iterator[str]:
    kind = f", *{KINDS[form.kind]}*" if form.kind in KINDS else ""
    yield f"- **{era_in_words(form.era)}**{kind}: {with_code_spans(says)}" + ("\\" if form.instead else "")
    if form.instead:
        fate = f"Code that relies on the notes {IMPACTS[form.impact]}. " if form.impact else ""
        yield f"  {fate}**Instead**: {with_code_spans(form.instead)}"
