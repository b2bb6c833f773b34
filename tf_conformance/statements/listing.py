"""The statements with their forms, as text and as JSON."""

from __future__ import annotations

import json
from typing import Iterable, Iterator

from tf_conformance.statements.catalogue import Statement


def listing(statements: Iterable[Statement]) -> Iterator[str]:
    """One paragraph per statement: id and place in the notes, then each form with its era, sentence, advice and reports."""
    for statement in statements:
        yield f"{statement.id}  ({statement.place})"
        for form in statement.forms:
            impact = f", {form.impact}" if form.impact else ""
            yield f"  {form.kind!s:9}  {form.era}{impact}"
            yield f"             {statement.says(form)}"
            if form.instead:
                yield f"             instead: {form.instead}"
            if form.reported:
                yield f"             reported: {form.reported}"


def listing_json(statements: Iterable[Statement]) -> str:
    """The same as a JSON array with one object per statement, with the patterns of code that meets a form, too."""
    listed = [
        {
            "id": statement.id,
            "place": statement.place,
            "subject": statement.subject,
            "forms": [
                {
                    "kind": form.kind,
                    "when": str(form.era),
                    "impact": form.impact,
                    "says": statement.says(form),
                    "instead": form.instead or None,
                    "reported": [*form.reports.values()],
                    "traces": [*form.traces],
                }
                for form in statement.forms
            ],
        }
        for statement in statements
    ]
    return json.dumps(listed, indent=1, ensure_ascii=False)
