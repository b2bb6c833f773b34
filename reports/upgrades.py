"""What upgrades change: a page for each move that users make, from the published records; silent changes come first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reports.code_spans import with_code_spans
from reports.document import address_of
from tf_conformance.records.difference import Difference, Move, difference_of
from tf_conformance.records.matrix import LEGACY, RELEASES, Column, Matrix
from tf_conformance.records.verdict import Verdict
from tf_conformance.records.wording import plural, table_row
from tf_conformance.statements.form import Impact

INDEX = "README.md"
SPECIFICATION = "../specification"

# Published records by name, and who moves from the first to the second.
UPGRADES = {
    ("tf2.8", "tf2.15"): "within Keras 2",
    ("tf2.10", "tf2.21"): "from the last release with GPUs on Windows",
    ("tf2.15", "tf2.16"): "from Keras 2 to Keras 3, one release on",
    ("tf2.15", "tf2.21"): "from the last release with Keras 2 to the newest",
    ("tf2.15", "tf2.21-legacy"): "to the newest release, but with Keras 2",
    ("tf2.16-legacy", "tf2.21"): "away from legacy Keras",
    ("tf2.16-keras3.3", "tf2.21"): "within Keras 3",
    ("tf2.0", "tf2.21"): "with code as old as the notes",
}
INTRODUCTION = """\
# What upgrades change

Each page lists what happens to code that was written for the older release: first what changes **silently**, then what stops
with an error, then what only looks different. Every line was seen on both releases, and what to write instead was run on the
newer one. `python -m reports upgrades` writes these pages from the published records; do not edit them.

For other pairs of releases, and for your own installs: `tf-conformance diff tf2.9 tf2.21`
([how](../readers/upgrading.md)).
"""


def _is_mended(move: Move) -> bool:
    return move.after.verdict is Verdict.HOLDS and move.before.verdict is not Verdict.HOLDS


def _has(impact: Impact | None) -> Callable[[Move], bool]:
    return lambda move: move.impact is impact and not move.violated and not _is_mended(move)


# What a section has, and what it says of it.
SECTIONS: dict[str, tuple[Callable[[Move], bool], str]] = {
    "Violated": (lambda move: move.violated, "One of the installs does not do what its release should."),
    "Silent": (_has(Impact.SILENT), "The same code runs, and does something else."),
    "Errors": (_has(Impact.ERROR), "The same code stops with an error."),
    "Looks": (_has(Impact.LOOKS), "The same code does the same, but a name, a printed text or a warning differs."),
    "Fixed": (
        _is_mended,
        "The newer release does what the notes say: workarounds for the older one are no longer needed.",
    ),
    "Also different": (_has(None), "The releases differ, and neither contradicts the notes."),
}


def upgrade_pages(matrix: Matrix) -> dict[str, str]:
    """The pages as Markdown, by their file names; the first is the index. Moves between unpublished records are left out."""
    known = {column.name: column for column in matrix.columns}
    differences = {
        names: difference_of(*map(known.__getitem__, names)) for names in UPGRADES if known.keys() >= {*names}
    }
    pages = {_page_name(*names): "\n".join(_page(each)) for names, each in differences.items()}
    return {INDEX: "\n".join([INTRODUCTION, *_contents(differences), ""]), **pages}


def _page_name(before: str, after: str) -> str:
    return f"{before.removeprefix('tf')}-to-{after.removeprefix('tf')}.md"


def _contents(differences: dict[tuple[str, str], Difference]) -> Iterator[str]:
    yield table_row("from", "to", "", "silent", "errors", "looks")
    yield "|---|---|---|---:|---:|---:|"
    for names, difference in differences.items():
        counts = [sum(map(_has(impact), difference.moves)) for impact in Impact]
        before, after = _title(difference.before), _title(difference.after)
        yield table_row(before, f"[{after}]({_page_name(*names)})", UPGRADES[names], *counts)


def _title(column: Column) -> str:
    """The install as people call it, such as TensorFlow 2.16 with Keras 3.3."""
    release = f"TensorFlow {column.record.install.release}"
    if column.series == RELEASES:
        return f"TensorFlow {column.label}"
    return f"{release} with legacy Keras 2" if column.series == LEGACY else f"{release} with Keras {column.label}"


def _page(difference: Difference) -> Iterator[str]:
    before, after = _title(difference.before), _title(difference.after)
    yield f"# From {before} to {after}\n"
    yield f"Measured with {difference.before.title} and {difference.after.title}."
    yield f"Of the statements that both checked, {len(difference.moves)} differ and {difference.unchanged} are the same.\n"
    for section, (belongs, meaning) in SECTIONS.items():
        moves = list(filter(belongs, difference.moves))
        if moves:
            yield f"## {section} ({len(moves)})\n"
            yield f"{meaning}\n"
            yield from (f"{_move(move, before)}\n" for move in moves)
    yield from _uncompared(difference)


def _move(move: Move, before: str) -> str:
    return "\\\n  ".join(_move_lines(move, before))


def _move_lines(move: Move, before: str) -> Iterator[str]:
    yield f"- **{with_code_spans(move.after.says)}**"
    if move.before.says != move.after.says:
        yield f"{before}: {with_code_spans(move.before.says)}"
    if move.after.instead:
        yield f"Instead: {with_code_spans(move.after.instead)}"
    yield f"[{move.after.id}]({SPECIFICATION}/{address_of(move.after.id, move.after.place)}) · {move.after.subject}"


def _uncompared(difference: Difference) -> Iterator[str]:
    if difference.uncompared:
        yield f"<details><summary>Not compared: {plural(len(difference.uncompared), 'statement')}</summary>\n"
        yield from (f"- {id_}: {reason}" for id_, reason in difference.uncompared.items())
        yield "\n</details>\n"
