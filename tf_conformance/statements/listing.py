"""The statements with their forms, as text."""

from fnmatch import fnmatchcase
from typing import Iterator, List, Optional

from tf_conformance.statements.catalogue import Catalogue


def listing(catalogue: Catalogue, globs: Optional[List[str]] = None) -> Iterator[str]:
    """A paragraph a statement: id and place in the notes, then each form with its era, sentence and advice."""
    for statement in catalogue:
        if not any(fnmatchcase(statement.id, glob) for glob in globs or ["*"]):
            continue
        yield "%s  (%s)" % (statement.id, statement.place)
        for form in statement.forms:
            yield "  %-9s  %s" % (form.kind, form.era)
            yield "             %s" % statement.says(form)
            if form.instead:
                yield "             instead: %s" % form.instead
