"""The statements with their forms, as text."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Iterator

from tf_conformance.statements.catalogue import Catalogue


def listing(catalogue: Catalogue, globs: list[str] | None = None) -> Iterator[str]:
    """A paragraph a statement: id and place in the notes, then each form with its era, sentence and advice."""
    for statement in catalogue:
        if not any(fnmatchcase(statement.id, glob) for glob in globs or ["*"]):
            continue
        yield f"{statement.id}  ({statement.place})"
        for form in statement.forms:
            yield "  %-9s  %s" % (form.kind, form.era)
            yield f"             {statement.says(form)}"
            if form.instead:
                yield f"             instead: {form.instead}"
