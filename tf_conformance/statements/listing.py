"""The statements with their forms, as text."""

from __future__ import annotations

from typing import Iterable, Iterator

from tf_conformance.statements.catalogue import Statement


def listing(statements: Iterable[Statement]) -> Iterator[str]:
    """One paragraph per statement: id and place in the notes, then each form with its era, sentence and advice."""
    for statement in statements:
        yield f"{statement.id}  ({statement.place})"
        for form in statement.forms:
            impact = f", {form.impact}" if form.impact else ""
            yield f"  {form.kind!s:9}  {form.era}{impact}"
            yield f"             {statement.says(form)}"
            if form.instead:
                yield f"             instead: {form.instead}"
