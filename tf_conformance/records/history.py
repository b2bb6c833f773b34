"""What became of one statement, version by version."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Iterable, Iterator

from tf_conformance.records.matrix import Matrix, spans
from tf_conformance.records.record import RecordError
from tf_conformance.records.wording import did_you_mean
from tf_conformance.statements.aliases import ids_of


def matching_ids(matrix: Matrix, words: str) -> list[str]:
    """The statements with this id, or an earlier one, or a pattern of ids; or else those in which each word begins one.

    Raises RecordError if there are none.
    """
    ids = [id_ for id_ in matrix.ids if any(fnmatchcase(each, words) for each in ids_of(id_))]
    if not ids and words.strip():
        sought = [re.compile(rf"\b{re.escape(word)}", re.IGNORECASE) for word in words.split()]
        ids = [id_ for id_ in matrix.ids if all(word.search(_text_of(matrix, id_)) for word in sought)]
    if not ids:
        raise RecordError(no_match(words, matrix.ids))
    return ids


def no_match(words: str, ids: Iterable[str]) -> str:
    """That no statement matches, with what may be meant."""
    return f"no statement matches '{words}'{did_you_mean(words, ids) or '; all of them: tf-conformance list'}"


def _text_of(matrix: Matrix, id_: str) -> str:
    """What a statement is called, says and advises on any install."""
    seen = [column.statements[id_] for column in matrix.columns if id_ in column.statements]
    return "\n".join({text for statement in seen for text in (id_, statement.says, statement.instead or "")})


def history_lines(matrix: Matrix, id_: str) -> Iterator[str]:
    """The ranges of versions on which the statement is the same, along each series of installs."""
    place = next(column.statements[id_].place for column in matrix.columns if id_ in column.statements)
    yield f"{id_}  ({place})"
    for series, columns in matrix.series().items():
        yield f"  {series}"
        for first, last, statement in spans(columns, id_):
            versions = first.label if first is last else f"{first.label} – {last.label}"
            yield _line(versions, str(statement.verdict), statement.says)
            if statement.reason:
                yield _line("", "why", statement.reason)
            elif statement.instead:
                yield _line("", "instead", statement.instead)


def _line(versions: str, label: str, text: str) -> str:
    return f"    {versions:14} {label:9}  {text}"
