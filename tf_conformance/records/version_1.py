"""Records that a kit with version 1 of the schema wrote."""

from __future__ import annotations

from typing import Any


def from_version_1(fields: dict[str, Any]) -> dict[str, Any]:
    """A record's fields as version 2 has them. Raises KeyError or TypeError if one is missing or is something else.

    Version 1 had one digest of the whole specification, no problems, and less about each statement.
    """
    statements = [_statement(statement) for statement in fields["statements"]]
    return {**fields, "specification": {}, "problems": [], "statements": statements}


def _statement(data: dict[str, Any]) -> dict[str, Any]:
    fields = {**data, **data["form"]}
    del fields["form"]
    cases = [{**case, "lacks": None} for case in data["cases"]]
    return {**fields, "subject": data["place"], "path": "", "impact": None, "lacks": None, "cases": cases}
